package io.doorbuster.gate.pass;

import io.doorbuster.sale.BuyerId;
import org.jspecify.annotations.Nullable;

/**
 * Who the shop says that somebody is.
 *
 * @param shopRef the shop's own note, at most {@link ShopTokens#SHOP_REF_CHARS_MAX} characters
 */
public record ShopIdentity(BuyerId buyer, @Nullable String shopRef) {}
