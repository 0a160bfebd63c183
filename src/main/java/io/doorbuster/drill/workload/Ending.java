package io.doorbuster.drill.workload;

/** How a simulated buyer's sale ended, as he was told it. */
public enum Ending {
  PAID,
  GAVE_UP,
  CANCELLED,
  EXPIRED,
  /** An earlier order of his is too recent for another. */
  ORDERED_RECENTLY,
  SOLD_OUT,
  CLOSED,
  /** No pass that is worth something. */
  UNAUTHENTICATED,
  /** The drill was called off. */
  STOPPED,
  /** Still without an end when the drill's time was over. */
  STUCK
}
