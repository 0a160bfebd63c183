package io.doorbuster.inventory;

import io.doorbuster.inventory.ReserveResult.AlreadyOrdered;
import io.doorbuster.inventory.ReserveResult.Closed;
import io.doorbuster.inventory.ReserveResult.NotOpen;
import io.doorbuster.inventory.ReserveResult.OrderedRecently;
import io.doorbuster.inventory.ReserveResult.Overloaded;
import io.doorbuster.inventory.ReserveResult.Paused;
import io.doorbuster.inventory.ReserveResult.Reserved;
import io.doorbuster.inventory.ReserveResult.SoldOut;
import io.doorbuster.inventory.ReserveResult.Unknown;
import io.doorbuster.inventory.StockStatus.HeldOrder;
import io.doorbuster.inventory.StockStatus.ShardStatus;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One sale in the embedded engine.
 *
 * <h2>Design</h2>
 *
 * A claim that its own shard can serve takes that shard's lock alone. Whatever looks at several
 * shards, or is remembered by a move's id, takes all locks in their order, so it cannot deadlock
 * and sees one moment.
 */
final class EmbeddedSale {
  /** The outcome of a claim, and what to queue for it. */
  record Step(ReserveResult result, @Nullable QueuedOrder queued) {}

  /** A buyer's latest order as dedupe sees it. */
  private record BuyersOrder(OrderId id, Instant createdAt, boolean live) {}

  /** A slice of the stock; its fields are guarded by its lock. */
  private static final class Shard {
    final int index;
    final ReentrantLock lock = new ReentrantLock();
    final Map<String, Integer> available = new HashMap<>();
    final Map<BuyerId, BuyersOrder> buyers = new HashMap<>();
    final Map<OrderId, QueuedOrder> held = new LinkedHashMap<>();

    /** Of {@link #held} by SKU, so that nobody has to count. */
    final Map<String, Integer> heldUnits = new HashMap<>();

    SaleControl control;

    Shard(int index, SaleControl control) {
      this.index = index;
      this.control = control;
    }

    void change(String sku, int units) {
      available.merge(sku, units, Integer::sum);
    }

    int free(String sku) {
      return available.getOrDefault(sku, 0);
    }
  }

  private final String id;
  private final long epoch;
  private final Duration orderEvery;
  private final ToIntFunction<BuyerId> shardOf;
  private final InstantSource clock;

  /** The queue's places, one for each order held; shared by all sales of the engine. */
  private final Semaphore places;

  private final List<Shard> shards = new ArrayList<>();

  /** Moves made since the load, with what a withdrawal took; guarded by all locks together. */
  private final Map<String, Integer> moves = new HashMap<>();

  private boolean discarded;

  EmbeddedSale(
      StockLoad load,
      int shardCount,
      ToIntFunction<BuyerId> shardOf,
      InstantSource clock,
      Semaphore places) {
    this.id = load.sale();
    this.epoch = load.epoch();
    this.orderEvery = load.orderEvery();
    this.shardOf = shardOf;
    this.clock = clock;
    this.places = places;
    for (int i = 0; i < shardCount; i++) {
      shards.add(new Shard(i, load.control()));
    }
    load.available()
        .forEach(
            (sku, units) -> {
              for (int i = 0; i < shardCount; i++) {
                shards.get(i).change(sku, units / shardCount + (i < units % shardCount ? 1 : 0));
              }
            });
    for (StockLoad.KnownOrder order : load.orders()) {
      BuyersOrder known = new BuyersOrder(order.id(), order.createdAt(), order.live());
      shard(order.buyer()).buyers.merge(order.buyer(), known, EmbeddedSale::weightier);
    }
  }

  /** Of two orders of a buyer the one that bars him longer. */
  private static BuyersOrder weightier(BuyersOrder a, BuyersOrder b) {
    if (a.live() != b.live()) {
      return a.live() ? a : b;
    }
    return a.createdAt().isAfter(b.createdAt()) ? a : b;
  }

