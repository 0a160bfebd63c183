package io.doorbuster.order;

import io.doorbuster.gate.Budget;
import io.doorbuster.gate.Entry;
import io.doorbuster.gate.Gate;
import io.doorbuster.gate.Permit;
import io.doorbuster.gate.Refusal;
import io.doorbuster.gate.Verdict;
import io.doorbuster.http.Exchange;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.inventory.ReserveResult.Unknown;
import io.doorbuster.metrics.Meters;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Sale;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The buyer's whole path: {@link #buy} is to be read first. The gate decides on the event loop; who
 * is admitted goes on to the inventory, on a virtual thread; the order writer does the rest.
 */
public final class Checkout implements Budget {
  /** A buy request is some 60 bytes. */
  static final int BODY_BYTES_MAX = 4_096;

  private static final int CLAIM_TRIES = 5;
  private static final Duration CLAIM_PAUSE = Duration.ofMillis(200);

  private final Gate gate;
  private final InventoryEngine engine;
  private final Catalog catalog;
  private final InstantSource clock;
  private final Meters meters;
  private final Permits permits = new Permits();

  /** The gate asks this checkout for its budget, so it is made from it. */
  public Checkout(
      java.util.function.Function<Checkout, Gate> gate,
      InventoryEngine engine,
      Catalog catalog,
      InstantSource clock,
      Meters meters) {
    this.engine = engine;
    this.catalog = catalog;
    this.clock = clock;
    this.meters = meters;
    this.gate = gate.apply(this);
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
    switch (gate.screen(sale, exchange.bearer(), exchange.remoteAddress())) {
      case Gate.Screening.No no -> refuse(exchange, no.refused());
      case Gate.Screening.Yes yes ->
          exchange.body(
              BODY_BYTES_MAX,
              body -> {
                switch (gate.decide(yes, body.flatMap(Checkout::wish))) {
                  case Verdict.Refused refused -> refuse(exchange, refused);
                  case Verdict.Waiting waiting -> accept(exchange, waiting.entry());
                  case Verdict.Admitted admitted ->
                      exchange.offload(() -> answer(exchange, admitted.permit()));
                }
              });
    }
  }

