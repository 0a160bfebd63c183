package io.doorbuster.payment;

import io.doorbuster.order.Order;
import io.doorbuster.order.PayLink;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Sale;
import java.util.function.Predicate;

/** Sends the orders of rehearsals to the demo's provider and all others to the shop's own. */
public final class Providers implements PaymentProvider, PayLink {
  private final Catalog catalog;
  private final Predicate<Sale> isDemo;
  private final PaymentProvider demo;
  private final PaymentProvider real;

  /**
   * @param isDemo which sales the demo's provider serves: those with {@code test: true}, or all
   * @param real of all other sales; the demo's once more where there is no other
   */
  public Providers(
      Catalog catalog, Predicate<Sale> isDemo, PaymentProvider demo, PaymentProvider real) {
    this.catalog = catalog;
    this.isDemo = isDemo;
    this.demo = demo;
    this.real = real;
  }

  private PaymentProvider of(Order order) {
    return isDemo.test(catalog.get(order.sale()).sale()) ? demo : real;
  }

  @Override
  public String start(Order order) {
    return of(order).start(order);
  }

  @Override
  public PaymentStatus status(Order order) {
    return of(order).status(order);
  }

  @Override
  public String url(Order order) {
    return start(order);
  }
}
