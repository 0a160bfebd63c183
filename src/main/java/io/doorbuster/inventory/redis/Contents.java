package io.doorbuster.inventory.redis;

import io.doorbuster.inventory.SaleControl;
import io.doorbuster.inventory.StockStatus;
import io.doorbuster.inventory.StockStatus.HeldOrder;
import io.doorbuster.inventory.StockStatus.ShardStatus;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.StoreUnavailable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What all shards of a sale hold, as one. Each is read at its own moment; a transfer that one of
 * them shows and the other does not is counted once, where it came from.
 */
final class Contents {
  /** Between two readings a unit can have moved on; that this happens so often is a fault. */
  private static final int TRIES_MAX = 10;

  private Contents() {}

  static StockStatus read(RedisSale sale) {
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      List<RedisShard.Contents> all = sale.shards.stream().map(RedisShard::contents).toList();
      List<Map<String, Integer>> stock = stock(all);
      if (stock.stream().allMatch(one -> one.values().stream().allMatch(free -> free >= 0))) {
        return status(sale, all, stock);
      }
    }
    throw new StoreUnavailable(
        "units move between the shards of " + sale.id + " faster than they can be read",
        new IllegalStateException("tried " + TRIES_MAX + " times"));
  }

  private static StockStatus status(
      RedisSale sale, List<RedisShard.Contents> all, List<Map<String, Integer>> stock) {
    List<ShardStatus> shards = new ArrayList<>();
    Set<String> moves = new HashSet<>();
    for (int i = 0; i < all.size(); i++) {
      List<HeldOrder> held = new ArrayList<>();
      all.get(i).held().forEach((order, text) -> held.add(held(order, text)));
      shards.add(new ShardStatus(i, Map.copyOf(stock.get(i)), held));
      moves.addAll(all.get(i).moves());
    }
    SaleControl control = weakest(all.stream().map(RedisShard.Contents::control).toList());
    return new StockStatus(sale.id, sale.epoch, control, shards, Set.copyOf(moves));
  }

  /** What the sale as a whole obeys: a change that has not reached every shard is not made. */
  static SaleControl weakest(List<SaleControl> all) {
    return all.stream()
        .filter(control -> control.state() != SaleControl.State.CLOSED)
        .findFirst()
        .orElse(all.getFirst());
  }

  private static HeldOrder held(String order, String text) {
    String[] words = text.split(" ", -1);
    return new HeldOrder(OrderId.parse(order).orElseThrow(), words[0], Integer.parseInt(words[1]));
  }

  /** Free units a shard, with the transfers set right that not both shards show. */
  private static List<Map<String, Integer>> stock(List<RedisShard.Contents> all) {
    List<Map<String, Integer>> stock = new ArrayList<>();
    Map<String, RedisShard.Transfer> sent = new HashMap<>();
    Map<String, RedisShard.Transfer> arrived = new HashMap<>();
    Map<String, Integer> lenders = new HashMap<>();
    for (int i = 0; i < all.size(); i++) {
      stock.add(new HashMap<>(all.get(i).stock()));
      for (RedisShard.Transfer transfer : all.get(i).transfers()) {
        boolean isIn = transfer.state().equals("in");
        (isIn ? arrived : sent).put(transfer.id(), transfer);
        lenders.put(transfer.id(), isIn ? transfer.other() : i);
      }
    }
    sent.forEach(
        (id, transfer) -> {
          if (!arrived.containsKey(id)) {
            stock
                .get(lenders.getOrDefault(id, 0))
                .merge(transfer.sku(), transfer.units(), Integer::sum);
          }
        });
    arrived.forEach(
        (id, transfer) -> {
          if (!sent.containsKey(id)) {
            stock
                .get(lenders.getOrDefault(id, 0))
                .merge(transfer.sku(), -transfer.units(), Integer::sum);
          }
        });
    return stock;
  }
}
