package io.doorbuster.payment;

import io.doorbuster.order.OrderStatus;
import io.doorbuster.order.OrderStore;
import io.doorbuster.order.PayResult;
import io.doorbuster.sale.OrderId;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The two ways in which a PLACED order's time to pay ends. Whichever comes first wins, in the
 * database; those who wait for the order are told after the commit.
 */
public final class Payments {
  private final OrderStore store;
  private final InstantSource clock;
  private final Consumer<OrderId> changed;
  private final Runnable unitsReturned;
  private final LongAdder paid = new LongAdder();
  private final LongAdder refundsNeeded = new LongAdder();
  private final LongAdder expired = new LongAdder();

  /**
   * @param changed told of an order with a new status, such as {@code OrderWatch::changed}
   * @param unitsReturned told after an expiry, so that its units go on their way
   */
  public Payments(
      OrderStore store, InstantSource clock, Consumer<OrderId> changed, Runnable unitsReturned) {
    this.store = store;
    this.clock = clock;
    this.changed = changed;
    this.unitsReturned = unitsReturned;
  }

  /** Notes a payment; the same one again changes nothing. */
  public PayResult pay(OrderId order, String reference, long amountMinor) {
    PayResult result = store.pay(order, reference, amountMinor, clock.instant());
    switch (result) {
      case PAID -> {
        paid.increment();
        changed.accept(order);
      }
      case REFUND_NEEDED -> refundsNeeded.increment();
      case ALREADY_PAID, UNKNOWN_ORDER -> {}
    }
    return result;
  }

  /**
   * Ends an order that was not paid.
   *
   * @return false where it was paid or ended before
   */
  boolean expire(OrderId order, String reason) {
    boolean ended = store.end(order, OrderStatus.EXPIRED, reason, clock.instant());
    if (ended) {
      expired.increment();
      unitsReturned.run();
      changed.accept(order);
    }
    return ended;
  }

  /** Orders paid since the start. */
  public long paid() {
    return paid.sum();
  }

  /** Answers since the start that a payment must be given back; a repeated one counts again. */
  public long refundsNeeded() {
    return refundsNeeded.sum();
  }

  /** Orders expired since the start. */
  public long expired() {
    return expired.sum();
  }

  /** A result as callers see it. */
  static String name(PayResult result) {
    return switch (result) {
      case PAID -> "paid";
      case ALREADY_PAID -> "already-paid";
      case REFUND_NEEDED -> "refund-needed";
      case UNKNOWN_ORDER -> "unknown";
    };
  }
}
