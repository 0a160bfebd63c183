package io.doorbuster.gate.pass;

import io.doorbuster.sale.BuyerId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The signed proof of one buyer for one sale.
 *
 * @param version of the sale's passes; an older one is worthless
 * @param shopRef what the shop wants handed through to its order
 */
public record Pass(
    String sale, BuyerId buyer, int version, Instant expiresAt, @Nullable String shopRef) {}
