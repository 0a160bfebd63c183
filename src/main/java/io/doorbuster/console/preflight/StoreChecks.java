package io.doorbuster.console.preflight;

import io.doorbuster.outbox.OutboxStatus;
import io.doorbuster.sale.ClockOffset;
import io.doorbuster.sale.StoreLook;
import io.doorbuster.sale.StoreUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether the stores answer, keep what they are told, and go by our time. */
final class StoreChecks {
  /** By so much a sale may open early or late for the books. */
  private static final Duration CLOCK_OFF_MAX = Duration.ofMillis(100);

  /** An event that has waited so long has been tried several times. */
  private static final Duration EVENT_WAITS_MAX = Duration.ofSeconds(30);

  private final Preflight.Sources sources;
  private boolean databaseAway;
  private boolean engineAway;

  StoreChecks(Preflight.Sources sources) {
    this.sources = sources;
  }

  boolean isDatabaseAway() {
    return databaseAway;
  }

  boolean isEngineAway() {
    return engineAway;
  }

  Check database() {
    try {
      return told("database", sources.database().look());
    } catch (StoreUnavailable e) {
      databaseAway = true;
      return Check.red(
          "database",
          String.valueOf(e.getMessage()),
          "start it, or end what holds its lock; see Faults in docs/operating.md");
    }
  }

  Check reservations() {
    try {
      Optional<StoreLook> look = sources.engine().findLook();
      return look.isPresent()
          ? told("reservations", look.get())
          : Check.ok("reservations", "in this process, loaded anew from the database at a start");
    } catch (StoreUnavailable e) {
      engineAway = true;
      return Check.red(
          "reservations", String.valueOf(e.getMessage()), "start Redis, or look at redis.nodes");
    }
  }

  private static Check told(String name, StoreLook look) {
    if (!look.weak().isEmpty()) {
      return Check.red(
          name,
          look.keeps() + ": can lose what it has acknowledged",
          String.join("; ", look.weak()));
    }
    if (!look.untold().isEmpty()) {
      return Check.notChecked(
          name,
          look.keeps() + ": it does not let us see " + String.join(", ", look.untold()),
          "compare them with docs/operating.md at who runs it");
    }
    return Check.ok(name, look.keeps());
  }

  Check clock() {
    String name = "clock of the database";
    Optional<ClockOffset> found;
    try {
      found = sources.database().findClock(sources.clock());
    } catch (StoreUnavailable e) {
      return Check.red(name, String.valueOf(e.getMessage()), "start it");
    }
    if (found.isEmpty()) {
      return Check.ok(name, "that of the server: the database is a file there");
    }
    ClockOffset offset = found.get();
    String text = offset + " against " + sources.clockOf();
    if (offset.isSurelyWithin(CLOCK_OFF_MAX)) {
      return Check.ok(name, text);
    }
    return offset.isSurelyOver(CLOCK_OFF_MAX)
        ? Check.red(name, text, "let all machines take their time by NTP (chrony)")
        : Check.notChecked(name, text + ": it answers too slowly to tell", "look again");
  }

  Check events(Instant now) {
    OutboxStatus status;
    try {
      status = sources.outbox().status(now);
    } catch (StoreUnavailable e) {
      return Check.red("events", String.valueOf(e.getMessage()), "start the database");
    }
    if (!sources.sink().isSet()) {
      return Check.ok("events", "no sink is set: they stay in their table");
    }
    if (status.parked() > 0) {
      return Check.red(
          "events",
          status.parked() + " parked: the shop refused them too often",
          "doorbuster events parked; mend the shop; doorbuster events retry");
    }
    if (sources.sink().away().getAsBoolean() || status.lagMs() > EVENT_WAITS_MAX.toMillis()) {
      return Check.red(
          "events",
          "%d wait, the oldest for %d s: nobody takes them"
              .formatted(status.waiting(), status.lagMs() / 1_000),
          "start what takes them; the log of the order writer has the reason");
    }
    return status.delivered() > 0
        ? Check.ok(
            "events", "%d delivered, %d wait".formatted(status.delivered(), status.waiting()))
        : Check.notChecked(
            "events",
            "none has gone out so far, so nobody knows whether they arrive",
            "rehearse once with events.testSales: send");
  }
}
