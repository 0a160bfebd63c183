package io.doorbuster.payment;

import io.doorbuster.order.Order;

/** Where money is taken. It tells us by {@link PaymentCallback}, or when we ask. */
public interface PaymentProvider {
  /** Where the buyer of a PLACED order pays. Nothing begins before he goes there. */
  String start(Order order);

  /** Asks for the payment; blocks for a bounded time and never throws for a provider's fault. */
  PaymentStatus status(Order order);
}
