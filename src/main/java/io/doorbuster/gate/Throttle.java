package io.doorbuster.gate;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A bound on requests a second for the whole gate, with a tenth of a second's burst, of one request
 * at least.
 */
final class Throttle {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long BURST_NANOS = SECOND_NANOS / 10;

  private final LongSupplier nanoTime;
  private final AtomicLong dueAt;
  private volatile long intervalNanos;

  Throttle(int requestsPerSecond, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    rate(requestsPerSecond);
    this.dueAt = new AtomicLong(nanoTime.getAsLong() - burstNanos(intervalNanos));
  }

  /** Changes the rate at once. */
  void rate(int requestsPerSecond) {
    intervalNanos = Math.max(1, SECOND_NANOS / Math.max(1, requestsPerSecond));
  }

  private static long burstNanos(long interval) {
    return Math.max(BURST_NANOS, interval);
  }

  boolean allows() {
    long now = nanoTime.getAsLong();
    long interval = intervalNanos;
    long burst = burstNanos(interval);
    while (true) {
      long due = dueAt.get();
      long next = (due - now < -burst ? now - burst : due) + interval;
      if (next - now > 0) {
        return false;
      }
      if (dueAt.compareAndSet(due, next)) {
        return true;
      }
    }
  }
}
