package io.doorbuster.sale;

/**
 * What is sold. Prices are in the minor unit of the sale's currency (cents); {@code units} is the
 * allotment asked for when the sale was written, while the store keeps the one in force.
 */
public record Sku(String id, String name, long priceMinor, long listPriceMinor, int units) {}
