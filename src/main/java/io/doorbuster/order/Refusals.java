package io.doorbuster.order;

import io.doorbuster.gate.Refusal;
import io.doorbuster.gate.Verdict;
import io.doorbuster.http.Problem;

/** A refusal as an HTTP answer. */
final class Refusals {
  private Refusals() {}

  static Problem problem(Verdict.Refused refused) {
    Refusal refusal = refused.refusal();
    Problem problem =
        Problem.of(refusal.id(), refusal.status(), refusal.title())
            .withRetryAfter(refused.retryAfter());
    if (refused.detail() != null) {
      problem = problem.withDetail(refused.detail());
    }
    return refused.order() == null
        ? problem
        : problem
            .withLocation("/api/orders/" + refused.order())
            .with("order", refused.order().toString());
  }
}