  private static Optional<Gate.Wish> wish(Buffer body) {
    try {
      JsonObject json = new JsonObject(body);
      String sku = json.getString("sku");
      Object quantity = json.getValue("quantity", 1);
      return sku != null && quantity instanceof Integer number
          ? Optional.of(new Gate.Wish(sku, number))
          : Optional.empty();
    } catch (DecodeException | ClassCastException e) {
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

  private void answer(Exchange exchange, Permit permit) {
    meters.verdict("admitted");
    ReserveResult result = reserve(List.of(permit)).getFirst();
    switch (result) {
      case ReserveResult.Reserved r -> queued(exchange, permit);
      case Unknown u -> queued(exchange, permit);
      case ReserveResult.SoldOut s ->
          exchange.problem(Refusals.problem(refusal(permit, s)).with("left", s.left()));
      default -> exchange.problem(Refusals.problem(refusal(permit, result)));
    }
  }

  private static void queued(Exchange exchange, Permit permit) {
    JsonObject json =
        new JsonObject().put("order", permit.order().toString()).put("status", "QUEUED");
    exchange.json(202, json, "/api/orders/" + permit.order());
  }

  /** The winners of a draw: their orders are made whether or not somebody listens. */
  public void drawn(List<Permit> winners) {
    List<ReserveResult> results = reserve(winners);
    for (int i = 0; i < winners.size(); i++) {
      Permit permit = winners.get(i);
      meters.verdict("admitted");
      ReserveResult result = results.get(i);
      if (!(result instanceof ReserveResult.Reserved) && !(result instanceof Unknown)) {
        String reason = refusal(permit, result).refusal().id();
        gate.endEntry(permit.sale(), permit.order(), reason);
      }
    }
  }

  /** Reserves, asking again with the same ids while an answer is lost; then frees the permits. */
  private List<ReserveResult> reserve(List<Permit> wanted) {
    meters.backendCall();
    List<Claim> claims = wanted.stream().map(Checkout::claim).toList();
    List<ReserveResult> results = engine.reserve(claims);
    for (int tries = 1;
        tries < CLAIM_TRIES && results.stream().anyMatch(this::isUnknown);
        tries++) {
      pause();
      results = engine.reserve(claims);
    }
    for (int i = 0; i < wanted.size(); i++) {
      learn(wanted.get(i), results.get(i));
    }
    return results;
  }

  private boolean isUnknown(ReserveResult result) {
    return result instanceof Unknown;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(CLAIM_PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Claim claim(Permit permit) {
    return new Claim(
        permit.order(),
        permit.sale(),
        permit.sku(),
        permit.buyer(),
        permit.quantity(),
        permit.wave(),
        permit.admittedAt(),
        permit.shopRef());
  }

  /** What the gate can know from now on without asking the engine. */
  private void learn(Permit permit, ReserveResult result) {
    switch (result) {
      case ReserveResult.Reserved r -> remember(permit, permit.order(), r.createdAt(), true);
      case ReserveResult.AlreadyOrdered a -> remember(permit, a.order(), a.createdAt(), true);
      case ReserveResult.OrderedRecently o ->
          gate.remember(permit.sale(), permit.buyer(), o.order(), o.until(), false);
      case Unknown u -> {
        return;
      }
      default -> {}
    }
    permits.ended(permit);
  }

  private void remember(Permit permit, OrderId order, Instant createdAt, boolean live) {
    Instant until = createdAt.plus(sale(permit).limits().orderEvery());
    gate.remember(permit.sale(), permit.buyer(), order, until, live);
  }

  private Sale sale(Permit permit) {
    return catalog.get(permit.sale()).sale();
  }

  /** The engine's no, in the words of the gate. */
  private Verdict.Refused refusal(Permit permit, ReserveResult result) {
    Duration tryEvery = sale(permit).limits().tryEvery();
    return switch (result) {
      case ReserveResult.AlreadyOrdered a ->
          new Verdict.Refused(Refusal.ALREADY_ORDERED, null, a.order(), null);
      case ReserveResult.OrderedRecently o ->
          new Verdict.Refused(
              Refusal.ORDERED_RECENTLY,
              longer(Duration.between(clock.instant(), o.until()), tryEvery),
              o.order(),
              null);
      case ReserveResult.SoldOut s ->
          new Verdict.Refused(Refusal.SOLD_OUT, tryEvery, null, "There are " + s.left() + " left.");
      case ReserveResult.NotOpen n -> new Verdict.Refused(Refusal.NOT_OPEN, tryEvery, null, null);
      case ReserveResult.Closed c -> new Verdict.Refused(Refusal.CLOSED, null, null, null);
      case ReserveResult.Paused p -> new Verdict.Refused(Refusal.PAUSED, tryEvery, null, null);
      case ReserveResult.Overloaded o ->
          new Verdict.Refused(Refusal.OVERLOADED, tryEvery, null, "Too many orders are queued.");
      case ReserveResult.Reserved r -> throw new IllegalArgumentException("a yes is no refusal");
      case Unknown u -> throw new IllegalArgumentException("an unknown answer is no refusal");
    };
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  private void refuse(Exchange exchange, Verdict.Refused refused) {
    meters.verdict(refused.refusal().id());
    Problem problem = Refusals.problem(refused);
    exchange.problem(problem);
  }

  @Override
  public int units(String sale, String sku) {
    int promised = permits.units(sale, sku);
    return engine.available(sale, sku) - promised;
  }

  @Override
  public void permit(Permit permit) {
    permits.given(permit);
  }

  /** Whether the order's claim is on its way to the engine. */
  boolean isUnderWay(OrderId order) {
    return permits.contains(order);
  }

  @Nullable OrderId findUnderWay(String sale, BuyerId buyer) {
    return permits.find(sale, buyer).map(Permit::order).orElse(null);
  }

  /** Drops permits whose fate stayed unknown for long; called every few seconds. */
  public void purge() {
    permits.purge(clock.instant());
  }

  /** Permits given whose requests have not ended. */
  public int outstanding() {
    return permits.size();
  }
}
