package io.doorbuster.gate;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Leave for one buyer to try to reserve. */
public record Permit(
    OrderId order,
    String sale,
    String sku,
    BuyerId buyer,
    int quantity,
    long wave,
    Instant admittedAt,
    @Nullable String shopRef) {}
