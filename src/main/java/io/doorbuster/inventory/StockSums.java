package io.doorbuster.inventory;

import java.util.Map;

/**
 * What the engine holds of a sale, in sums over all shards at one moment.
 *
 * @param available free units by SKU
 * @param held units by SKU of orders reserved and not yet acknowledged by the order writer
 */
public record StockSums(
    long epoch, SaleControl control, Map<String, Integer> available, Map<String, Integer> held) {

  /** Free units of a SKU. */
  public int available(String sku) {
    return available.getOrDefault(sku, 0);
  }

  /** Units held for a SKU. */
  public int held(String sku) {
    return held.getOrDefault(sku, 0);
  }

  /** Whether an order of any SKU is held. */
  public boolean isAnyHeld() {
    return held.values().stream().anyMatch(units -> units > 0);
  }
}
