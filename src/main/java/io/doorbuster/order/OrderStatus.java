package io.doorbuster.order;

/** Where an order stands. It only moves forward, and the database's word wins over the engine's. */
public enum OrderStatus {
  /** Its units are held; not yet in the database. */
  QUEUED,
  /** Committed: pay now. */
  PLACED,
  PAID,
  CANCELLED,
  /** Not paid in time. */
  EXPIRED,
  /** The database refused it. */
  REJECTED,
  /** It was only queued, and died with its machine. */
  LOST;

  /** Whether it bars another order of the buyer. */
  public boolean isLive() {
    return this == QUEUED || this == PLACED || this == PAID;
  }
}
