package io.doorbuster.outbox;

/** Where events go. With none the table alone is kept, for whoever reads it there. */
@FunctionalInterface
public interface EventSink extends AutoCloseable {

  /** How one try ended. */
  sealed interface Delivery {}

  /** The sink has it for good. */
  record Delivered() implements Delivery {}

  /** The sink did not take this event; it is tried again, and parked after too many tries. */
  record Failed(String reason) implements Delivery {}

  /** The sink is away, whatever the event; all wait for it, and none is parked for it. */
  record Unreachable(String reason) implements Delivery {}

  /** Sends one event; blocks for a bounded time. */
  Delivery deliver(StoredEvent event);

  /**
   * Ends what is under way and lets go of the other side, within a few seconds; can be repeated.
   */
  @Override
  default void close() {}
}
