package io.doorbuster.drill.checker;

import io.doorbuster.drill.checker.Books.BookedOrder;
import io.doorbuster.drill.workload.Behaviour;
import io.doorbuster.drill.workload.Call;
import io.doorbuster.drill.workload.Ending;
import io.doorbuster.drill.workload.Interval;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Promise 5: every request has one named ending in a bounded time; one that our kill cut has a
 * buyer who learnt the end later; nobody, and no order, is stuck when the sale is over.
 */
final class NamedEnding implements Promise {
  private static final Set<String> REFUSALS =
      Set.of(
          "not-found",
          "not-open",
          "closed",
          "paused",
          "overloaded",
          "unauthenticated",
          "forbidden",
          "already-ordered",
          "ordered-recently",
          "too-fast",
          "sold-out",
          "invalid",
          "not-released",
          "not-counted");

  /** Beside what a look was ready to wait. */
  private static final long ANSWER_MS_MAX = 10_000;

  private static final long LOOK_MS_MAX = 20_000;

  @Override
  public int number() {
    return 5;
  }

  @Override
  public String sentence() {
    return "one named ending for every request";
  }

  @Override
  public void check(Evidence evidence, Consumer<String> breach) {
    for (Call call : evidence.history().calls()) {
      switch (call.outcome()) {
        case ANSWERED -> checkAnswer(evidence, call, breach);
        case CUT -> {
          if (!evidence.during(Interval.What.KILLED, call)) {
            breach.accept("cut, and nothing was killed: " + describe(call));
          }
        }
        case TIMED_OUT -> {
          if (!excused(evidence, call)) {
            breach.accept("no answer: " + describe(call));
          }
        }
        case LEFT -> {}
      }
    }
    checkEndings(evidence, breach);
    evidence.books().ifPresent(books -> stuckOrders(books).forEach(breach));
  }

  @Override
  public Optional<String> counted(Evidence evidence) {
    long unanswered =
        evidence.history().calls().stream()
            .filter(call -> !call.answered() && call.outcome() != Call.Outcome.LEFT)
            .count();
    return Optional.of(
        "%,d requests, %,d of them cut or not answered; %,d buyers, %,d stuck"
            .formatted(
                evidence.history().requests(),
                unanswered,
                evidence.plan().buyers(),
                stuck(evidence)));
  }

  @Override
  public Optional<String> unchecked(Evidence evidence) {
    return Promise.withoutBooks(evidence, "orders left without an end");
  }

  private static boolean excused(Evidence evidence, Call call) {
    return evidence.during(Interval.What.KILLED, call)
        || evidence.during(Interval.What.STORE_AWAY, call);
  }

  private static void checkAnswer(Evidence evidence, Call call, Consumer<String> breach) {
    String refusal = call.refusal();
    boolean unknown =
        refusal == null || (call.kind() == Call.Kind.ASK && !REFUSALS.contains(refusal));
    boolean broken = call.status() >= 500 && call.status() != 503;
    if (broken || (call.status() >= 400 && unknown)) {
      breach.accept("an answer without a name of ours: " + describe(call));
    }
    if (call.kind() == Call.Kind.ASK && call.status() < 400 && call.order() == null) {
      breach.accept("neither order nor refusal: " + describe(call));
    }
    long mostMs = call.kind() == Call.Kind.LOOK ? LOOK_MS_MAX : ANSWER_MS_MAX;
    if (call.endedMs() - call.sentMs() > mostMs && !excused(evidence, call)) {
      breach.accept("answered late: " + describe(call));
    }
    if (call.kind() == Call.Kind.LOOK && call.status() == 404) {
      breach.accept("an order of his own is unknown: " + describe(call));
    }
  }

  private static void checkEndings(Evidence evidence, Consumer<String> breach) {
    Map<Integer, Ending> endings = evidence.history().endings();
    for (int buyer = 0; buyer < evidence.plan().buyers(); buyer++) {
      Ending ending = endings.get(buyer);
      if (ending == null || ending == Ending.STUCK || ending == Ending.STOPPED) {
        breach.accept("buyer %d (%s) still waits".formatted(buyer, behaviour(evidence, buyer)));
      }
      boolean badPass =
          behaviour(evidence, buyer) == Behaviour.FORGES_PASS
              || behaviour(evidence, buyer) == Behaviour.EXPIRED_PASS;
      if (badPass && ending != Ending.UNAUTHENTICATED && ending != Ending.CLOSED) {
        breach.accept("buyer %d without a good pass ended %s".formatted(buyer, ending));
      }
      if (!badPass && ending == Ending.UNAUTHENTICATED) {
        breach.accept("buyer %d has a good pass and was refused for it".formatted(buyer));
      }
    }
  }

  private static Behaviour behaviour(Evidence evidence, int buyer) {
    return evidence.plan().behaviour(buyer);
  }

  private static List<String> stuckOrders(Books books) {
    return books.orders().stream()
        .filter(order -> "PLACED".equals(order.status()))
        .map(BookedOrder::id)
        .map(id -> "order " + id + " is PLACED, and the sale is over")
        .toList();
  }

  private static String describe(Call call) {
    return "buyer %d, %s of %s: %d %s after %d ms, at %d"
        .formatted(
            call.buyer(),
            call.kind(),
            call.order(),
            call.status(),
            call.refusal(),
            call.endedMs() - call.sentMs(),
            call.endedMs());
  }

  /** Buyers that still wait and orders without an end, for the report. */
  static long stuck(Evidence evidence) {
    Map<Integer, Ending> endings = evidence.history().endings();
    long ended = endings.values().stream().filter(e -> e != Ending.STUCK).count();
    long orders = evidence.books().map(books -> (long) stuckOrders(books).size()).orElse(0L);
    return evidence.plan().buyers() - ended + orders;
  }
}
