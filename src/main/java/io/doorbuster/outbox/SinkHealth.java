package io.doorbuster.outbox;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether somebody is at the other end. While nobody is, one call at a time asks, ever more rarely;
 * no event is blamed for it. Written by the relay's thread alone.
 */
final class SinkHealth {
  private static final Logger log = LoggerFactory.getLogger(SinkHealth.class);

  private final Backoff backoff;
  private int failures;
  private String reason = "";
  private long retryNs;
  private volatile boolean away;

  SinkHealth(Backoff backoff, long nowNs) {
    this.backoff = backoff;
    this.retryNs = nowNs;
  }

  boolean isAway() {
    return away;
  }

  /** How long to leave it alone. */
  long waitNs(long nowNs) {
    return Math.max(0, retryNs - nowNs);
  }

  void answered() {
    if (away) {
      log.info("the sink answers again");
    }
    away = false;
    failures = 0;
  }

  /** Nobody was there; calls that were under way together count as one. A new reason is told. */
  void missed(String why, long nowNs) {
    if (away && nowNs - retryNs < 0) {
      return;
    }
    if (!away || !why.equals(reason)) {
      log.warn("events wait for their sink: {}", why);
    }
    away = true;
    reason = why;
    failures++;
    Duration wait = backoff.after(failures);
    retryNs = nowNs + wait.toNanos();
  }
}
