package io.doorbuster.inventory;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The engine inside this process: stock and queue in memory, rebuilt from the database at a start.
 * An order that was only queued dies with the process, and its units are then free again.
 *
 * <h2>Design</h2>
 *
 * Each sale has shards, each under its own lock; a buyer always meets the same one. The queue's
 * bound is a semaphore, taken with a unit under the shard's lock and given back at the
 * acknowledgement, so a reserved order always has a place, and a full queue changes no other
 * answer. The clock is read under that lock too: whoever sees a shard after the close sees all that
 * it will ever sell. An order of an epoch that is over may still stand in the queue; its commit
 * fails by that epoch. A shard without enough units borrows under the locks of all shards, taken in
 * their order: rare, since a SKU that is sold out is refused by the gate.
 */
public final class EmbeddedEngine implements InventoryEngine {
  private final InstantSource clock;
  private final int shards;
  private final ToIntFunction<BuyerId> shardOf;
  private final Semaphore places;
  private final int queueCapacity;
  private final LinkedBlockingQueue<QueuedOrder> queue = new LinkedBlockingQueue<>();
  private final Map<String, EmbeddedSale> sales = new ConcurrentHashMap<>();

  /**
   * @param shards of each sale's stock, 1 to 256
   * @param shardOf a buyer's shard, from 0
   * @param queueCapacity orders reserved and not committed, all sales together
   */
  public EmbeddedEngine(
      InstantSource clock, int shards, ToIntFunction<BuyerId> shardOf, int queueCapacity) {
    this.clock = clock;
    this.shards = shards;
    this.shardOf = shardOf;
    this.queueCapacity = queueCapacity;
    this.places = new Semaphore(queueCapacity);
  }

  @Override
  public void load(StockLoad load) {
    EmbeddedSale next = new EmbeddedSale(load, shards, shardOf, clock, places);
    discard(sales.put(load.sale(), next));
  }

  @Override
  public boolean isLoaded(String sale) {
    return sales.containsKey(sale);
  }

  @Override
  public Optional<StockMark> findMark(String sale) {
    return Optional.ofNullable(sales.get(sale)).map(EmbeddedSale::mark);
  }

  @Override
  public void unload(String sale) {
    discard(sales.remove(sale));
  }

  private void discard(@Nullable EmbeddedSale old) {
    if (old != null) {
      Set<QueuedOrder> lost = old.discard();
      queue.removeIf(lost::contains);
    }
  }

  @Override
  public void control(String sale, SaleControl control) {
    EmbeddedSale loaded = sales.get(sale);
    if (loaded != null) {
      loaded.control(control);
    }
  }

  @Override
  public boolean answersAtOnce() {
    return true;
  }

  @Override
  public List<ReserveResult> reserve(List<Claim> claims) {
    List<ReserveResult> results = new ArrayList<>(claims.size());
    for (Claim claim : claims) {
      results.add(reserve(claim));
    }
    return results;
  }

  private ReserveResult reserve(Claim claim) {
    EmbeddedSale sale = sales.get(claim.sale());
    if (sale == null) {
      return new ReserveResult.Unknown();
    }
    EmbeddedSale.Step step = sale.reserve(claim);
    if (step.queued() != null) {
      queue.add(step.queued());
    }
    return step.result();
  }

  @Override
  public List<QueuedOrder> drain(int most, Duration wait) {
    List<QueuedOrder> batch = new ArrayList<>(most);
    try {
      QueuedOrder first = queue.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
      if (first != null) {
        batch.add(first);
        queue.drainTo(batch, most - 1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return batch;
  }

  @Override
  public void acknowledge(List<QueuedOrder> orders) {
    for (QueuedOrder order : orders) {
      EmbeddedSale sale = sales.get(order.claim().sale());
      if (sale != null) {
        sale.acknowledge(order);
      }
    }
  }

  @Override
  public void end(String move, String sale, OrderId order, BuyerId buyer, boolean forget) {
    EmbeddedSale loaded = sales.get(sale);
    if (loaded != null) {
      loaded.end(move, order, buyer, forget);
    }
  }

  @Override
  public void add(String move, String sale, String sku, int shard, int quantity) {
    EmbeddedSale loaded = sales.get(sale);
    if (loaded != null) {
      loaded.add(move, sku, shard, quantity);
    }
  }

  @Override
  public int withdraw(String move, String sale, String sku, int quantity) {
    EmbeddedSale loaded = sales.get(sale);
    return loaded == null ? 0 : loaded.withdraw(move, sku, quantity);
  }

  @Override
  public int available(String sale, String sku) {
    @Nullable EmbeddedSale loaded = sales.get(sale);
    return loaded == null ? 0 : loaded.available(sku);
  }

  @Override
  public Optional<StockSums> findSums(String sale) {
    return Optional.ofNullable(sales.get(sale)).map(EmbeddedSale::sums);
  }

  @Override
  public Optional<StockStatus> findStatus(String sale) {
    return Optional.ofNullable(sales.get(sale)).map(EmbeddedSale::status);
  }

  @Override
  public Optional<QueuedOrder> findQueued(String sale, BuyerId buyer) {
    return Optional.ofNullable(sales.get(sale)).flatMap(loaded -> loaded.findQueued(buyer));
  }

  @Override
  public int queued() {
    return queueCapacity - places.availablePermits();
  }

  @Override
  public void close() {
    sales.keySet().forEach(this::unload);
  }
}
