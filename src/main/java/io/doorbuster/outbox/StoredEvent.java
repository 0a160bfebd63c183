package io.doorbuster.outbox;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * An event as it waits in the table.
 *
 * @param seq its place among the events of its key
 * @param body the CloudEvent as JSON, the same at every try
 * @param attempts tries that failed so far
 */
public record StoredEvent(
    long seq,
    String id,
    String sale,
    String key,
    String type,
    String body,
    Instant createdAt,
    int attempts) {

  /** Whether it tells of a rehearsal; a row that nobody can read is not held back for it. */
  boolean isTest() {
    try {
      return Boolean.TRUE.equals(new JsonObject(body).getValue("test"));
    } catch (DecodeException e) {
      return false;
    }
  }
}
