package io.doorbuster.drill.workload;

/** What a simulated buyer does that others do not. */
public enum Behaviour {
  /** Asks, tries again when refused, pays. */
  PAYS,
  /** Leaves the order to expire. */
  NEVER_PAYS,
  /** Pays after the deadline. */
  PAYS_LATE,
  /** Cancels instead of paying. */
  CANCELS,
  /** Sends each ask twice at once. */
  ASKS_TWICE,
  /** First asks ahead of the opening. */
  COMES_EARLY,
  /** Has signed a pass for himself. */
  FORGES_PASS,
  /** Comes with a pass whose time is over. */
  EXPIRED_PASS,
  /** Asks many times as often as he is told to, on two connections. */
  HAMMERS,
  /** Pays, but the provider's callback never arrives. */
  DROPS_CALLBACK,
  /** Closes the connection ahead of the answer, and comes back. */
  VANISHES,
  /** Loses heart after a try or two; the demo's crowd, not a drill's. */
  GIVES_UP;

  /** Whether an order of his is meant to end PAID. */
  public boolean meansToPay() {
    return switch (this) {
      case NEVER_PAYS, PAYS_LATE, CANCELS, FORGES_PASS, EXPIRED_PASS -> false;
      case PAYS, ASKS_TWICE, COMES_EARLY, HAMMERS, DROPS_CALLBACK, VANISHES, GIVES_UP -> true;
    };
  }
}
