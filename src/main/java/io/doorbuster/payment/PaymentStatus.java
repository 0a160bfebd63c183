package io.doorbuster.payment;

/** What a provider knows of an order's payment. */
public sealed interface PaymentStatus {

  /** The money is there; the reference is the one that its callback has too. */
  record Paid(String reference, long amountMinor) implements PaymentStatus {}

  /** The last try failed; the buyer may try again. */
  record Failed() implements PaymentStatus {}

  /** No try has ended. */
  record Pending() implements PaymentStatus {}

  /** The provider gave no answer that we understand. */
  record Unreachable(String reason) implements PaymentStatus {}
}
