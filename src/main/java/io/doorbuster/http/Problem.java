package io.doorbuster.http;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An answer that says no, as RFC 9457 has it.
 *
 * @param id the stable name, the last part of {@code type}
 * @param retryAfter when trying again can help, null where it can not
 * @param location where the buyer finds what he already has
 * @param more members beside the standard ones
 */
public record Problem(
    String id,
    int status,
    String title,
    @Nullable String detail,
    @Nullable Duration retryAfter,
    @Nullable String location,
    JsonObject more) {
  static final String RETRY_AFTER_MS = "retryAfterMs";

  public static Problem of(String id, int status, String title) {
    return new Problem(id, status, title, null, null, null, new JsonObject());
  }

  public static Problem of(String id, int status, String title, String detail) {
    return of(id, status, title).withDetail(detail);
  }

  public static Problem notFound(String what) {
    return of("not-found", 404, "There is no such " + what + ".");
  }

  public Problem withDetail(String text) {
    return new Problem(id, status, title, text, retryAfter, location, more);
  }

  public Problem withRetryAfter(@Nullable Duration wait) {
    return new Problem(id, status, title, detail, wait, location, more);
  }

  public Problem withLocation(String path) {
    return new Problem(id, status, title, detail, retryAfter, path, more);
  }

  public Problem with(String key, Object value) {
    return new Problem(
        id, status, title, detail, retryAfter, location, more.copy().put(key, value));
  }

  public JsonObject toJson() {
    JsonObject json =
        new JsonObject().put("type", "/problems/" + id).put("title", title).put("status", status);
    if (detail != null) {
      json.put("detail", detail);
    }
    if (retryAfter != null) {
      json.put(RETRY_AFTER_MS, retryAfterMs(retryAfter));
    }
    return json.mergeIn(more);
  }

  /** Rounded up: who waits so long must not come a moment too early. */
  static long retryAfterMs(Duration retryAfter) {
    return Math.ceilDiv(retryAfter.toNanos(), 1_000_000L);
  }

  /** The header's value, in whole seconds. */
  static String retryAfterSeconds(Duration retryAfter) {
    return Long.toString(Math.max(1, Math.ceilDiv(retryAfter.toNanos(), 1_000_000_000L)));
  }
}
