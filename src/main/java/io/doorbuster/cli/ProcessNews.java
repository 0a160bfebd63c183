package io.doorbuster.cli;

import io.doorbuster.gate.Gate;
import io.doorbuster.inventory.OrderNews;
import io.doorbuster.order.OrderWatch;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;

/** What other processes have done with orders reaches the gate's memory and those who wait here. */
record ProcessNews(Gate gate, OrderWatch watch) implements OrderNews {
  @Override
  public void changed(OrderId order) {
    watch.changed(order);
  }

  @Override
  public void ended(String sale, BuyerId buyer, OrderId order, boolean forget) {
    gate.orderEnded(sale, buyer, order, forget);
    watch.changed(order);
  }

  @Override
  public void missed() {
    watch.changedAll();
  }
}
