package io.doorbuster.outbox;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * Something that the shop must hear, once it is committed.
 *
 * @param id stable over repetitions, unique for ever
 * @param key events of one key arrive in their order: an order's id, the sale's, or {@code
 *     sale/SKU}
 * @param type such as {@code order.placed}; its schema is in docs/events
 * @param test whether the sale is a rehearsal
 */
public record Event(
    String id, String sale, String key, String type, boolean test, Instant at, JsonObject data) {

  /** The CloudEvent as it is sent, in structured mode. */
  public JsonObject toCloudEvent() {
    JsonObject json =
        new JsonObject()
            .put("specversion", "1.0")
            .put("id", id)
            .put("source", "/doorbuster/sales/" + sale)
            .put("type", "io.doorbuster." + type + ".v1")
            .put("subject", key)
            .put("time", at.toString())
            .put("datacontenttype", "application/json");
    if (test) {
      json.put("test", true);
    }
    return json.put("data", data);
  }
}
