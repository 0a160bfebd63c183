package shop;

import com.sun.net.httpserver.HttpExchange;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Takes Doorbuster's events into the shop's own orders.
 *
 * <p>Events come at least once, in order for one order. So an event whose id is known changes
 * nothing, and the event and what it changes are one transaction: a crash between the two would
 * lose one. A status moves forward only. 2xx says that the event is ours now; anything else, or no
 * answer, has it sent again.
 */
public final class OrderInbox {
  private static final String TYPE_PREFIX = "io.doorbuster.";

  private final ShopDatabase database;
  private final AtomicInteger refuseNext = new AtomicInteger();
  private final AtomicInteger loseAnswers = new AtomicInteger();
  private volatile Predicate<JsonObject> refused = event -> false;

  OrderInbox(ShopDatabase database) {
    this.database = database;
  }

  /** {@code POST /events}; the signature has been verified. */
  void receive(HttpExchange call, byte[] body) throws IOException {
    JsonObject event;
    try {
      event = new JsonObject(new String(body, StandardCharsets.UTF_8));
      if (countDown(refuseNext) || refused.test(event)) {
        Web.problem(call, 500, "the shop was told to refuse this event");
        return;
      }
      take(event);
    } catch (RuntimeException e) {
      Web.problem(call, 500, "not taken: " + e.getMessage());
      return;
    }
    if (countDown(loseAnswers)) {
      Web.problem(call, 500, "the event was taken, the answer is lost on purpose");
      return;
    }
    Web.json(call, 200, new JsonObject().put("ok", true));
  }

  /** Takes the event in; false when it was taken before. */
  public boolean take(JsonObject event) {
    String id = text(event, "id");
    String type = text(event, "type");
    JsonObject data = event.getJsonObject("data");
    return database.transaction(
        () -> {
          if (database.update("insert or ignore into event values (?, ?)", id, type) == 0) {
            return false;
          }
          switch (type.startsWith(TYPE_PREFIX) ? type.substring(TYPE_PREFIX.length()) : type) {
            case "order.placed.v1" -> order(event, data, "PLACED");
            case "order.paid.v1" -> order(event, data, "PAID");
            case "order.cancelled.v1" -> order(event, data, "CANCELLED");
            case "order.expired.v1" -> order(event, data, "EXPIRED");
            case "payment.refund-needed.v1" -> refund(data);
            // stock.returned and sale.settled are for the books: /stock/give has moved the units.
            // A type of tomorrow is no reason to stop the stream, so it is kept by its id alone.
            default -> {}
          }
          return true;
        });
  }

  private void order(JsonObject event, JsonObject data, String status) {
    String order = text(data, "order");
    database.update(
        """
        insert into shop_order
          (id, sale, sku, quantity, price_minor, currency, buyer, shop_ref, status, test)
        values (?, ?, ?, ?, ?, ?, ?, ?, 'NEW', ?) on conflict do nothing""",
        order,
        text(data, "sale"),
        text(data, "sku"),
        data.getInteger("quantity"),
        data.getLong("priceMinor"),
        text(data, "currency"),
        text(data, "buyer"),
        data.getString("shopRef"),
        event.getBoolean("test", false));
    // PLACED goes on to one of the three endings, and an ending is final.
    String from = status.equals("PLACED") ? "('NEW')" : "('NEW', 'PLACED')";
    database.update(
        "update shop_order set status = ?, reference = ? where id = ? and status in " + from,
        status,
        data.getString("reference"),
        order);
  }

  /** A real shop gives the money back here, by the reference, which makes that safe to repeat. */
  private void refund(JsonObject data) {
    database.update(
        "insert or ignore into refund values (?, ?, ?, ?, ?)",
        text(data, "reference"),
        text(data, "order"),
        data.getLong("amountMinor"),
        text(data, "currency"),
        data.getString("reason"));
  }

  public long distinctEvents() {
    return database.number("select count(*) from event");
  }

  public long distinctOrders() {
    return database.number("select count(*) from shop_order");
  }

  public long ordersIn(String status) {
    return database.number("select count(*) from shop_order where status = ?", status);
  }

  public Optional<String> status(String order) {
    return database.find(
        "select status from shop_order where id = ?", row -> row.getString(1), order);
  }

  public long refunds() {
    return database.number("select count(*) from refund");
  }

  /** Answers 500 to the next calls and takes nothing: the shop is down. */
  public void refuseNext(int calls) {
    refuseNext.set(calls);
  }

  /** Takes the next events but answers 500: each will come a second time. */
  public void loseAnswers(int calls) {
    loseAnswers.set(calls);
  }

  /** Answers 500 to these events for as long as they match: one bad order, to be parked. */
  public void refuse(Predicate<JsonObject> which) {
    refused = which;
  }

  private static boolean countDown(AtomicInteger left) {
    return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
  }

  private static String text(JsonObject json, String key) {
    String value = json.getString(key);
    if (value == null) {
      throw new IllegalArgumentException("no " + key);
    }
    return value;
  }
}
