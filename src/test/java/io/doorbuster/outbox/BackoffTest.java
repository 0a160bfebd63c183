package io.doorbuster.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BackoffTest {

  @Test
  void after_moreFailures_growsToItsBoundWithJitter() {
    long seed = new Random().nextLong();
    System.out.println("BackoffTest seed " + seed);
    Backoff backoff = new Backoff(new Random(seed));
    long ceilingMs = 400;
    for (int failures = 1; failures < 40; failures++) {
      for (int i = 0; i < 50; i++) {
        long waitMs = backoff.after(failures).toMillis();
        assertThat(waitMs).isBetween(ceilingMs / 2, ceilingMs);
      }
      ceilingMs = Math.min(60_000, ceilingMs * 2);
    }
  }

  @Test
  void after_theSameFailures_isNotTheSameWait() {
    Backoff backoff = new Backoff(new Random(3));
    Duration first = backoff.after(20);
    assertThat(java.util.stream.Stream.generate(() -> backoff.after(20)).limit(20))
        .anyMatch(wait -> !wait.equals(first));
  }
}
