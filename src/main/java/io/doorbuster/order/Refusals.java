package io.doorbuster.order;

import io.doorbuster.gate.Refusal;
import io.doorbuster.gate.Verdict;
import io.doorbuster.http.Exchange;
import io.doorbuster.http.PreparedProblem;
import io.doorbuster.http.Problem;
import io.doorbuster.inventory.ReserveResult;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/** The engine's no in the words of the gate, and a refusal as an HTTP answer. */
final class Refusals {
  private static final Map<Refusal, PreparedProblem> PREPARED = new EnumMap<>(Refusal.class);

  static {
    for (Refusal refusal : Refusal.values()) {
      PREPARED.put(refusal, new PreparedProblem(problem(refusal)));
    }
  }

  private Refusals() {}

  private static Problem problem(Refusal refusal) {
    Problem problem = Problem.of(refusal.id(), refusal.status(), refusal.title());
    // The engine's own answer, which may know of a few, says so instead.
    return refusal == Refusal.SOLD_OUT ? problem.with("left", 0) : problem;
  }

  /** Most refusals say no more than their name and when to come back. */
  static void answer(Exchange exchange, Verdict.Refused refused) {
    PreparedProblem prepared = PREPARED.get(refused.refusal());
    if (prepared == null || refused.detail() != null || refused.order() != null) {
      exchange.problem(problem(refused));
    } else {
      exchange.refuse(prepared, refused.retryAfter());
    }
  }

  static Problem problem(Verdict.Refused refused) {
    Refusal refusal = refused.refusal();
    Problem problem = problem(refusal).withRetryAfter(refused.retryAfter());
    if (refused.detail() != null) {
      problem = problem.withDetail(refused.detail());
    }
    return refused.order() == null
        ? problem
        : problem
            .withLocation("/api/orders/" + refused.order())
            .with("order", refused.order().toString());
  }

  /** The engine's no as the gate calls it. */
  static Refusal refusal(ReserveResult result) {
    return switch (result) {
      case ReserveResult.AlreadyOrdered a -> Refusal.ALREADY_ORDERED;
      case ReserveResult.OrderedRecently o -> Refusal.ORDERED_RECENTLY;
      case ReserveResult.SoldOut s -> Refusal.SOLD_OUT;
      case ReserveResult.NotOpen n -> Refusal.NOT_OPEN;
      case ReserveResult.Closed c -> Refusal.CLOSED;
      case ReserveResult.Paused p -> Refusal.PAUSED;
      case ReserveResult.Overloaded o -> Refusal.OVERLOADED;
      case ReserveResult.Reserved r -> throw new IllegalArgumentException("a yes is no refusal");
      case ReserveResult.Unknown u ->
          throw new IllegalArgumentException("an unknown answer is no refusal");
    };
  }

  /**
   * The engine's no as an answer.
   *
   * @param tryEvery what the buyer limiter leaves at most
   */
  static Problem problem(ReserveResult result, Duration tryEvery, Instant now) {
    Refusal refusal = refusal(result);
    return switch (result) {
      case ReserveResult.AlreadyOrdered a ->
          problem(new Verdict.Refused(refusal, null, a.order(), null));
      case ReserveResult.OrderedRecently o -> {
        Duration left = Duration.between(now, o.until());
        Duration wait = left.compareTo(tryEvery) > 0 ? left : tryEvery;
        yield problem(new Verdict.Refused(refusal, wait, o.order(), null));
      }
      case ReserveResult.SoldOut s ->
          problem(new Verdict.Refused(refusal, tryEvery, null, "There are " + s.left() + " left."))
              .with("left", s.left());
      case ReserveResult.Closed c -> problem(new Verdict.Refused(refusal, null, null, null));
      default -> problem(new Verdict.Refused(refusal, tryEvery, null, null));
    };
  }
}
