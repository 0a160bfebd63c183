package io.doorbuster.outbox;

import io.doorbuster.sale.Database;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;

/** Puts events into a real store. */
final class OutboxFixture {
  private OutboxFixture() {}

  static Event event(String key, String type) {
    return event(key, type, false);
  }

  static Event event(String key, String type, boolean test) {
    JsonObject data =
        new JsonObject()
            .put("order", key)
            .put("sale", "sale-1")
            .put("sku", "tee")
            .put("quantity", 1)
            .put("priceMinor", 4900)
            .put("currency", "EUR")
            .put("buyer", "ann")
            .put("status", "PLACED")
            .put("createdAt", "2027-05-03T08:00:00Z");
    return new Event(
        key + "." + type, "sale-1", key, type, test, Instant.parse("2026-05-03T08:00:00Z"), data);
  }

  static void append(Database database, Event... events) {
    append(database, List.of(events));
  }

  static void append(Database database, List<Event> events) {
    database.write(
        connection -> {
          Outbox.append(connection, events);
          return 0;
        });
  }
}
