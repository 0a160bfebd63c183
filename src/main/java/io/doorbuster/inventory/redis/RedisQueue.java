package io.doorbuster.inventory.redis;

import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.StoreUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orders that this process has to write, out of the streams of all shards.
 *
 * <h2>Design</h2>
 *
 * An entry of a stream holds the orders of one reservation call. It is handed to one writer, stays
 * his until its last order is acknowledged, and is then deleted. A writer that is alive says so
 * every second for the entries in his hands; those of one that is silent for longer are claimed by
 * another. What both of them commit is committed once, so a claim too early does no harm.
 *
 * <p>An answer that was lost may have handed out entries: after any fault a shard is asked first
 * for what it has handed out before. An acknowledgement that fails is tried again; until then its
 * orders are held, and nothing is worse than that.
 */
final class RedisQueue {
  private static final Logger log = LoggerFactory.getLogger(RedisQueue.class);

  /** How often an empty queue is asked: fast enough that nobody notices. */
  private static final Duration POLL = Duration.ofMillis(5);

  /** Entries that were handed out before, a question; a writer has few batches in hand. */
  private static final int OWN_MAX = 10_000;

  /** An entry in our hands, and which of its orders are not acknowledged. */
  private record InHand(RedisSale sale, RedisShard shard, String entry, Set<OrderId> left) {}

  /** An order to be written, the oldest entry first. */
  private record Ready(QueuedOrder order, RedisSale sale, long age, int place) {}

  private final String writer;
  private final Supplier<Collection<RedisSale>> sales;
  private final ReentrantLock lock = new ReentrantLock();
  private final PriorityQueue<Ready> ready =
      new PriorityQueue<>(Comparator.comparingLong(Ready::age).thenComparingInt(Ready::place));
  private final Map<OrderId, InHand> byOrder = new HashMap<>();
  private final Set<RedisShard> askedForOwn = new HashSet<>();
  private final List<QueuedOrder> unacknowledged = new ArrayList<>();

  /** Whether one of those who wait for orders asks for all of them. */
  private final AtomicBoolean asks = new AtomicBoolean();

  /** A process that never asks for orders takes none over either. */
  private boolean writes;

  /**
   * @param writer a name that no other process has
   */
  RedisQueue(String writer, Supplier<Collection<RedisSale>> sales) {
    this.writer = writer;
    this.sales = sales;
  }

  List<QueuedOrder> drain(int most, Duration wait) {
    long until = System.nanoTime() + wait.toNanos();
    List<QueuedOrder> batch = drainOnce(most, true);
    boolean asking = false;
    try {
      while (batch.isEmpty()) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (leftMs <= 0) {
          break;
        }
        TimeUnit.MILLISECONDS.sleep(Math.min(POLL.toMillis(), leftMs));
        asking = asking || asks.compareAndSet(false, true);
        batch = drainOnce(most, asking);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (asking) {
        asks.set(false);
      }
    }
    return batch;
  }

