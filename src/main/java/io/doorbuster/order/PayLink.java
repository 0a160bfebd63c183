package io.doorbuster.order;

/** Where the buyer of a PLACED order pays; the payment's provider knows. */
@FunctionalInterface
public interface PayLink {
  String url(Order order);
}
