package io.doorbuster.outbox;

import java.util.ArrayDeque;

/**
 * Keeps calls to at most so many a second, as the one who is called would count them.
 *
 * <h2>Design</h2>
 *
 * Two rules. Starts are spaced, from the last start as it really was: after a stall nothing is
 * caught up. And a call holds its place in the second from its start until one second after its
 * end. A call arrives somewhere between its start and its end, so however long each was on its way,
 * no second at the other side ever holds more. A new pace waits a second first, since what a
 * process before this one sent is not known. Used by one thread; times are of a monotonic clock, in
 * nanoseconds. One without a limit lets every call start at once and remembers none.
 */
final class CallPace {
  static final long NEVER = Long.MAX_VALUE;
  private static final long SECOND_NS = 1_000_000_000L;

  /** Headroom of the spacing, in percent: a timer that fires early stays within the rate. */
  private static final long HEADROOM_PERCENT = 2;

  /** As many a second as there are. */
  static final int NO_LIMIT = Integer.MAX_VALUE;

  private final int perSecond;
  private final long spacingNs;
  private final ArrayDeque<Long> endsNs = new ArrayDeque<>();
  private int open;
  private long earliestNs;

  /**
   * Starts with a second of silence.
   *
   * @param perSecond calls, at least 1, or {@link #NO_LIMIT}, which has no silence either
   */
  CallPace(int perSecond, long nowNs) {
    this.perSecond = perSecond;
    this.spacingNs = SECOND_NS * (100 + HEADROOM_PERCENT) / 100 / perSecond;
    this.earliestNs = nowNs + SECOND_NS;
  }

  /** How long until a call may start: 0 is now, {@link #NEVER} not before another has ended. */
  long waitNs(long nowNs) {
    if (perSecond == NO_LIMIT) {
      return 0;
    }
    while (!endsNs.isEmpty() && nowNs - endsNs.peekFirst() >= SECOND_NS) {
      endsNs.removeFirst();
    }
    if (open >= perSecond) {
      return NEVER;
    }
    long wait = Math.max(0, earliestNs - nowNs);
    if (open + endsNs.size() >= perSecond) {
      wait = Math.max(wait, endsNs.getFirst() + SECOND_NS - nowNs);
    }
    return wait;
  }

  void started(long nowNs) {
    open++;
    earliestNs = nowNs + spacingNs;
  }

  void ended(long nowNs) {
    open--;
    if (perSecond != NO_LIMIT) {
      endsNs.addLast(nowNs);
    }
  }
}
