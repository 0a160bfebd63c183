package io.doorbuster.drill.workload;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Times are milliseconds since 1970.
 *
 * @param buyer his number in the plan
 * @param intendedMs when it was due; latency counts from here
 * @param endedMs when it was answered, cut or given up
 * @param status of the HTTP answer; 0 where there was none
 * @param order that it was about, or that it made
 * @param refusal the problem's id
 * @param shown the order's status that the answer showed
 * @param reason that the answer gave for the status, where it gave one
 * @param atMs of an entry the time of its draw; of a refusal the milliseconds until the next try;
 *     -1 where the answer had neither
 */
public record Call(
    int buyer,
    Kind kind,
    Outcome outcome,
    long intendedMs,
    long sentMs,
    long endedMs,
    int status,
    @Nullable String order,
    @Nullable String refusal,
    @Nullable String shown,
    @Nullable String reason,
    long atMs) {
  /** What was asked. */
  public enum Kind {
    ASK,
    LOOK,
    MINE,
    CANCEL,
    PAY,
    PAY_UNHEARD
  }

  /** What became of the request. */
  public enum Outcome {
    ANSWERED,
    /** The connection was refused, or broke. */
    CUT,
    /** Nothing came in time. */
    TIMED_OUT,
    /** The buyer himself closed the connection. */
    LEFT
  }

  public boolean answered() {
    return outcome == Outcome.ANSWERED;
  }

  /**
   * What it came to, for the figures over time: the refusal's id, else `admitted` or `waiting` of
   * an ask, `order` of a call about an order, `unnamed` of a refusal without an id, or how the
   * answer failed to come.
   */
  public String verdict() {
    if (refusal != null) {
      return refusal;
    }
    return switch (outcome) {
      case CUT -> "cut";
      case TIMED_OUT -> "timed-out";
      case LEFT -> "left";
      case ANSWERED -> {
        if (status >= 400) {
          yield "unnamed";
        }
        if (kind != Kind.ASK) {
          yield "order";
        }
        yield "WAITING".equals(shown) ? "waiting" : "admitted";
      }
    };
  }

  /** A refusal that needs no second look: named, in time, and to be tried again. */
  boolean isPlainRefusal() {
    return kind == Kind.ASK
        && refusal != null
        && atMs >= 0
        && status < 500
        && endedMs - sentMs < 1_000
        && !"already-ordered".equals(refusal);
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("buyer", buyer)
        .put("kind", kind.name())
        .put("outcome", outcome.name())
        .put("intended", intendedMs)
        .put("sent", sentMs)
        .put("ended", endedMs)
        .put("status", status)
        .put("order", order)
        .put("refusal", refusal)
        .put("shown", shown)
        .put("reason", reason)
        .put("at", atMs);
  }
}
