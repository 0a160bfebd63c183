package io.doorbuster.inventory;

import io.doorbuster.sale.OrderId;
import java.time.Instant;

/** The engine's answer to one claim. */
public sealed interface ReserveResult {
  /** The units are held and the order stands in the queue, since now or since an earlier try. */
  record Reserved(Instant createdAt) implements ReserveResult {}

  /** The buyer has a live order in this sale. */
  record AlreadyOrdered(OrderId order, Instant createdAt) implements ReserveResult {}

  /** The buyer's last order is over, but younger than the sale's {@code orderEvery}. */
  record OrderedRecently(OrderId order, Instant until) implements ReserveResult {}

  /**
   * No shard has enough units.
   *
   * @param left units free in all shards together, fewer than wanted
   */
  record SoldOut(int left) implements ReserveResult {}

  record NotOpen() implements ReserveResult {}

  record Closed() implements ReserveResult {}

  record Paused() implements ReserveResult {}

  /** The queue to the order writer is full; nothing was taken. */
  record Overloaded() implements ReserveResult {}

  /** The answer was lost; the claim may or may not stand, and repeating it tells. */
  record Unknown() implements ReserveResult {}
}
