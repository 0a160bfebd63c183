package io.doorbuster.gate;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A bound on requests a second for the whole gate, with a tenth of a second's burst. */
final class Throttle {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long BURST_NANOS = SECOND_NANOS / 10;

  private final LongSupplier nanoTime;
  private final AtomicLong dueAt;
  private volatile long intervalNanos;

  Throttle(int requestsPerSecond, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.dueAt = new AtomicLong(nanoTime.getAsLong() - BURST_NANOS);
    rate(requestsPerSecond);
  }

  /** Changes the rate at once. */
  void rate(int requestsPerSecond) {
    intervalNanos = Math.max(1, SECOND_NANOS / requestsPerSecond);
  }

  boolean allows() {
    long now = nanoTime.getAsLong();
    while (true) {
      long due = dueAt.get();
      long next = (due - now < -BURST_NANOS ? now - BURST_NANOS : due) + intervalNanos;
      if (next - now > 0) {
        return false;
      }
      if (dueAt.compareAndSet(due, next)) {
        return true;
      }
    }
  }
}
