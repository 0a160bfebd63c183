package io.doorbuster.order;

import io.doorbuster.gate.Budget;
import io.doorbuster.gate.Entry;
import io.doorbuster.gate.Gate;
import io.doorbuster.gate.Permit;
import io.doorbuster.gate.Verdict;
import io.doorbuster.http.Exchange;
import io.doorbuster.http.Router;
import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.metrics.Meters;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.Sku;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The buyer's whole path: {@link #buy} is to be read first. The gate decides on the event loop; who
 * is admitted goes on to the inventory, on a virtual thread where that has to be waited for; the
 * order writer does the rest.
 */
public final class Checkout implements Budget {
  /** A buy request is some 60 bytes. */
  static final int BODY_BYTES_MAX = 4_096;

  private final Gate gate;
  private final InventoryEngine engine;
  private final Catalog catalog;
  private final InstantSource clock;
  private final Meters meters;
  private final Permits permits = new Permits();
  private final Reservations reservations;

  /** The gate asks this checkout for its budget, so it is made from it. */
  public Checkout(
      Function<Checkout, Gate> gate,
      InventoryEngine engine,
      Catalog catalog,
      InstantSource clock,
      Meters meters) {
    this.engine = engine;
    this.catalog = catalog;
    this.clock = clock;
    this.meters = meters;
    this.gate = gate.apply(this);
    this.reservations = new Reservations(engine, this.gate, catalog, permits, clock, meters);
  }

  public Gate gate() {
    return gate;
  }

  public void routes(Router router) {
    router.post("/api/sales/{sale}/orders", this::buy);
  }

  /** A buy request in; 202 with the order's address out, or the one reason why not. */
  void buy(Exchange exchange) {
    String sale = exchange.parameter("sale");
    switch (gate.screen(sale, exchange.bearer(), exchange::remoteAddress)) {
      case Gate.Screening.No no -> refuse(exchange, no.refused());
      case Gate.Screening.Yes yes ->
          exchange.body(
              BODY_BYTES_MAX,
              body -> {
                switch (gate.decide(yes, body.flatMap(Checkout::wish))) {
                  case Verdict.Refused refused -> refuse(exchange, refused);
                  case Verdict.Waiting waiting -> accept(exchange, waiting.entry());
                  case Verdict.Admitted admitted -> reserve(exchange, admitted.permit());
                }
              });
    }
  }

  /** What the body asks for; empty where it is not exactly a SKU and a whole number. */
  private static Optional<Gate.Wish> wish(Buffer body) {
    try {
      return Json.decodeValue(body) instanceof JsonObject json
              && json.getValue("sku") instanceof String sku
              && json.getValue("quantity", 1) instanceof Integer quantity
          ? Optional.of(new Gate.Wish(sku, quantity))
          : Optional.empty();
    } catch (DecodeException e) {
      return Optional.empty();
    }
  }

  private void accept(Exchange exchange, Entry entry) {
    meters.verdict("waiting");
    OrderId order = entry.permit().order();
    JsonObject json =
        new JsonObject()
            .put("order", order.toString())
            .put("status", "WAITING")
            .put("drawAt", entry.drawAt().toString())
            .put("wave", entry.permit().wave())
            .put("entry", entry.buyerHash().toString());
    exchange.json(202, json, "/api/orders/" + order);
  }

  private void reserve(Exchange exchange, Permit permit) {
    meters.verdict("admitted");
    reservations
        .reserveAtOnce(permit)
        .ifPresentOrElse(
            result -> answer(exchange, permit, result),
            () ->
                exchange.offload(
                    () -> {
                      List<ReserveResult> results = reservations.reserve(List.of(permit));
                      answer(exchange, permit, results.getFirst());
                    }));
  }

  private void answer(Exchange exchange, Permit permit, ReserveResult result) {
    if (result instanceof ReserveResult.Reserved || result instanceof ReserveResult.Unknown) {
      queued(exchange, permit);
    } else {
      Duration tryEvery = catalog.get(permit.sale()).sale().limits().tryEvery();
      exchange.problem(Refusals.problem(result, tryEvery, clock.instant()));
    }
  }

  private static void queued(Exchange exchange, Permit permit) {
    JsonObject json =
        new JsonObject().put("order", permit.order().toString()).put("status", "QUEUED");
    exchange.json(202, json, "/api/orders/" + permit.order());
  }

  /** The winners of a draw: their orders are made whether or not somebody listens. */
  public void drawn(List<Permit> winners) {
    winners.forEach(winner -> meters.verdict("admitted"));
    reservations.reserve(winners);
  }

  private void refuse(Exchange exchange, Verdict.Refused refused) {
    meters.verdict(refused.refusal().id());
    Refusals.answer(exchange, refused);
  }

  @Override
  public OptionalInt units(String sale, String sku) {
    int promised = permits.units(sale, sku);
    OptionalInt free = FreeUnits.find(engine, sale, sku);
    return free.isEmpty() ? free : OptionalInt.of(free.getAsInt() - promised);
  }

  @Override
  public int outstanding(String sale, String sku) {
    return permits.units(sale, sku);
  }

  @Override
  public Optional<Map<String, Integer>> askFree(Sale sale) {
    engine.refresh(sale.id());
    Map<String, Integer> free = new HashMap<>();
    for (Sku sku : sale.skus()) {
      FreeUnits.find(engine, sale.id(), sku.id()).ifPresent(units -> free.put(sku.id(), units));
    }
    return free.size() == sale.skus().size() ? Optional.of(free) : Optional.empty();
  }

  @Override
  public void permit(Permit permit) {
    permits.given(permit);
  }

  @Override
  public void giveBack(Permit permit) {
    permits.ended(permit);
  }

  /** Those whose requests have not ended: their orders may come to stand at any moment. */
  Permits permits() {
    return permits;
  }

  /** The database has the order: nobody has to ask the engine about it any more. */
  public void committed(OrderId order) {
    permits.ended(order);
  }

  /** Claims whose answers were lost are made again; called often, on a thread that may wait. */
  public void askAgain() {
    if (engine.fault().isEmpty()) {
      reservations.askAgain();
    }
  }

  /** Drops permits whose fate stayed unknown for long; called every few seconds. */
  public void purge() {
    permits.purge(clock.instant());
  }

  /** Permits given whose requests have not ended. */
  public int outstanding() {
    return permits.size();
  }

  /** Whether nothing of a sale moves any more. */
  boolean isSettled(String sale) {
    return catalog.find(sale).map(known -> known.stored() == SalePhase.SETTLED).orElse(true);
  }
}
