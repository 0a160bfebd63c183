package io.doorbuster.drill.workload;

/**
 * A stretch of time that answers are judged by, milliseconds since 1970, both ends included.
 *
 * @param what happened in it
 */
public record Interval(What what, long fromMs, long untilMs) {
  /** The trouble that we made, or the operator's pause. */
  public enum What {
    /** From the kill until the server said that it was ready. */
    KILLED,
    /** The store was taken away. */
    STORE_AWAY,
    /** From the pause's acknowledgement until the resume was sent. */
    PAUSED,
    /** The close's acknowledgement, without an end. */
    CLOSED
  }

  public boolean contains(long ms) {
    return fromMs <= ms && ms <= untilMs;
  }

  public boolean overlaps(long startMs, long endMs) {
    return fromMs <= endMs && startMs <= untilMs;
  }
}
