package io.doorbuster.outbox;

import java.time.Instant;

/** An event that was refused too often: it waits for an operator, and its key with it. */
public record ParkedEvent(
    String id,
    String sale,
    String key,
    String type,
    Instant createdAt,
    Instant parkedAt,
    int attempts,
    String lastError) {}
