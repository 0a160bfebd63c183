package io.doorbuster.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PreparedProblemTest {
  private final Problem problem =
      Problem.of("sold-out", 410, "There are \"none\".").with("left", 0);
  private final PreparedProblem prepared = new PreparedProblem(problem);

  @Test
  void body_withoutAWait_isThatOfTheProblem() {
    assertThat(prepared.body(null)).isEqualTo(problem.toJson().toBuffer());
    assertThat(prepared.status()).isEqualTo(410);
  }

  @Test
  void body_withAWait_isThatOfTheProblem() {
    for (Duration wait :
        List.of(
            Duration.ZERO,
            Duration.ofNanos(1),
            Duration.ofSeconds(5),
            Duration.ofDays(365),
            Duration.ofSeconds(1_000_000_000L))) {
      assertThat(prepared.body(wait).toJsonObject())
          .isEqualTo(problem.withRetryAfter(wait).toJson());
    }
  }
}
