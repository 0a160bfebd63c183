package io.doorbuster.inventory;

import java.util.Map;

/**
 * What the database knows of the engine's shards of a sale.
 *
 * @param sequences the highest that was ever seen of each shard; empty where they are not whole
 */
public record StockMark(String sale, long epoch, Map<Integer, Long> sequences) {
  public StockMark {
    sequences = Map.copyOf(sequences);
  }
}
