package io.doorbuster.console;

import io.doorbuster.http.Problem;

/** An operator's call that ends here with a problem; thrown so that each handler reads straight. */
final class Declined extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Problem problem;

  Declined(Problem problem) {
    super(problem.title(), null, false, false);
    this.problem = problem;
  }

  static Declined invalid(String detail) {
    return new Declined(Problem.of("invalid", 400, "The request is not right.", detail));
  }

  static Declined notFound(String what, String detail) {
    return new Declined(Problem.notFound(what).withDetail(detail));
  }

  Problem problem() {
    return problem;
  }
}
