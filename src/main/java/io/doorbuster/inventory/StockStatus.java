package io.doorbuster.inventory;

import io.doorbuster.sale.OrderId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the engine holds of a sale, each shard seen at one moment.
 *
 * @param appliedMoves ids of the moves that the engine has made since it was loaded
 */
public record StockStatus(
    String sale,
    long epoch,
    SaleControl control,
    List<ShardStatus> shards,
    Set<String> appliedMoves) {

  /**
   * One shard.
   *
   * @param available free units by SKU
   * @param held orders reserved and not yet acknowledged by the order writer
   */
  public record ShardStatus(int shard, Map<String, Integer> available, List<HeldOrder> held) {}

  /** Units reserved for an order that the writer has not acknowledged. */
  public record HeldOrder(OrderId order, String sku, int quantity) {}

  /** The same without the orders. */
  public StockSums sums() {
    Map<String, Integer> free = new HashMap<>();
    Map<String, Integer> held = new HashMap<>();
    for (ShardStatus shard : shards) {
      shard.available.forEach((sku, units) -> free.merge(sku, units, Integer::sum));
      shard.held.forEach(order -> held.merge(order.sku, order.quantity, Integer::sum));
    }
    return new StockSums(epoch, control, free, held);
  }

  /** Free units of a SKU in all shards. */
  public int available(String sku) {
    return shards.stream().mapToInt(shard -> shard.available().getOrDefault(sku, 0)).sum();
  }

  /** Units held for a SKU in all shards. */
  public int held(String sku) {
    return shards.stream()
        .flatMap(shard -> shard.held().stream())
        .filter(order -> order.sku().equals(sku))
        .mapToInt(HeldOrder::quantity)
        .sum();
  }
}
