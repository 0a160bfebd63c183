package io.doorbuster.order;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.inventory.SaleControl;
import io.doorbuster.inventory.StockLoad;
import io.doorbuster.inventory.StockMark;
import io.doorbuster.inventory.StockStatus;
import io.doorbuster.inventory.StockSums;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The real engine behind a line that can fail. */
final class FaultyEngine implements InventoryEngine {
  private final Supplier<InventoryEngine> engine;

  /** So many of the next reservations are made, and their answers lost. */
  final AtomicInteger answersToLose = new AtomicInteger();

  /** So many of the next reservations do not arrive. */
  final AtomicInteger callsToLose = new AtomicInteger();

  /** So many of the next reservations throw what no engine should. */
  final AtomicInteger callsToBreak = new AtomicInteger();

  final AtomicInteger calls = new AtomicInteger();

  /** How often the whole truth was asked for. */
  final AtomicInteger statuses = new AtomicInteger();

  /** It has let go of its sales, and will hold them again with their queues. */
  volatile boolean notHeld;

  FaultyEngine(Supplier<InventoryEngine> engine) {
    this.engine = engine;
  }

  @Override
  public List<ReserveResult> reserve(List<Claim> claims) {
    calls.incrementAndGet();
    if (callsToBreak.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      throw new IllegalStateException("a bug in the engine");
    }
    List<ReserveResult> lost =
        claims.stream().map(c -> (ReserveResult) new ReserveResult.Unknown()).toList();
    if (callsToLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      return lost;
    }
    List<ReserveResult> results = engine.get().reserve(claims);
    return answersToLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0 ? lost : results;
  }

  @Override
  public void load(StockLoad load) {
    engine.get().load(load);
  }

  @Override
  public Optional<StockMark> findMark(String sale) {
    return engine.get().findMark(sale);
  }

  @Override
  public boolean isLoaded(String sale) {
    return !notHeld && engine.get().isLoaded(sale);
  }

  @Override
  public void unload(String sale) {
    engine.get().unload(sale);
  }

  @Override
  public void control(String sale, SaleControl control) {
    engine.get().control(sale, control);
  }

  @Override
  public List<QueuedOrder> drain(int most, Duration wait) {
    return engine.get().drain(most, wait);
  }

  @Override
  public void acknowledge(List<QueuedOrder> orders) {
    engine.get().acknowledge(orders);
  }

  @Override
  public void end(String move, String sale, OrderId order, BuyerId buyer, boolean forget) {
    engine.get().end(move, sale, order, buyer, forget);
  }

  @Override
  public void add(String move, String sale, String sku, int shard, int quantity) {
    engine.get().add(move, sale, sku, shard, quantity);
  }

  @Override
  public int withdraw(String move, String sale, String sku, int quantity) {
    return engine.get().withdraw(move, sale, sku, quantity);
  }

  @Override
  public int available(String sale, String sku) {
    return engine.get().available(sale, sku);
  }

  @Override
  public Optional<StockSums> findSums(String sale) {
    return engine.get().findSums(sale);
  }

  @Override
  public Optional<StockStatus> findStatus(String sale) {
    statuses.incrementAndGet();
    return engine.get().findStatus(sale);
  }

  @Override
  public Optional<QueuedOrder> findQueued(String sale, BuyerId buyer) {
    return notHeld ? Optional.empty() : engine.get().findQueued(sale, buyer);
  }

  @Override
  public int queued() {
    return engine.get().queued();
  }

  @Override
  public void close() {
    engine.get().close();
  }
}
