package io.doorbuster.outbox;

/**
 * How far the shop has heard.
 *
 * @param waiting not delivered and not parked, those behind a parked one among them
 * @param lagMs age of the oldest that waits, in milliseconds; 0 when none does, or there is no sink
 * @param delivered answered by the sink
 * @param keptBack of test sales, never sent
 */
public record OutboxStatus(long waiting, long parked, long lagMs, long delivered, long keptBack) {}
