package io.doorbuster.outbox;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait after so many failures: twice as long each time, with jitter. */
final class Backoff {
  static final Duration LEAST = Duration.ofMillis(200);
  static final Duration MOST = Duration.ofSeconds(60);

  private final RandomGenerator random;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /**
   * A wait from half of its ceiling to the whole, so that what failed together does not return
   * together.
   *
   * @param failures in a row, from 1
   */
  Duration after(int failures) {
    long ceilingMs = 2 * LEAST.toMillis();
    for (int i = 1; i < failures && ceilingMs < MOST.toMillis(); i++) {
      ceilingMs *= 2;
    }
    ceilingMs = Math.min(ceilingMs, MOST.toMillis());
    return Duration.ofMillis(random.nextLong(ceilingMs / 2, ceilingMs + 1));
  }
}
