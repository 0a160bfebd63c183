package io.doorbuster.cli;

import io.doorbuster.http.Server;
import io.doorbuster.metrics.Meters;
import io.doorbuster.order.Checkout;
import io.doorbuster.order.OrderWatch;
import io.doorbuster.order.OrderWriter;
import io.doorbuster.payment.Deadlines;
import io.doorbuster.sale.Lease;
import java.util.Collection;
import java.util.function.BooleanSupplier;

/** What Prometheus shall see of this process; all of it is in memory, a scrape asks no store. */
final class ProcessGauges {
  private final Meters meters;

  ProcessGauges(Meters meters) {
    this.meters = meters;
  }

  /**
   * @param isReady the answer of /readyz
   * @param isGate whether buyers come to this process
   */
  void ready(BooleanSupplier isReady, boolean isGate) {
    flag("doorbuster.ready", "1 while /readyz says yes", isReady);
    if (isGate) {
      flag("doorbuster.gate.ready", "The same, of processes with the role gate alone", isReady);
    }
  }

  void gate(Checkout checkout, OrderWatch watch, Server buyers) {
    meters.gauge(
        "doorbuster.permits.outstanding",
        "Permits given whose requests have not ended",
        () -> (double) checkout.outstanding());
    meters.gauge(
        "doorbuster.polls.waiting",
        "Long polls that wait for news of an order",
        () -> (double) watch.size());
    meters.gauge(
        "doorbuster.connections.open",
        "Connections of buyers",
        () -> (double) buyers.connections());
  }

  void orders(Lease lease, OrderWriter writer, Deadlines deadlines, int queueCapacity) {
    flag(
        "doorbuster.lease.held",
        "1 in the process that expires, settles and sends events",
        lease::isHeld);
    flag(
        "doorbuster.writer.fault",
        "1 while the order writer fails, but for the database",
        () -> writer.fault().isPresent());
    meters.gauge(
        "doorbuster.orders.awaiting.provider",
        "Orders kept over their deadline, since the payment provider does not answer",
        () -> (double) deadlines.waitingForProvider());
    meters.gauge(
        "doorbuster.orders.queue.capacity",
        "Queued orders past which buyers are refused as overloaded",
        () -> (double) queueCapacity);
  }

  /**
   * The first epoch of a sale is no rebuild and is not counted.
   *
   * @param epochs by sale, as this process knows them at the time
   */
  void epochs(Collection<Long> epochs) {
    meters.gauge(
        "doorbuster.engine.epochs",
        "Epochs after the first, summed over the sales: a rise is an engine loaded anew",
        () -> (double) epochs.stream().mapToLong(epoch -> Math.max(0, epoch - 1)).sum());
  }

  private void flag(String name, String description, BooleanSupplier value) {
    meters.gauge(name, description, () -> value.getAsBoolean() ? 1.0 : 0.0);
  }
}
