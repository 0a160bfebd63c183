package io.doorbuster.drill;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * What the server said of itself at a moment, or that it said nothing.
 *
 * @param atMs since 1970
 * @param reading empty while it was killed, or did not answer within the second
 */
record Sample(long atMs, Optional<Reading> reading) {
  /**
   * The sale's units and the server's queues.
   *
   * @param queued orders reserved and not yet committed
   * @param commitP99Ms from a reservation to its commit, over the last minutes
   * @param eventLagMs age of the oldest event that waits for its delivery
   */
  record Reading(
      long available,
      long held,
      long sold,
      long paid,
      long queued,
      double commitP99Ms,
      long eventLagMs) {}

  /** Out of the operators' list of sales; empty where this one is not in it. */
  static Optional<Reading> read(String sale, JsonObject list) {
    JsonArray sales = list.getJsonArray("sales", new JsonArray());
    JsonObject figures = list.getJsonObject("figures", new JsonObject());
    JsonObject writer = figures.getJsonObject("writer", new JsonObject());
    JsonObject events = figures.getJsonObject("events", new JsonObject());
    for (int i = 0; i < sales.size(); i++) {
      JsonObject one = sales.getJsonObject(i);
      if (sale.equals(one.getString("sale"))) {
        return Optional.of(
            new Reading(
                one.getLong("available", 0L),
                one.getLong("held", 0L),
                one.getLong("sold", 0L),
                one.getLong("paid", 0L),
                writer.getLong("queued", 0L),
                writer.getDouble("p99Ms", 0.0),
                events.getLong("lagMs", 0L)));
      }
    }
    return Optional.empty();
  }
}
