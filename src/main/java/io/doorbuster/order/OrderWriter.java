package io.doorbuster.order;

import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.sale.ConstraintViolated;
import io.doorbuster.sale.StoreUnavailable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes orders out of the queue and commits them in batches; only then are they PLACED. A batch
 * that the store does not answer for is tried again until it does; one that the store refuses is
 * split until only the bad order is left, and that one becomes REJECTED.
 */
public final class OrderWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OrderWriter.class);
  private static final Duration IDLE_WAIT = Duration.ofMillis(100);
  private static final Duration RETRY = Duration.ofMillis(100);

  /** How long a stop waits for the queue to be written. */
  private static final Duration STOP_WAIT = Duration.ofSeconds(5);

  /** Whom the writer tells. */
  public interface Listener {
    /** The order is committed. */
    void placed(QueuedOrder order);

    /** The order is committed as refused. */
    void rejected(QueuedOrder order);

    /** The order is of an epoch that is over; nothing is left of it. */
    void lost(QueuedOrder order);

    /** The books of a sale do not fit its engine; it must be rebuilt before it goes on. */
    void stockCheckFailed(String sale);
  }

  private final InventoryEngine engine;
  private final OrderStore store;
  private final InstantSource clock;
  private final int batchRowsMax;
  private final Duration linger;
  private final Listener listener;
  private final AtomicLong committed = new AtomicLong();
  private final Thread thread;
  private volatile boolean stopping;

  /**
   * @param batchRowsMax orders a commit, at most
   * @param linger how long a batch waits for more; zero commits what is there
   */
  public OrderWriter(
      InventoryEngine engine,
      OrderStore store,
      InstantSource clock,
      int batchRowsMax,
      Duration linger,
      Listener listener) {
    this.engine = engine;
    this.store = store;
    this.clock = clock;
    this.batchRowsMax = batchRowsMax;
    this.linger = linger;
    this.listener = listener;
    this.thread = Thread.ofPlatform().name("order-writer").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Orders committed since the start. */
  public long committed() {
    return committed.get();
  }

  private void run() {
    while (!stopping || engine.queued() > 0) {
      try {
        List<QueuedOrder> batch = nextBatch();
        if (!batch.isEmpty()) {
          write(batch);
        } else if (stopping) {
          return;
        }
      } catch (RuntimeException e) {
        log.error("the order writer goes on after: {}", e.toString(), e);
        sleep(RETRY);
      }
    }
  }

  private List<QueuedOrder> nextBatch() {
    List<QueuedOrder> batch = engine.drain(batchRowsMax, IDLE_WAIT);
    if (batch.isEmpty() || linger.isZero()) {
      return batch;
    }
    List<QueuedOrder> gathered = new ArrayList<>(batch);
    long until = System.nanoTime() + linger.toNanos();
    while (gathered.size() < batchRowsMax && System.nanoTime() < until) {
      Duration left = Duration.ofNanos(Math.max(1, until - System.nanoTime()));
      gathered.addAll(engine.drain(batchRowsMax - gathered.size(), left));
    }
    return gathered;
  }

  /** Returns once every order of the batch has its fate. */
  void write(List<QueuedOrder> batch) {
    while (true) {
      try {
        settle(store.commit(batch, clock.instant()));
        return;
      } catch (StoreUnavailable e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        sleep(RETRY);
      } catch (ConstraintViolated e) {
        split(batch, e);
        return;
      } catch (OrderBatch.StockCheckFailed e) {
        log.error("{}: {} orders are lost, the engine is rebuilt", e.getMessage(), batch.size());
        listener.stockCheckFailed(e.sale());
        engine.acknowledge(batch);
        batch.forEach(listener::lost);
        return;
      }
    }
  }

  private void settle(OrderBatch.Result result) {
    committed.addAndGet(result.placed().size());
    engine.acknowledge(result.placed());
    engine.acknowledge(result.stale());
    result.placed().forEach(listener::placed);
    result.stale().forEach(listener::lost);
  }

  private void split(List<QueuedOrder> batch, ConstraintViolated cause) {
    if (batch.size() > 1) {
      write(batch.subList(0, batch.size() / 2));
      write(batch.subList(batch.size() / 2, batch.size()));
      return;
    }
    QueuedOrder bad = batch.getFirst();
    log.warn("order {} is rejected: {}", bad.claim().order(), cause.getMessage());
    String reason =
        cause.getMessage() != null && cause.getMessage().contains("live_key")
            ? "already-ordered"
            : "refused-by-the-store";
    while (true) {
      try {
        store.reject(bad, reason, clock.instant());
        engine.acknowledge(batch);
        listener.rejected(bad);
        return;
      } catch (StoreUnavailable e) {
        sleep(RETRY);
      }
    }
  }

  private static void sleep(Duration time) {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes what is queued, for a bounded time, then stops. */
  @Override
  public void close() {
    stopping = true;
    try {
      thread.join(STOP_WAIT);
      thread.interrupt();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
