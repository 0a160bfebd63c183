package io.doorbuster.cli;

import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.metrics.Meters;
import io.doorbuster.order.Checkout;
import io.doorbuster.order.IntentWorker;
import io.doorbuster.order.OrderWatch;
import io.doorbuster.order.OrderWriter;
import io.doorbuster.settlement.Reconciler;
import java.time.InstantSource;

/** What the order writer has to tell, and whom. */
record WriterNews(
    Checkout checkout,
    OrderWatch watch,
    Meters meters,
    InstantSource clock,
    IntentWorker worker,
    Reconciler reconciler,
    Runnable eventsWaiting)
    implements OrderWriter.Listener {

  @Override
  public void placed(QueuedOrder order) {
    checkout.committed(order.claim().order());
    meters.placedAfterMs(clock.millis() - order.createdAt().toEpochMilli());
    watch.changed(order.claim().order());
    eventsWaiting.run();
  }

  @Override
  public void rejected(QueuedOrder order) {
    checkout.committed(order.claim().order());
    worker.wake();
    watch.changed(order.claim().order());
  }

  @Override
  public void lost(QueuedOrder order) {
    checkout
        .gate()
        .orderEnded(order.claim().sale(), order.claim().buyer(), order.claim().order(), true);
    watch.changed(order.claim().order());
  }

  @Override
  public void stockCheckFailed(String sale) {
    worker.exclusively(() -> reconciler.rebuild(sale));
    watch.changedAll();
  }
}
