package io.doorbuster.sale;

import java.time.Duration;

/** What one buyer may do: units an order, time between two tries, time between two orders. */
public record Limits(int perBuyer, Duration tryEvery, Duration orderEvery) {}
