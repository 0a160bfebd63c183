package io.doorbuster.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ThrottleTest {
  private static final long MS = 1_000_000;

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 50 * MS); // wraps on the way

  private int allowed(Throttle throttle, int asked) {
    int allowed = 0;
    for (int i = 0; i < asked; i++) {
      allowed += throttle.allows() ? 1 : 0;
    }
    return allowed;
  }

  @Test
  void allows_atOnce_aTenthOfASecondsBurst() {
    assertThat(allowed(new Throttle(1_000, nanos::get), 5_000)).isEqualTo(100);
  }

  @Test
  void allows_overTime_theRate() {
    Throttle throttle = new Throttle(1_000, nanos::get);
    allowed(throttle, 1_000);
    int allowed = 0;
    for (int ms = 0; ms < 2_000; ms++) {
      nanos.addAndGet(MS);
      allowed += allowed(throttle, 5);
    }
    assertThat(allowed).isEqualTo(2_000);
  }

  @Test
  void allows_afterALongSilence_noMoreThanTheBurst() {
    Throttle throttle = new Throttle(1_000, nanos::get);
    allowed(throttle, 1_000);
    nanos.addAndGet(3_600_000 * MS);
    assertThat(allowed(throttle, 1_000)).isEqualTo(100);
  }

  @Test
  void allows_rateBelowTenASecond_oneAtATime() {
    for (int rate : new int[] {1, 2, 5, 9}) {
      Throttle throttle = new Throttle(rate, nanos::get);
      assertThat(allowed(throttle, 10)).as("rate %s", rate).isEqualTo(1);
      int allowed = 0;
      for (int ms = 0; ms < 10_000; ms += 10) {
        nanos.addAndGet(10 * MS);
        allowed += allowed(throttle, 3);
      }
      assertThat(allowed).as("rate %s", rate).isBetween(rate * 9, rate * 10);
    }
  }

  @Test
  void rate_changed_countsAtOnce() {
    Throttle throttle = new Throttle(1_000_000, nanos::get);
    throttle.rate(100);
    allowed(throttle, 1_000);
    nanos.addAndGet(50 * MS);
    assertThat(allowed(throttle, 1_000)).isEqualTo(5);
    throttle.rate(10_000);
    nanos.addAndGet(50 * MS);
    assertThat(allowed(throttle, 5_000)).isBetween(400, 1_000);
  }
}
