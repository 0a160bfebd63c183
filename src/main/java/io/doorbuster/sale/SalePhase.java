package io.doorbuster.sale;

/**
 * Where a sale is in its life. The store keeps every phase but OPEN, which the clock makes of
 * PUBLISHED; the clock makes CLOSED of OPEN and PAUSED too, before the store says so.
 */
public enum SalePhase {
  DRAFT,
  PUBLISHED,
  OPEN,
  PAUSED,
  CLOSED,
  SETTLED
}
