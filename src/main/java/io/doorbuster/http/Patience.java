package io.doorbuster.http;

import java.time.Duration;

/**
 * How long a server waits for those who call it.
 *
 * @param firstRequest a connection that has sent no whole request head after so long is closed
 * @param nextRequest likewise after its last answer: a few bytes now and then keep nothing open
 * @param idle nothing read or written; longer than the longest long poll
 * @param body a body that is not there after so long is cut off: a slow sender holds nothing
 */
record Patience(Duration firstRequest, Duration nextRequest, Duration idle, Duration body) {
  /** How often to look for connections that were too slow; they overstay by as much at most. */
  long sweepEveryMs() {
    return Math.max(1, Math.min(firstRequest.toMillis(), nextRequest.toMillis()) / 15);
  }
}
