package io.doorbuster.cli;

import io.doorbuster.sale.StoreUnavailable;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that calls things again and again; a fault of one call does not end the next. */
final class Ticker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Ticker.class);

  private final ScheduledExecutorService thread;

  Ticker(String name) {
    thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name(name).daemon().factory());
  }

  void every(Duration interval, Runnable work) {
    long ms = interval.toMillis();
    var _ = thread.scheduleWithFixedDelay(() -> runGuarded(work), ms, ms, TimeUnit.MILLISECONDS);
  }

  private static void runGuarded(Runnable work) {
    try {
      work.run();
    } catch (StoreUnavailable e) {
      log.debug("a store is away: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("goes on after: {}", e.toString(), e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(500, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
