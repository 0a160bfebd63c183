package io.doorbuster.gate;

import java.util.Locale;

/**
 * Every reason for which the gate says no, in the order in which it checks. The id is the metric's
 * tag, the problem's type and the word of the docs.
 */
public enum Refusal {
  NOT_FOUND(404, "There is no such sale."),
  NOT_OPEN(403, "The sale has not opened yet."),
  CLOSED(410, "The sale is closed."),
  PAUSED(503, "The sale is paused."),
  OVERLOADED(503, "Too much is asked of us at present."),
  UNAUTHENTICATED(401, "This needs a valid pass for this sale."),
  FORBIDDEN(403, "This buyer may not take part."),
  ALREADY_ORDERED(409, "You have an order in this sale."),
  ORDERED_RECENTLY(429, "Your last order is too recent."),
  TOO_FAST(429, "You have just tried."),
  SOLD_OUT(410, "There are no units left."),
  INVALID(400, "The request is not right."),
  NOT_RELEASED(429, "No place in this wave."),
  NOT_COUNTED(429, "Your entry came too late for its wave.");

  private final String id;
  private final int status;
  private final String title;

  Refusal(int status, String title) {
    this.id = name().toLowerCase(Locale.ROOT).replace('_', '-');
    this.status = status;
    this.title = title;
  }

  public String id() {
    return id;
  }

  /** Of the HTTP answer. */
  public int status() {
    return status;
  }

  public String title() {
    return title;
  }
}
