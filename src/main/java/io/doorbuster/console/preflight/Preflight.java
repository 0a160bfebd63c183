package io.doorbuster.console.preflight;

import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.order.Intents;
import io.doorbuster.outbox.OutboxStore;
import io.doorbuster.page.PagePublisher;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFile;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.WaveNode;
import io.doorbuster.settlement.Audit;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Looks at what only the server knows before a sale opens: changes nothing, and takes no longer
 * than its stores let themselves be waited for, once each.
 */
public final class Preflight {
  /** Gates that draw show life only shortly before the start; by then all have. */
  private static final Duration GATES_SHOWN = Duration.ofSeconds(5);

  /** How buyers of a sale pay. */
  public enum Payment {
    NONE,
    /** At a page of ours that takes no money. */
    DEMO,
    REAL
  }

  /**
   * Where events go.
   *
   * @param isSet whether they go anywhere; else they stay in their table
   * @param away whether this process, where it sends them, found nobody there
   */
  public record Sink(boolean isSet, BooleanSupplier away) {}

  /**
   * What it looks at.
   *
   * @param clockOf whose time the rooms go by, in words
   * @param isGate whether buyers can ask this process
   * @param publicUrl the address that buyers see; empty where none is set
   */
  public record Sources(
      InstantSource clock,
      String clockOf,
      PagePublisher pages,
      Database database,
      InventoryEngine engine,
      Audit audit,
      Intents intents,
      OutboxStore outbox,
      WaveNode gates,
      boolean isGate,
      Function<Sale, Payment> payment,
      Sink sink,
      String publicUrl) {}

  /**
   * What was found, in the order of the flow.
   *
   * @param now by the rooms' clock, as it began
   * @param manyGates whether other processes may be gates too
   */
  public record Result(
      Sale sale, Instant now, String publicUrl, boolean manyGates, List<Check> checks) {
    public JsonObject toJson() {
      return new JsonObject()
          .put("sale", sale.id())
          .put("now", now.toString())
          .put("publicUrl", publicUrl)
          .put("manyGates", manyGates)
          .put("definition", SaleFile.toJson(sale))
          .put("checks", Check.toJson(checks));
    }
  }

  private final Sources sources;
  private final Supplier<List<String>> missing;

  /**
   * @param missing why this process is not ready, as /readyz has it
   */
  public Preflight(Sources sources, Supplier<List<String>> missing) {
    this.sources = sources;
    this.missing = missing;
  }

  /** Looks at everything once. A store that does not answer is not asked a second time. */
  public Result run(Listing listing) {
    Instant now = sources.clock.instant();
    StoreChecks stores = new StoreChecks(sources);
    Check database = stores.database();
    Check reservations = stores.reservations();
    boolean sqlAway = stores.isDatabaseAway();
    boolean away = sqlAway || stores.isEngineAway();
    PageChecks page = new PageChecks(sources.pages, listing);
    List<Check> checks = new ArrayList<>();
    checks.add(sale(listing, now));
    checks.add(page.published());
    checks.add(page.firstView());
    checks.add(gates(listing, now));
    checks.add(server());
    checks.add(away ? notAsked("stock") : new StockCheck(sources, listing, now).run());
    checks.add(reservations);
    checks.add(database);
    checks.add(sqlAway ? notAsked("clock of the database") : stores.clock());
    checks.add(payment(listing.sale()));
    checks.add(sqlAway ? notAsked("events") : stores.events(now));
    boolean manyGates = sources.gates.isShared();
    return new Result(listing.sale(), now, sources.publicUrl, manyGates, List.copyOf(checks));
  }

  private static Check notAsked(String name) {
    return Check.notChecked(name, "a store does not answer", "mend that first, and look again");
  }

  private static Check sale(Listing listing, Instant now) {
    Sale sale = listing.sale();
    String id = sale.id();
    SalePhase phase = listing.phaseAt(now);
    String window = ", opens " + sale.opensAt() + ", closes " + sale.closesAt();
    if (listing.voiding()) {
      return Check.red("sale", "it is being voided", "register a new one under another id");
    }
    if (listing.publishing()) {
      return Check.red(
          "sale",
          "its allotment is still being taken from the regular stock",
          "look at the shop's stock; `sale publish " + id + "` waits for it");
    }
    return switch (phase) {
      case DRAFT -> Check.red("sale", "DRAFT" + window, "doorbuster sale publish " + id);
      case PAUSED -> Check.red("sale", "PAUSED" + window, "doorbuster sale resume " + id);
      case CLOSED, SETTLED ->
          Check.red("sale", phase + window, "what is over does not open again: register a new one");
      case PUBLISHED ->
          Check.ok("sale", "PUBLISHED, opens in " + Spans.text(now, sale.opensAt()) + window);
      case OPEN -> Check.ok("sale", "OPEN, closes in " + Spans.text(now, sale.closesAt()));
    };
  }

  private Check gates(Listing listing, Instant now) {
    if (listing.stored() == SalePhase.DRAFT) {
      return Check.notChecked("gates", "gates know a published sale only", "publish it");
    }
    OptionalInt alive;
    try {
      alive = sources.gates.countGates(listing.sale().id());
    } catch (StoreUnavailable e) {
      return Check.red(
          "gates", String.valueOf(e.getMessage()), "start Redis, or look at redis.nodes");
    }
    boolean some = alive.isPresent() ? alive.getAsInt() > 0 : sources.isGate;
    if (!some && alive.isPresent() && now.isBefore(listing.sale().opensAt().minus(GATES_SHOWN))) {
      return Check.notChecked(
          "gates",
          "they show themselves from 10 s before the start on",
          "ask each: --gate http://gate-1:8081");
    }
    if (!some) {
      return Check.red(
          "gates",
          "no gate shows that it serves this sale",
          "start one with the role gate, or look at its log");
    }
    return Check.ok(
        "gates",
        alive.isEmpty()
            ? "this process alone"
            : alive.getAsInt() + (alive.getAsInt() == 1 ? " shows life" : " show life"));
  }

  private Check server() {
    List<String> why = missing.get();
    return why.isEmpty()
        ? Check.ok("server", "ready")
        : Check.red(
            "server",
            "not ready: " + String.join("; ", why),
            "what ends by itself is over soon; for the rest see Faults in docs/operating.md");
  }

  private Check payment(Sale sale) {
    return switch (sources.payment.apply(sale)) {
      case REAL -> Check.ok("payment", "at the shop's payment page (payment.url; not called)");
      case DEMO ->
          sale.test()
              ? Check.ok("payment", "at the demo's page: this is a rehearsal (test: true)")
              : Check.red(
                  "payment",
                  "at the demo's page, which takes no money, and this is no rehearsal",
                  "set payment.provider: redirect, and serve without --demo");
      case NONE ->
          Check.red(
              "payment",
              "buyers have no place to pay",
              "set payment.provider: redirect, or rehearse with test: true");
    };
  }
}
