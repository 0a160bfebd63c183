package io.doorbuster.order;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An order as the database has it.
 *
 * @param priceMinor of one unit, in the currency's minor unit
 * @param reason why it is over, where that needs saying
 * @param reference of the payment, at its provider
 */
public record Order(
    OrderId id,
    String sale,
    String sku,
    BuyerId buyer,
    int quantity,
    long priceMinor,
    OrderStatus status,
    long wave,
    Instant admittedAt,
    Instant createdAt,
    Instant payBefore,
    @Nullable String reason,
    @Nullable String reference,
    @Nullable String shopRef) {

  public long amountMinor() {
    return Math.multiplyExact(priceMinor, quantity);
  }
}
