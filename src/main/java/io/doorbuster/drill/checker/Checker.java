package io.doorbuster.drill.checker;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The judge: holds a rehearsal's evidence against every promise. */
public final class Checker {
  /** Enough to see what is wrong; a thousand alike help nobody. */
  private static final int BREACHES_A_PROMISE = 20;

  private static final List<Promise> PROMISES =
      List.of(
          new NeverOversold(),
          new OneLiveOrder(),
          new ShownIsKept(),
          new NoUnitLost(),
          new NamedEnding(),
          new CheapRefusal(),
          new InsideTheWindow(),
          new AllSold(),
          new FairDraws());

  private Checker() {}

  /** What is to be said of each promise, in their order. */
  public static List<Judgement> judge(Evidence evidence) {
    Stream<Promise> more =
        evidence.deliveries().isPresent() ? Stream.of(new EventsArrive()) : Stream.empty();
    return Stream.concat(PROMISES.stream(), more).map(promise -> judge(promise, evidence)).toList();
  }

  private static Judgement judge(Promise promise, Evidence evidence) {
    List<String> found = new ArrayList<>();
    promise.check(evidence, found::add);
    int more = found.size() - BREACHES_A_PROMISE;
    if (more > 0) {
      found.subList(BREACHES_A_PROMISE, found.size()).clear();
      found.add("and " + more + " more alike");
    }
    return new Judgement(
        promise.number(),
        promise.sentence(),
        promise.counted(evidence),
        promise.unchecked(evidence),
        found.stream()
            .map(what -> new Breach(promise.number(), promise.sentence(), what))
            .toList());
  }

  /** Every violation found, by promise; empty is a pass. */
  static List<Breach> check(Evidence evidence) {
    return judge(evidence).stream().flatMap(judgement -> judgement.breaches().stream()).toList();
  }
}
