package io.doorbuster.inventory;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;

/** What other processes on the same stock have done with orders; told quickly, and never blocks. */
public interface OrderNews {
  /** It stands elsewhere now than it did: it was committed, or its entry has ended. */
  void changed(OrderId order);

  /**
   * It no longer bars an order of its buyer's, but by its age.
   *
   * @param forget where not even that bars him
   */
  void ended(String sale, BuyerId buyer, OrderId order, boolean forget);

  /** News may have been missed: any order may have changed. */
  void missed();
}
