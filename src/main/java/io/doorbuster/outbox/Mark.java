package io.doorbuster.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of an event, to be written into its row.
 *
 * @param deliveredAt set where it need not be sent again
 * @param parkedAt set where it waits for an operator
 * @param attempts tries that failed so far
 * @param nextAt not sent again before
 */
record Mark(
    long seq,
    @Nullable Instant deliveredAt,
    @Nullable Instant parkedAt,
    int attempts,
    Instant nextAt,
    @Nullable String error) {
  /** The note on events of test sales that are not sent. */
  static final String KEPT_BACK = "kept-back";

  private static final int ERROR_CHARS_MAX = 300;

  static Mark delivered(StoredEvent event, Instant now) {
    return new Mark(event.seq(), now, null, event.attempts(), Instant.EPOCH, null);
  }

  static Mark keptBack(StoredEvent event, Instant now) {
    return new Mark(event.seq(), now, null, event.attempts(), Instant.EPOCH, KEPT_BACK);
  }

  static Mark failed(StoredEvent event, Instant nextAt, String error) {
    return new Mark(event.seq(), null, null, event.attempts() + 1, nextAt, cut(error));
  }

  static Mark parked(StoredEvent event, Instant now, String error) {
    return new Mark(event.seq(), null, now, event.attempts() + 1, now, cut(error));
  }

  private static String cut(String error) {
    return error.substring(0, Math.min(error.length(), ERROR_CHARS_MAX));
  }
}
