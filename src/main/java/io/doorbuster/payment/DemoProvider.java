package io.doorbuster.payment;

import io.doorbuster.order.Order;
import io.doorbuster.payment.PaymentStatus.Failed;
import io.doorbuster.payment.PaymentStatus.Paid;
import io.doorbuster.payment.PaymentStatus.Pending;
import io.doorbuster.sale.OrderId;
import java.util.LinkedHashMap;
import java.util.Map;

/** Takes no money: what was pressed on its page is kept in memory and gone with the process. */
public final class DemoProvider implements PaymentProvider {
  /** The oldest are forgotten past it; their orders are long over. */
  private static final int PAYMENTS_MAX = 100_000;

  private final Map<OrderId, PaymentStatus> payments =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<OrderId, PaymentStatus> eldest) {
          return size() > PAYMENTS_MAX;
        }
      };
  private final String publicUrl;

  /**
   * @param publicUrl of the buyers' side, without a slash at the end; empty gives relative links
   */
  public DemoProvider(String publicUrl) {
    this.publicUrl = publicUrl;
  }

  @Override
  public String start(Order order) {
    return publicUrl + "/pay/" + order.id();
  }

  @Override
  public PaymentStatus status(Order order) {
    synchronized (payments) {
      return payments.getOrDefault(order.id(), new Pending());
    }
  }

  /** Pays, once: the reference is the same at every press, and after a restart. */
  Paid pay(Order order) {
    Paid paid = new Paid("demo-" + order.id(), order.amountMinor());
    synchronized (payments) {
      payments.put(order.id(), paid);
    }
    return paid;
  }

  /** Lets a try fail; a payment that was made stays. */
  void fail(Order order) {
    synchronized (payments) {
      payments.putIfAbsent(order.id(), new Failed());
    }
  }
}
