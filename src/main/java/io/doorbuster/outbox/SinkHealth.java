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

  /** A sink that takes some and not others is told of once in this time, not at every change. */
  private static final long REPEAT_NS = Duration.ofSeconds(10).toNanos();

  private final Backoff backoff;
  private int failures;
  private String reason = "";
  private boolean told;
  private long toldNs;
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
    if (told) {
      log.info("the sink answers again");
    }
    told = false;
    away = false;
    failures = 0;
  }

  /** Nobody was there; calls that were under way together count as one. A new reason is told. */
  void missed(String why, long nowNs) {
    if (away && nowNs - retryNs < 0) {
      return;
    }
    if (!why.equals(reason) || (!told && nowNs - toldNs >= REPEAT_NS)) {
      log.warn("events wait for their sink: {}", why);
      told = true;
      toldNs = nowNs;
    }
    away = true;
    reason = why;
    failures++;
    Duration wait = backoff.after(failures);
    retryNs = nowNs + wait.toNanos();
  }
}
