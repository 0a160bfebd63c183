package io.doorbuster.inventory;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * All that the engine has to know of a sale, from the database.
 *
 * @param available free units by SKU, spread over the shards by the engine
 * @param orders live ones, and all younger than {@code orderEvery}
 */
public record StockLoad(
    String sale,
    long epoch,
    SaleControl control,
    Duration orderEvery,
    Map<String, Integer> available,
    List<KnownOrder> orders) {

  /** An order that the database has. */
  public record KnownOrder(OrderId id, BuyerId buyer, Instant createdAt, boolean live) {}

  public StockLoad {
    available = Map.copyOf(available);
    orders = List.copyOf(orders);
  }
}
