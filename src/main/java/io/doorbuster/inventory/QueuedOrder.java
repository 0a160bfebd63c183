package io.doorbuster.inventory;

import java.time.Instant;

/**
 * A reserved claim on its way to the database.
 *
 * @param epoch in which it was reserved; a commit that names another one fails
 * @param createdAt by the engine's clock, inside the sale's window
 */
public record QueuedOrder(Claim claim, int shard, long epoch, Instant createdAt) {}
