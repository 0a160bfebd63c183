package io.doorbuster.drill.checker;

import java.util.ArrayList;
import java.util.List;

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

  /** Every violation found, by promise; empty is a pass. */
  public static List<Breach> check(Evidence evidence) {
    List<Breach> breaches = new ArrayList<>();
    for (Promise promise : PROMISES) {
      List<String> found = new ArrayList<>();
      promise.check(evidence, found::add);
      found.stream()
          .limit(BREACHES_A_PROMISE)
          .map(what -> new Breach(promise.number(), promise.sentence(), what))
          .forEach(breaches::add);
      if (found.size() > BREACHES_A_PROMISE) {
        String more = "and " + (found.size() - BREACHES_A_PROMISE) + " more alike";
        breaches.add(new Breach(promise.number(), promise.sentence(), more));
      }
    }
    return breaches;
  }
}
