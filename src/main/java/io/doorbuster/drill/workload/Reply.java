package io.doorbuster.drill.workload;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What came back from one HTTP request.
 *
 * @param status 0 where nothing came
 * @param json empty where the body was none
 * @param location the header, where there was one
 */
public record Reply(
    Call.Outcome outcome,
    int status,
    JsonObject json,
    String text,
    @Nullable String location,
    long sentMs,
    long endedMs) {

  public boolean ok() {
    return status >= 200 && status < 300;
  }

  /** The problem's id, the last part of its type; null for an answer that is no problem. */
  public @Nullable String refusal() {
    String type = json.getString("type");
    return status < 400 || type == null ? null : type.substring(type.lastIndexOf('/') + 1).intern();
  }

  /** For a person, when an answer is not the one that was needed. */
  public String describe() {
    return outcome == Call.Outcome.ANSWERED ? status + " " + text : outcome.name();
  }
}
