package io.doorbuster.sale;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * How far another clock is ahead of ours. It was read at some moment of a round trip, so the truth
 * lies within half of that on either side.
 *
 * @param ahead negative where it is behind
 * @param within never negative
 */
public record ClockOffset(Duration ahead, Duration within) {
  /**
   * From one question.
   *
   * @param asked by our clock
   * @param told by the other one
   * @param answered by our clock
   */
  public static ClockOffset of(Instant asked, Instant told, Instant answered) {
    Duration half = Duration.between(asked, answered).dividedBy(2);
    return new ClockOffset(Duration.between(asked.plus(half), told), half.abs());
  }

  /** Of two measurements that which is known better. */
  public ClockOffset better(ClockOffset other) {
    return other.within.compareTo(within) < 0 ? other : this;
  }

  /** How far this clock is ahead of a third one, where our own is ahead of that by {@code ours}. */
  public ClockOffset plus(ClockOffset ours) {
    return new ClockOffset(ahead.plus(ours.ahead), within.plus(ours.within));
  }

  /** The same seen from the other clock. */
  public ClockOffset reversed() {
    return new ClockOffset(ahead.negated(), within);
  }

  /** Whether it is off by more than this, wherever within its bounds the truth lies. */
  public boolean isSurelyOver(Duration limit) {
    return ahead.abs().minus(within).compareTo(limit) > 0;
  }

  /** Whether it is not off by more than this, wherever within its bounds the truth lies. */
  public boolean isSurelyWithin(Duration limit) {
    return ahead.abs().plus(within).compareTo(limit) <= 0;
  }

  /** In milliseconds with a tenth: {@code +12.3 ms (within 0.4 ms)}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%+.1f ms (within %.1f ms)", ms(ahead), ms(within));
  }

  private static double ms(Duration time) {
    return time.toNanos() / 1e6;
  }
}
