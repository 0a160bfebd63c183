package io.doorbuster.console;

import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.metrics.Meters;
import io.doorbuster.outbox.OutboxStatus;
import io.doorbuster.outbox.OutboxStore;
import io.doorbuster.sale.StoreUnavailable;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The figures of this process, over all sales: for `sale watch`, the console and Prometheus. */
final class Figures {
  /** Counting the outbox reads its table: not more often than this, whoever asks. */
  private static final Duration OUTBOX_FRESH_FOR = Duration.ofMillis(500);

  private record Counted(Instant at, OutboxStatus status) {}

  private final Meters meters;
  private final InventoryEngine engine;
  private final LongSupplier committed;
  private final OutboxStore outbox;
  private final Supplier<Optional<String>> storeFault;
  private final InstantSource clock;
  private @Nullable Counted counted;

  Figures(
      Meters meters,
      InventoryEngine engine,
      LongSupplier committed,
      OutboxStore outbox,
      Supplier<Optional<String>> storeFault,
      InstantSource clock) {
    this.meters = meters;
    this.engine = engine;
    this.committed = committed;
    this.outbox = outbox;
    this.storeFault = storeFault;
    this.clock = clock;
  }

  /** Registers what Prometheus shall see beside the counters. */
  void register() {
    meters.gauge(
        "doorbuster.orders.queued",
        "Orders reserved and not yet committed",
        () -> (double) engine.queued());
    meters.gauge(
        "doorbuster.orders.committed",
        "Orders committed since the start",
        () -> (double) committed.getAsLong());
    meters.gauge(
        "doorbuster.events.waiting", "Events not yet delivered", () -> (double) events().waiting());
    meters.gauge(
        "doorbuster.events.parked", "Events refused too often", () -> (double) events().parked());
    meters.gauge(
        "doorbuster.events.lag.ms",
        "Age of the oldest event that waits, in milliseconds",
        () -> (double) events().lagMs());
    meters.gauge(
        "doorbuster.store.away",
        "1 while the store can not be written",
        () -> storeFault.get().isPresent() ? 1.0 : 0.0);
    meters.gauge(
        "doorbuster.engine.away",
        "1 while the inventory engine can not be reached",
        () -> engine.fault().isPresent() ? 1.0 : 0.0);
  }

  JsonObject json() {
    JsonObject verdicts = new JsonObject();
    meters.verdicts().forEach(verdicts::put);
    JsonObject json =
        new JsonObject()
            .put("verdicts", verdicts)
            .put(
                "writer",
                new JsonObject()
                    .put("queued", engine.queued())
                    .put("committed", committed.getAsLong())
                    .put("p99Ms", Math.round(meters.placedAfterP99Ms() * 10) / 10.0))
            .put("events", json(events()));
    storeFault.get().ifPresent(fault -> json.put("storeFault", fault));
    return json;
  }

  static JsonObject json(OutboxStatus status) {
    return new JsonObject()
        .put("waiting", status.waiting())
        .put("parked", status.parked())
        .put("lagMs", status.lagMs())
        .put("delivered", status.delivered())
        .put("keptBack", status.keptBack());
  }

  /** While the store is away the last count stands. */
  synchronized OutboxStatus events() {
    Instant now = clock.instant();
    Counted last = counted;
    if (last != null && now.isBefore(last.at().plus(OUTBOX_FRESH_FOR))) {
      return last.status();
    }
    try {
      Counted fresh = new Counted(now, outbox.status(now));
      counted = fresh;
      return fresh.status();
    } catch (StoreUnavailable e) {
      return last == null ? new OutboxStatus(0, 0, 0, 0, 0) : last.status();
    }
  }
}
