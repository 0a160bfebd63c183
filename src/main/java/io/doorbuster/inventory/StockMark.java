package io.doorbuster.inventory;

import java.util.Map;

/**
 * How far a sale's shards have come in the engine.
 *
 * @param sequences the highest that was ever seen of each shard; empty for an engine that forgets
 *     with its process, and for one that is not to be taken up again
 */
public record StockMark(String sale, long epoch, Map<Integer, Long> sequences) {
  public StockMark {
    sequences = Map.copyOf(sequences);
  }
}