  private Shard shard(BuyerId buyer) {
    return shards.get(shardOf.applyAsInt(buyer));
  }

  Step reserve(Claim claim) {
    Shard shard = shard(claim.buyer());
    shard.lock.lock();
    try {
      Instant now = clock.instant();
      ReserveResult refusal = refuse(shard, claim, now);
      if (refusal != null) {
        return new Step(refusal, null);
      }
      if (shard.free(claim.sku()) >= claim.quantity()) {
        return hold(shard, claim, now);
      }
    } finally {
      shard.lock.unlock();
    }
    return withAllLocks(() -> reserveByBorrowing(shard, claim));
  }

  private Step reserveByBorrowing(Shard shard, Claim claim) {
    Instant now = clock.instant();
    ReserveResult refusal = refuse(shard, claim, now);
    if (refusal != null) {
      return new Step(refusal, null);
    }
    int left = shards.stream().mapToInt(s -> s.free(claim.sku())).sum();
    if (left < claim.quantity()) {
      return new Step(new SoldOut(left), null);
    }
    borrow(shard, claim.sku(), claim.quantity());
    return hold(shard, claim, now);
  }

  /** Evens out with the fullest sibling until there is enough; all locks are held. */
  private void borrow(Shard dry, String sku, int needed) {
    while (dry.free(sku) < needed) {
      Shard fullest = dry;
      for (Shard sibling : shards) {
        if (sibling != dry && (fullest == dry || sibling.free(sku) > fullest.free(sku))) {
          fullest = sibling;
        }
      }
      int missing = needed - dry.free(sku);
      int units = Math.min(fullest.free(sku), Math.max(missing, fullest.free(sku) / 2));
      fullest.change(sku, -units);
      dry.change(sku, units);
    }
  }

  private @Nullable ReserveResult refuse(Shard shard, Claim claim, Instant now) {
    if (discarded) {
      return new Unknown();
    }
    BuyersOrder known = shard.buyers.get(claim.buyer());
    if (known != null && known.id().equals(claim.order())) {
      return new Reserved(known.createdAt());
    }
    SaleControl control = shard.control;
    if (now.isBefore(control.opensAt())) {
      return new NotOpen();
    }
    if (control.state() == SaleControl.State.CLOSED || !now.isBefore(control.closesAt())) {
      return new Closed();
    }
    if (control.state() == SaleControl.State.PAUSED) {
      return new Paused();
    }
    if (known == null) {
      return null;
    }
    if (known.live()) {
      return new AlreadyOrdered(known.id(), known.createdAt());
    }
    Instant until = known.createdAt().plus(orderEvery);
    return now.isBefore(until) ? new OrderedRecently(known.id(), until) : null;
  }

  private Step hold(Shard shard, Claim claim, Instant now) {
    if (!places.tryAcquire()) {
      return new Step(new Overloaded(), null);
    }
    QueuedOrder order = new QueuedOrder(claim, shard.index, epoch, now);
    shard.change(claim.sku(), -claim.quantity());
    shard.buyers.put(claim.buyer(), new BuyersOrder(claim.order(), now, true));
    shard.held.put(claim.order(), order);
    shard.heldUnits.merge(claim.sku(), claim.quantity(), Integer::sum);
    return new Step(new Reserved(now), order);
  }

  void acknowledge(QueuedOrder order) {
    Shard shard = shard(order.claim().buyer());
    shard.lock.lock();
    try {
      if (order.epoch() == epoch && shard.held.remove(order.claim().order(), order)) {
        shard.heldUnits.merge(order.claim().sku(), -order.claim().quantity(), Integer::sum);
        places.release();
      }
    } finally {
      shard.lock.unlock();
    }
  }

  void control(SaleControl control) {
    withAllLocks(
        () -> {
          if (control.revision() >= shards.getFirst().control.revision()) {
            shards.forEach(shard -> shard.control = control);
          }
          return control;
        });
  }

