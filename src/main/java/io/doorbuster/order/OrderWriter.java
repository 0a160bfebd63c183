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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes orders out of the queue and commits them in batches; only then are they PLACED.
 *
 * <h2>Design</h2>
 *
 * A batch that the store does not answer for is tried again until it does; one that the store
 * refuses is split until only the bad order is left, and that one becomes REJECTED. Several threads
 * do so where the store takes several commits at a time: while one waits, another prepares.
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
  private final List<Thread> threads;
  private final Map<Thread, String> faults = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  /**
   * @param batchRowsMax orders a commit, at most
   * @param linger how long a batch waits for more; zero commits what is there
   * @param threads how many batches are committed at a time
   */
  public OrderWriter(
      InventoryEngine engine,
      OrderStore store,
      InstantSource clock,
      int batchRowsMax,
      Duration linger,
      int threads,
      Listener listener) {
    this.engine = engine;
    this.store = store;
    this.clock = clock;
    this.batchRowsMax = batchRowsMax;
    this.linger = linger;
    this.listener = listener;
    Thread.Builder builder = Thread.ofPlatform().name("order-writer-", 1);
    this.threads = Stream.generate(() -> builder.unstarted(this::run)).limit(threads).toList();
  }

  public void start() {
    threads.forEach(Thread::start);
  }

  /** Orders committed since the start. */
  public long committed() {
    return committed.get();
  }

  /** Why orders are not written at present; empty while all is well. */
  public Optional<String> fault() {
    boolean ended =
        !stopping && threads.stream().anyMatch(one -> one.getState() == Thread.State.TERMINATED);
    return ended
        ? Optional.of("it has ended; start the server again")
        : faults.values().stream().findFirst();
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
        faults.remove(Thread.currentThread());
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
    if (!now.equals(faults.put(Thread.currentThread(), now))) {
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
    List<Thread> alive = threads.stream().filter(Thread::isAlive).toList();
    if (!await(alive, STOP_WAIT)) {
      alive.forEach(Thread::interrupt);
      await(alive, LAST_WAIT);
    }
  }

  /** Whether all have ended within the time. */
  private static boolean await(List<Thread> threads, Duration most) {
    long until = System.nanoTime() + most.toNanos();
    try {
      for (Thread thread : threads) {
        Duration left = Duration.ofNanos(Math.max(1, until - System.nanoTime()));
        if (!thread.join(left)) {
          return false;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }
}
