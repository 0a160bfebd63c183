package shop;

import java.util.ArrayDeque;

/** Measures how often Doorbuster calls: the most calls that fell into any one second. */
public final class CallRate {
  private static final long SECOND_NS = 1_000_000_000L;

  private final ArrayDeque<Long> lastSecond = new ArrayDeque<>();
  private int perSecondMax;
  private long total;

  /** Counts a call at this reading of a monotonic clock, in nanoseconds. */
  public synchronized void call(long nowNs) {
    while (!lastSecond.isEmpty() && nowNs - lastSecond.peekFirst() >= SECOND_NS) {
      lastSecond.removeFirst();
    }
    lastSecond.addLast(nowNs);
    perSecondMax = Math.max(perSecondMax, lastSecond.size());
    total++;
  }

  public synchronized int perSecondMax() {
    return perSecondMax;
  }

  public synchronized long total() {
    return total;
  }
}
