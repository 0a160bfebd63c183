package io.doorbuster.console;

import io.doorbuster.gate.Entry;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.inventory.StockStatus;
import io.doorbuster.order.Order;
import io.doorbuster.order.OrderStatus;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.OrderId;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The operators' calls about single orders: what became of one, and why. */
final class OrderCalls {
  private final AdminApi.Parts parts;
  private final Door door;

  OrderCalls(AdminApi.Parts parts, Door door) {
    this.parts = parts;
    this.door = door;
  }

  void routes(Router router) {
    router
        .get("/admin/api/orders/{id}", door.read(ask -> Answer.ok(show(id(ask)))))
        .post(
            "/admin/api/orders/{id}/cancel",
            door.change("cancel-order", this::findSale, ask -> cancel(id(ask))));
  }

  private static OrderId id(Ask ask) {
    return OrderId.parse(ask.parameter("id"))
        .orElseThrow(
            () ->
                Declined.notFound("order", "An order's id has 26 upper-case letters and digits."));
  }

  private @Nullable String findSale(Ask ask) {
    return parts.orders().find(id(ask)).map(Order::sale).orElse(null);
  }

  /** From the entries over the engine to the database: the way that an order takes. */
  private JsonObject show(OrderId id) {
    Optional<Order> row = parts.orders().find(id);
    if (row.isPresent()) {
      return json(row.get());
    }
    for (Listing listing : parts.catalog().listAll()) {
      String sale = listing.sale().id();
      Optional<JsonObject> found = findQueued(sale, id).or(() -> findEntry(sale, id));
      if (found.isPresent()) {
        return found.get();
      }
    }
    return parts
        .orders()
        .find(id)
        .map(OrderCalls::json)
        .orElseThrow(
            () ->
                Declined.notFound(
                    "order",
                    "No row, no place in the queue and no entry has this id: it was never ours, was"
                        + " not drawn some minutes ago, or was only queued when a machine died"
                        + " (its buyer is told LOST, its units are on sale again)."));
  }

  private Optional<JsonObject> findQueued(String sale, OrderId id) {
    return parts
        .engine()
        .findStatus(sale)
        .flatMap(
            status ->
                status.shards().stream()
                    .flatMap(shard -> shard.held().stream())
                    .filter(held -> held.order().equals(id))
                    .findFirst())
        .map(held -> queued(sale, held));
  }

  private static JsonObject queued(String sale, StockStatus.HeldOrder held) {
    return new JsonObject()
        .put("order", held.order().toString())
        .put("sale", sale)
        .put("sku", held.sku())
        .put("quantity", held.quantity())
        .put("status", OrderStatus.QUEUED.name())
        .put("why", "Its units are reserved; it waits in the queue for its commit.");
  }

  private Optional<JsonObject> findEntry(String sale, OrderId id) {
    return parts.gate().findEntry(sale, id).map(entry -> entry(sale, entry));
  }

  private static JsonObject entry(String sale, Entry entry) {
    String why =
        switch (entry.state()) {
          case WAITING -> "It waits for the draw of its wave.";
          case DRAWN -> "It was drawn; its order is being made.";
          case NOT_DRAWN ->
              "It was not drawn" + (entry.reason() == null ? "." : ": " + entry.reason() + ".");
        };
    return new JsonObject()
        .put("order", entry.permit().order().toString())
        .put("sale", sale)
        .put("sku", entry.permit().sku())
        .put("buyer", entry.permit().buyer().value())
        .put("quantity", entry.permit().quantity())
        .put("status", entry.state() == Entry.State.NOT_DRAWN ? "NOT_DRAWN" : "WAITING")
        .put("wave", entry.permit().wave())
        .put("drawAt", entry.drawAt().toString())
        .put("why", why);
  }

  private static JsonObject json(Order order) {
    return new JsonObject()
        .put("order", order.id().toString())
        .put("sale", order.sale())
        .put("sku", order.sku())
        .put("buyer", order.buyer().value())
        .put("quantity", order.quantity())
        .put("priceMinor", order.priceMinor())
        .put("amountMinor", order.amountMinor())
        .put("status", order.status().name())
        .put("wave", order.wave())
        .put("admittedAt", order.admittedAt().toString())
        .put("createdAt", order.createdAt().toString())
        .put("payBefore", order.payBefore().toString())
        .put("reason", order.reason())
        .put("reference", order.reference())
        .put("shopRef", order.shopRef())
        .put("why", why(order));
  }

  private static String why(Order order) {
    String admitted =
        "Admitted in wave %d at %s, reserved at %s. "
            .formatted(order.wave(), order.admittedAt(), order.createdAt());
    String reason = order.reason() == null ? "" : " (" + order.reason() + ")";
    return admitted
        + switch (order.status()) {
          case PLACED -> "It waits for its payment until " + order.payBefore() + ".";
          case PAID -> "It is paid, by the reference " + order.reference() + ".";
          case EXPIRED -> "Nobody paid before " + order.payBefore() + "; its units went back.";
          case CANCELLED -> "It was cancelled" + reason + "; its units went back.";
          case REJECTED -> "It could not be placed" + reason + "; its units went back.";
          default -> "";
        };
  }

  private Answer cancel(OrderId id) {
    boolean ended =
        parts.orders().end(id, OrderStatus.CANCELLED, "by-operator", parts.clock().instant());
    if (ended) {
      parts.hooks().orderEnded().accept(id);
    }
    JsonObject now = show(id);
    if (!ended && !now.getString("status").equals(OrderStatus.CANCELLED.name())) {
      throw new Declined(
          Problem.of(
                  "not-cancellable",
                  409,
                  "Only an order that is PLACED is cancelled.",
                  "It is "
                      + now.getString("status")
                      + ". A queued order is PLACED in a moment; a paid one is given back by the"
                      + " shop, or with all others by `sale void`.")
              .with("orderStatus", now.getString("status")));
    }
    return Answer.ok(now);
  }
}
