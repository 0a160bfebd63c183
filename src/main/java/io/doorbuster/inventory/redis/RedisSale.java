package io.doorbuster.inventory.redis;

import io.doorbuster.inventory.Claim;
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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One sale in one epoch on Redis: its shards, and what takes more than one of them.
 *
 * <h2>Design</h2>
 *
 * A claim goes to its buyer's shard, all shards of a batch side by side. Those that a shard could
 * not serve alone are then served one by one, in their order, by {@link Borrowing}. A shard that is
 * not the one we know stops the sale here: nothing is asked of it any more, claims are Unknown, and
 * whoever looks finds the sale not loaded.
 */
final class RedisSale {
  private static final Logger log = LoggerFactory.getLogger(RedisSale.class);

  final String id;
  final long epoch;
  final List<RedisShard> shards;
  private final ToIntFunction<BuyerId> shardOf;
  private final Borrowing borrowing;
  private volatile State state;

  /** What may be done with the sale here. */
  private enum State {
    /** Being put there: it is told with the stock that it is given, and no claim reaches it yet. */
    LOADING,
    RUNNING,
    STOPPED
  }

  /**
   * @param room orders that may still be reserved, over all shards and sales
   */
  RedisSale(
      Redis redis,
      String id,
      long epoch,
      int shardCount,
      ToIntFunction<BuyerId> shardOf,
      @Nullable InstantSource clock,
      IntSupplier room) {
    this.id = id;
    this.epoch = epoch;
    this.shardOf = shardOf;
    List<RedisShard> all = new ArrayList<>();
    for (int i = 0; i < shardCount; i++) {
      all.add(new RedisShard(redis, id, i, epoch, clock, room));
    }
    this.shards = List.copyOf(all);
    this.borrowing = new Borrowing(shards);
    this.state = State.RUNNING;
  }

  boolean isStopped() {
    return state == State.STOPPED;
  }

  boolean isRunning() {
    return state == State.RUNNING;
  }

  void requireRunning() {
    if (!isRunning()) {
      throw new Fenced(id);
    }
  }

  /** What comes of a sale that is being loaded is an answer of its last epoch, or too early. */
  void stop(Fenced why) {
    if (state == State.RUNNING) {
      log.warn("{}: {}", id, why.getMessage());
      state = State.STOPPED;
    }
  }

  private RedisShard shard(BuyerId buyer) {
    return shards.get(shardOf.applyAsInt(buyer));
  }

  /** From here on the sale is told as it will be, so that one loaded anew is never missing. */
  void announce(StockLoad load) {
    state = State.LOADING;
    shards.forEach(shard -> shard.announce(stock(load, shard)));
  }

  /** Each shard's part of the units. */
  private Map<String, Integer> stock(StockLoad load, RedisShard shard) {
    Map<String, Integer> stock = new HashMap<>();
    load.available()
        .forEach(
            (sku, units) ->
                stock.put(
                    sku, units / shards.size() + (shard.index < units % shards.size() ? 1 : 0)));
    return stock;
  }

  void load(StockLoad load) {
    Map<Integer, List<String>> orders = new HashMap<>();
    latest(load.orders())
        .forEach(
            (buyer, order) ->
                orders
                    .computeIfAbsent(shardOf.applyAsInt(buyer), k -> new ArrayList<>())
                    .addAll(RedisShard.buyersOrder(order)));
    for (RedisShard shard : shards) {
      shard.load(
          load.control(),
          load.orderEvery(),
          stock(load, shard),
          orders.getOrDefault(shard.index, List.of()));
    }
    state = State.RUNNING;
  }

  /** Of a buyer's orders the one that bars him longest. */
  private static Map<BuyerId, StockLoad.KnownOrder> latest(List<StockLoad.KnownOrder> orders) {
    Map<BuyerId, StockLoad.KnownOrder> latest = new LinkedHashMap<>();
    for (StockLoad.KnownOrder order : orders) {
      latest.merge(
          order.buyer(),
          order,
          (a, b) -> {
            if (a.live() != b.live()) {
              return a.live() ? a : b;
            }
            return a.createdAt().isAfter(b.createdAt()) ? a : b;
          });
    }
    return latest;
  }

