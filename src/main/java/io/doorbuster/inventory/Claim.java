package io.doorbuster.inventory;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A wish for units, named by the id that its order will have: safe to repeat.
 *
 * @param wave and {@code admittedAt} say why this buyer got a unit; the order keeps them
 * @param shopRef what the shop needs to fulfil the order, handed through unread
 */
public record Claim(
    OrderId order,
    String sale,
    String sku,
    BuyerId buyer,
    int quantity,
    long wave,
    Instant admittedAt,
    @Nullable String shopRef) {

  public Claim {
    if (quantity < 1) {
      throw new IllegalArgumentException("a claim wants at least one unit, not " + quantity);
    }
  }
}