  void end(String move, OrderId order, BuyerId buyer, boolean forget) {
    withAllLocks(
        () ->
            moves.computeIfAbsent(
                move,
                m -> {
                  Shard shard = shard(buyer);
                  BuyersOrder known = shard.buyers.get(buyer);
                  if (known != null && known.id().equals(order)) {
                    if (forget) {
                      shard.buyers.remove(buyer);
                    } else {
                      shard.buyers.put(buyer, new BuyersOrder(order, known.createdAt(), false));
                    }
                  }
                  return 0;
                }));
  }

  void add(String move, String sku, int shard, int quantity) {
    requireUnits(quantity);
    withAllLocks(
        () ->
            moves.computeIfAbsent(
                move,
                m -> {
                  shards.get(Math.floorMod(shard, shards.size())).change(sku, quantity);
                  return quantity;
                }));
  }

  int withdraw(String move, String sku, int quantity) {
    requireUnits(quantity);
    return withAllLocks(
        () ->
            moves.computeIfAbsent(
                move,
                m -> {
                  int missing = quantity;
                  for (Shard shard : shards) {
                    int units = Math.min(missing, shard.free(sku));
                    shard.change(sku, -units);
                    missing -= units;
                  }
                  return quantity - missing;
                }));
  }

  private static void requireUnits(int quantity) {
    if (quantity < 0) {
      throw new IllegalArgumentException("a move is of 0 units or more, not " + quantity);
    }
  }

  int available(String sku) {
    return withAllLocks(() -> shards.stream().mapToInt(shard -> shard.free(sku)).sum());
  }

  StockMark mark() {
    return new StockMark(id, epoch, Map.of());
  }

  StockSums sums() {
    return withAllLocks(
        () -> {
          Map<String, Integer> free = new HashMap<>();
          Map<String, Integer> held = new HashMap<>();
          for (Shard shard : shards) {
            shard.available.forEach((sku, units) -> free.merge(sku, units, Integer::sum));
            shard.heldUnits.forEach((sku, units) -> held.merge(sku, units, Integer::sum));
          }
          return new StockSums(epoch, shards.getFirst().control, free, held);
        });
  }

  /** Copies every order held, while nobody can reserve. */
  StockStatus status() {
    return withAllLocks(
        () ->
            new StockStatus(
                id,
                epoch,
                shards.getFirst().control,
                shards.stream().map(EmbeddedSale::status).toList(),
                Set.copyOf(moves.keySet())));
  }

  private static ShardStatus status(Shard shard) {
    List<HeldOrder> held =
        shard.held.values().stream()
            .map(QueuedOrder::claim)
            .map(claim -> new HeldOrder(claim.order(), claim.sku(), claim.quantity()))
            .toList();
    return new ShardStatus(shard.index, Map.copyOf(shard.available), held);
  }

  Optional<QueuedOrder> findQueued(BuyerId buyer) {
    Shard shard = shard(buyer);
    shard.lock.lock();
    try {
      BuyersOrder known = shard.buyers.get(buyer);
      return Optional.ofNullable(known == null ? null : shard.held.get(known.id()));
    } finally {
      shard.lock.unlock();
    }
  }

  /** Ends this sale's life in the engine; returns what it held, whose places are free again. */
  Set<QueuedOrder> discard() {
    return withAllLocks(
        () -> {
          discarded = true;
          Set<QueuedOrder> lost = new HashSet<>();
          for (Shard shard : shards) {
            lost.addAll(shard.held.values());
            shard.held.clear();
            shard.heldUnits.clear();
          }
          places.release(lost.size());
          return lost;
        });
  }

  private <T> T withAllLocks(Supplier<T> step) {
    shards.forEach(shard -> shard.lock.lock());
    try {
      return step.get();
    } finally {
      shards.forEach(shard -> shard.lock.unlock());
    }
  }
}
