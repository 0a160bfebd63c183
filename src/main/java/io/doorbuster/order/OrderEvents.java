package io.doorbuster.order;

import io.doorbuster.outbox.Event;
import io.doorbuster.sale.Sale;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the shop is told of orders; the schemas are in docs/events. */
final class OrderEvents {
  /** An event of an order's new status; there is one of each type an order. */
  Event of(
      String type,
      Sale sale,
      Order order,
      OrderStatus status,
      @Nullable String reference,
      Instant now) {
    JsonObject data =
        new JsonObject()
            .put("order", order.id().toString())
            .put("sale", order.sale())
            .put("sku", order.sku())
            .put("quantity", order.quantity())
            .put("priceMinor", order.priceMinor())
            .put("currency", sale.currency().getCurrencyCode())
            .put("buyer", order.buyer().value())
            .put("status", status.name())
            .put("createdAt", order.createdAt().toString())
            .put("payBefore", order.payBefore().toString());
    putIfThere(data, "shopRef", order.shopRef());
    putIfThere(data, "reference", reference);
    String id = order.id() + "." + type;
    return new Event(id, order.sale(), order.id().toString(), type, sale.test(), now, data);
  }

  /** A payment that must be given back; one a payment. */
  Event refund(Sale sale, Order order, String reference, long amountMinor, Instant now) {
    JsonObject data =
        new JsonObject()
            .put("order", order.id().toString())
            .put("sale", order.sale())
            .put("buyer", order.buyer().value())
            .put("reference", reference)
            .put("amountMinor", amountMinor)
            .put("currency", sale.currency().getCurrencyCode())
            .put("reason", refundReason(order, amountMinor));
    putIfThere(data, "shopRef", order.shopRef());
    String type = "payment.refund-needed";
    String id = order.id() + "." + type + "." + amountMinor + "." + reference;
    return new Event(id, order.sale(), order.id().toString(), type, sale.test(), now, data);
  }

  private static String refundReason(Order order, long amountMinor) {
    if (amountMinor != order.amountMinor()) {
      return "wrong-amount";
    }
    return order.status() == OrderStatus.PAID ? "void-or-paid-twice" : "order-is-over";
  }

  private static void putIfThere(JsonObject data, String key, @Nullable String value) {
    if (value != null) {
      data.put(key, value);
    }
  }
}