  List<ReserveResult> reserve(List<Claim> claims) {
    Map<RedisShard, List<Integer>> byShard = new LinkedHashMap<>();
    for (int i = 0; i < claims.size(); i++) {
      byShard.computeIfAbsent(shard(claims.get(i).buyer()), k -> new ArrayList<>()).add(i);
    }
    ReserveResult[] results = new ReserveResult[claims.size()];
    SideBySide.run(
        byShard.entrySet(),
        one -> {
          List<Claim> own = one.getValue().stream().map(claims::get).toList();
          List<ReserveResult> answers = one.getKey().reserve(own);
          for (int i = 0; i < answers.size(); i++) {
            results[one.getValue().get(i)] = answers.get(i);
          }
        });
    List<ReserveResult> inOrder = new ArrayList<>(claims.size());
    for (int i = 0; i < claims.size(); i++) {
      RedisShard shard = shard(claims.get(i).buyer());
      boolean dry = results[i] instanceof ReserveResult.SoldOut && shards.size() > 1;
      inOrder.add(dry ? borrowing.reserve(claims.get(i), shard) : results[i]);
    }
    return inOrder;
  }

  void control(SaleControl control) {
    SideBySide.run(shards, shard -> shard.control(control));
  }

  void end(String move, OrderId order, BuyerId buyer, boolean forget) {
    shard(buyer).end(move, order, buyer, forget);
  }

  /** A move names one shard for all its tries; its id counts in all of them. */
  void add(String move, String sku, int shard, int units) {
    RedisShard own = shards.get(Math.floorMod(shard, shards.size()));
    if (shards.stream().noneMatch(other -> other != own && other.hasMoved(move))) {
      own.add(move, sku, units);
    }
  }

  /** Each shard keeps what it gave, so a repetition sums up to the same. */
  int withdraw(String move, String sku, int most) {
    int missing = most;
    for (RedisShard shard : shards) {
      if (missing > 0 || most == 0) {
        missing -= shard.withdraw(move, sku, missing);
      }
    }
    return most - missing;
  }

  int available(String sku) {
    return shards.stream().mapToInt(shard -> shard.free(sku)).sum();
  }

  int held() {
    return shards.stream().mapToInt(RedisShard::held).sum();
  }

  StockMark mark() {
    Map<Integer, Long> sequences = new HashMap<>();
    shards.forEach(shard -> sequences.put(shard.index, shard.sequence()));
    return new StockMark(id, epoch, sequences);
  }

  StockStatus status() {
    return Contents.read(this);
  }

  /** The same in sums; while units are between two shards only a look at all of it can tell. */
  StockSums sums() {
    List<RedisShard.Sums> all = shards.stream().map(RedisShard::sums).toList();
    if (all.stream().anyMatch(shard -> shard.open() > 0)) {
      return status().sums();
    }
    Map<String, Integer> free = new HashMap<>();
    Map<String, Integer> held = new HashMap<>();
    for (RedisShard.Sums shard : all) {
      shard.stock().forEach((sku, units) -> free.merge(sku, units, Integer::sum));
      shard.held().forEach((sku, units) -> held.merge(sku, units, Integer::sum));
    }
    SaleControl control = Contents.weakest(all.stream().map(RedisShard.Sums::control).toList());
    return new StockSums(epoch, control, Map.copyOf(free), Map.copyOf(held));
  }

  Optional<QueuedOrder> findQueued(BuyerId buyer) {
    return shard(buyer).find(buyer);
  }

  void refresh() {
    SideBySide.run(shards, RedisShard::look);
  }

  /** Asks every shard what it holds; finishes the transfers that somebody has left half done. */
  void look(Duration transfersDue) {
    for (RedisShard shard : shards) {
      shard.look();
      if (shard.open() > 0) {
        for (RedisShard.Transfer transfer : shard.overdue(transfersDue)) {
          borrowing.finish(shard, transfer);
        }
      }
    }
  }
}
