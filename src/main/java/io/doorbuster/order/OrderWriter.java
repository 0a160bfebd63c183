package io.doorbuster.order;

import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.sale.ConstraintViolated;
import io.doorbuster.sale.ConstraintViolated.Kind;
import io.doorbuster.sale.StoreUnavailable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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
  private static final Duration STOP_WAIT = Duration.ofSeconds(4);

  /** How long a stop waits for an interrupted commit, before the database is closed under it. */
  private static final Duration LAST_WAIT = Duration.ofSeconds(1);

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
  private volatile @Nullable String fault;

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

  /** Why no order is written at present; empty while all is well. */
  public Optional<String> fault() {
    boolean ended = thread.getState() == Thread.State.TERMINATED && !stopping;
    return Optional.ofNullable(ended ? "it has ended; start the server again" : fault);
  }

  private void run() {
    List<QueuedOrder> batch = List.of();
    while (!stopping || engine.queued() > 0) {
      try {
        batch = batch.isEmpty() ? nextBatch() : batch;
        if (!batch.isEmpty()) {
          write(batch);
        } else if (stopping) {
          return;
        }
        batch = List.of();
        fault = null;
      } catch (RuntimeException | Error e) {
        failed(e);
      }
    }
  }

  /**
   * Even an error may pass, as want of memory does. The same batch is written again, which is safe;
   * until that works, whoever asks is told, and orders are queued up to the bound.
   */
  private void failed(Throwable e) {
    String now = String.valueOf(e);
    if (!now.equals(fault)) {
      fault = now;
      log.error("the order writer goes on after: {}", now, e);
    }
    sleep(RETRY);
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

  /** Returns once every order of the batch has its fate, or the writer is stopped. */
  void write(List<QueuedOrder> batch) {
    OrderBatch.Result result = commit(batch);
    if (result != null) {
      committed.addAndGet(result.placed().size());
      engine.acknowledge(result.placed());
      engine.acknowledge(result.stale());
      tell(result.placed(), listener::placed);
      tell(result.stale(), listener::lost);
    }
  }

  /** Null where the batch was split, or the writer is stopped. */
  private OrderBatch.@Nullable Result commit(List<QueuedOrder> batch) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        return store.commit(batch, engine::findMark, clock.instant());
      } catch (StoreUnavailable e) {
        sleep(RETRY);
      } catch (OrderBatch.StockCheckFailed e) {
        log.error("{}: the engine is rebuilt, what it had queued is lost", e.getMessage());
        rebuild(e.sale());
      } catch (RuntimeException e) {
        refused(batch, e);
        return null;
      }
    }
    return null;
  }

  /** With the new epoch, what the engine sold wrongly is stale; the rest of the batch stands. */
  private boolean rebuild(String sale) {
    try {
      listener.stockCheckFailed(sale);
      return true;
    } catch (RuntimeException e) {
      log.error("{} could not be rebuilt yet: {}", sale, e.toString());
      sleep(RETRY);
      return false;
    }
  }

  private void refused(List<QueuedOrder> batch, RuntimeException cause) {
    if (batch.size() > 1) {
      write(batch.subList(0, batch.size() / 2));
      write(batch.subList(batch.size() / 2, batch.size()));
      return;
    }
    QueuedOrder bad = batch.getFirst();
    log.warn("order {} is rejected: {}", bad.claim().order(), cause.toString());
    // The one unique key that an insert of new orders can break is that of live orders.
    String reason =
        cause instanceof ConstraintViolated refusal && refusal.kind() == Kind.DUPLICATE
            ? "already-ordered"
            : "refused-by-the-store";
    while (!Thread.currentThread().isInterrupted()) {
      try {
        store.reject(bad, reason, clock.instant());
        engine.acknowledge(batch);
        tell(batch, listener::rejected);
        return;
      } catch (StoreUnavailable e) {
        sleep(RETRY);
      } catch (RuntimeException e) {
        log.error("order {} can not even be rejected: {}", bad.claim().order(), e.toString());
        if (rebuild(bad.claim().sale())) {
          tell(batch, listener::lost);
          return;
        }
      }
    }
  }

  /** A listener's fault is no reason to write an order again. */
  private static void tell(List<QueuedOrder> orders, Consumer<QueuedOrder> news) {
    for (QueuedOrder order : orders) {
      try {
        news.accept(order);
      } catch (RuntimeException e) {
        log.error("after order {}: {}", order.claim().order(), e.toString(), e);
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
    if (!thread.isAlive()) {
      return;
    }
    try {
      if (!thread.join(STOP_WAIT)) {
        thread.interrupt();
        boolean _ = thread.join(LAST_WAIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