  private List<QueuedOrder> drainOnce(int most, boolean asking) {
    lock.lock();
    try {
      writes = true;
      forgetOldEpochs();
      acknowledgeAgain();
      if (asking && ready.isEmpty()) {
        fetch(most);
      }
      List<QueuedOrder> batch = new ArrayList<>(Math.min(most, ready.size()));
      while (batch.size() < most && !ready.isEmpty()) {
        batch.add(ready.remove().order);
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** What was handed out in an epoch that is over is either lost, or handed out in the new one. */
  private void forgetOldEpochs() {
    Collection<RedisSale> current = sales.get();
    ready.removeIf(one -> !current.contains(one.sale));
    byOrder.values().removeIf(one -> !current.contains(one.sale));
    askedForOwn.removeIf(shard -> current.stream().noneMatch(sale -> sale.shards.contains(shard)));
  }

  private void fetch(int most) {
    for (RedisSale sale : sales.get()) {
      for (RedisShard shard : sale.shards) {
        try {
          if (!askedForOwn.contains(shard)) {
            take(sale, shard, shard.drain(writer, OWN_MAX, "own"));
            askedForOwn.add(shard);
          }
          take(sale, shard, shard.drain(writer, most, "new"));
        } catch (Fenced e) {
          sale.stop(e);
          break;
        } catch (StoreUnavailable e) {
          askedForOwn.remove(shard);
          log.debug("the queue of {} does not answer: {}", sale.id, e.getMessage());
          return;
        }
      }
    }
  }

  private void take(RedisSale sale, RedisShard shard, List<RedisShard.Entry> entries) {
    for (RedisShard.Entry entry : entries) {
      if (entry.orders().isEmpty() || byOrder.containsKey(first(entry))) {
        continue;
      }
      InHand inHand = new InHand(sale, shard, entry.id(), new HashSet<>());
      for (int i = 0; i < entry.orders().size(); i++) {
        OrderId id = entry.orders().get(i).claim().order();
        inHand.left.add(id);
        byOrder.put(id, inHand);
        ready.add(new Ready(entry.orders().get(i), sale, entry.age(), i));
      }
    }
  }

  /** An entry of which a part is acknowledged is known by any order that is left of it. */
  private OrderId first(RedisShard.Entry entry) {
    return entry.orders().stream()
        .map(order -> order.claim().order())
        .filter(byOrder::containsKey)
        .findFirst()
        .orElse(entry.orders().getFirst().claim().order());
  }

  void acknowledge(List<QueuedOrder> orders) {
    lock.lock();
    try {
      unacknowledged.addAll(orders);
      acknowledgeAgain();
    } finally {
      lock.unlock();
    }
  }

  private void acknowledgeAgain() {
    Map<InHand, List<OrderId>> byEntry = new HashMap<>();
    for (QueuedOrder order : unacknowledged) {
      InHand inHand = byOrder.get(order.claim().order());
      if (inHand != null && inHand.sale.epoch == order.epoch()) {
        byEntry.computeIfAbsent(inHand, k -> new ArrayList<>()).add(order.claim().order());
      }
    }
    Map<RedisShard, List<InHand>> byShard = new HashMap<>();
    byEntry.keySet().forEach(e -> byShard.computeIfAbsent(e.shard, k -> new ArrayList<>()).add(e));
    try {
      byShard.forEach((shard, entries) -> acknowledge(shard, entries, byEntry));
      unacknowledged.clear();
    } catch (StoreUnavailable e) {
      log.debug("orders are committed and not acknowledged yet: {}", e.getMessage());
    }
  }

  private void acknowledge(
      RedisShard shard, List<InHand> entries, Map<InHand, List<OrderId>> byEntry) {
    List<OrderId> orders = new ArrayList<>();
    List<String> done = new ArrayList<>();
    for (InHand entry : entries) {
      List<OrderId> own = byEntry.getOrDefault(entry, List.of());
      orders.addAll(own);
      if (own.containsAll(entry.left)) {
        done.add(entry.entry);
      }
    }
    try {
      shard.acknowledge(orders, done);
    } catch (Fenced e) {
      entries.getFirst().sale.stop(e);
    }
    entries.forEach(entry -> byEntry.getOrDefault(entry, List.of()).forEach(entry.left::remove));
    orders.forEach(byOrder::remove);
  }

  /**
   * Says that this writer lives, and takes over from those that do not; called every second.
   *
   * @param silent how long another must have been silent
   */
  void keep(Duration silent) {
    lock.lock();
    try {
      if (!writes) {
        return;
      }
      for (RedisSale sale : sales.get()) {
        for (RedisShard shard : sale.shards) {
          keep(sale, shard, silent);
        }
      }
    } catch (StoreUnavailable e) {
      log.debug("the queue does not answer: {}", e.getMessage());
    } finally {
      lock.unlock();
    }
  }

  private void keep(RedisSale sale, RedisShard shard, Duration silent) {
    Set<String> entries = new HashSet<>();
    for (InHand one : byOrder.values()) {
      if (one.shard == shard) {
        entries.add(one.entry);
      }
    }
    try {
      if (!entries.isEmpty()) {
        shard.keep(writer, List.copyOf(entries));
      }
      if (shard.held() > 0) {
        take(sale, shard, shard.drain(writer, OWN_MAX, Long.toString(silent.toMillis())));
      }
    } catch (Fenced e) {
      sale.stop(e);
    }
  }
}
