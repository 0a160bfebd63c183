package io.doorbuster.inventory;

import io.doorbuster.MovableClock;
import io.doorbuster.inventory.SaleControl.State;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.OrderIds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One sale, its clock, and claims of its buyers, for the tests of any engine. */
final class Floor {
  static final String SALE = "boots";
  static final String SKU = "boots-42";
  static final Instant OPENS = Instant.parse("2026-11-27T10:00:00Z");
  static final Instant CLOSES = OPENS.plus(Duration.ofHours(1));
  static final Duration ORDER_EVERY = Duration.ofMinutes(10);

  final MovableClock clock = new MovableClock(OPENS);
  final OrderIds ids;

  Floor(int shards) {
    ids = new OrderIds(new byte[32], shards, clock);
  }

  static SaleControl control(State state) {
    return control(state, 0);
  }

  static SaleControl control(State state, long revision) {
    return new SaleControl(OPENS, CLOSES, state, revision);
  }

  static StockLoad load(long epoch, Map<String, Integer> units, StockLoad.KnownOrder... orders) {
    return new StockLoad(SALE, epoch, control(State.RUNNING), ORDER_EVERY, units, List.of(orders));
  }

  static StockLoad load(int units) {
    return load(1, Map.of(SKU, units));
  }

  static BuyerId buyer(int number) {
    return new BuyerId("buyer-" + number);
  }

  /** A buyer, the first of that number or later, who meets this shard. */
  BuyerId buyerOf(int shard, int number) {
    int n = number;
    while (ids.shardOf(buyer(n)) != shard) {
      n++;
    }
    return buyer(n);
  }

  OrderId mint(BuyerId buyer) {
    return ids.mint(SALE, buyer);
  }

  Claim claim(BuyerId buyer, int quantity) {
    return claim(mint(buyer), buyer, SKU, quantity);
  }

  Claim claim(int buyer) {
    return claim(buyer(buyer), 1);
  }

  Claim claim(OrderId order, BuyerId buyer, String sku, int quantity) {
    return new Claim(order, SALE, sku, buyer, quantity, 3, clock.instant(), "cart-7");
  }
}
