package io.doorbuster.order;

/** What a payment did to its order. */
public enum PayResult {
  PAID,
  /** This very payment was known. */
  ALREADY_PAID,
  /** Too late, over, twice, or another amount: noted, and the shop is told to give it back. */
  REFUND_NEEDED,
  UNKNOWN_ORDER
}
