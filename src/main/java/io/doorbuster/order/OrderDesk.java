package io.doorbuster.order;

import io.doorbuster.gate.Entry;
import io.doorbuster.gate.Gate;
import io.doorbuster.gate.Refusal;
import io.doorbuster.gate.Verdict;
import io.doorbuster.gate.pass.Pass;
import io.doorbuster.http.Exchange;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.OrderIds;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * What has become of an order: asked, waited for, cancelled. An order moves from the gate's entries
 * over the engine to the database, and is looked for in this order, so that none slips through.
 */
public final class OrderDesk {
  /** A long poll ends after so long even without news; below the connection's idle timeout. */
  static final Duration WAIT_MAX = Duration.ofSeconds(25);

  /** How long a cancellation waits for a queued order to reach the database. */
  private static final Duration CANCEL_WAIT = Duration.ofSeconds(3);

  private final Gate gate;
  private final Checkout checkout;
  private final InventoryEngine engine;
  private final OrderStore store;
  private final OrderIds ids;
  private final OrderWatch watch;
  private final PayLink payLink;
  private final InstantSource clock;
  private final BooleanSupplier storeAway;
  private final Runnable unitsReturned;

  /**
   * @param storeAway whether writing fails at present, which a queued order's answer tells
   * @param unitsReturned told after a cancellation, so that its units go on their way
   */
  public OrderDesk(
      Checkout checkout,
      InventoryEngine engine,
      OrderStore store,
      OrderIds ids,
      OrderWatch watch,
      PayLink payLink,
      InstantSource clock,
      BooleanSupplier storeAway,
      Runnable unitsReturned) {
    this.gate = checkout.gate();
    this.checkout = checkout;
    this.engine = engine;
    this.store = store;
    this.ids = ids;
    this.watch = watch;
    this.payLink = payLink;
    this.clock = clock;
    this.storeAway = storeAway;
    this.unitsReturned = unitsReturned;
    gate.onEntryChanged(entry -> watch.changed(entry.permit().order()));
  }

  public void routes(Router router) {
    router
        .get("/api/orders/{id}", this::status)
        .get("/api/sales/{sale}/orders/mine", this::mine)
        .post("/api/orders/{id}/cancel", this::cancel);
  }

  /** Answers at once, or, for a status that will change by itself, at its change. */
  void status(Exchange exchange) {
    Optional<Pass> pass = gate.identify(exchange.bearer());
    Optional<OrderId> id = OrderId.parse(exchange.parameter("id"));
    if (pass.isEmpty()) {
      exchange.problem(Refusals.problem(unauthenticated()));
    } else if (id.isEmpty() || !ids.isOurs(id.get(), pass.get().sale(), pass.get().buyer())) {
      exchange.problem(Problem.notFound("order"));
    } else {
      answerOrWait(exchange, pass.get(), id.get(), exchange.preferredWait(WAIT_MAX));
    }
  }

  private static Verdict.Refused unauthenticated() {
    return new Verdict.Refused(Refusal.UNAUTHENTICATED, null, null, null);
  }

  private void answerOrWait(Exchange exchange, Pass pass, OrderId id, Duration wait) {
    if (wait.isZero()) {
      exchange.answer(() -> describe(pass, id));
      return;
    }
    AtomicBoolean answered = new AtomicBoolean();
    Runnable answer =
        () -> {
          if (answered.compareAndSet(false, true)) {
            exchange.answer(() -> describe(pass, id));
          }
        };
    Runnable unwatch = watch.watch(id, answer);
    Runnable untime =
        exchange.after(
            wait,
            () -> {
              unwatch.run();
              answer.run();
            });
    exchange.offload(
        () -> {
          if (!willChange(describe(pass, id))) {
            unwatch.run();
            untime.run();
            answer.run();
          }
        });
  }

  private static boolean willChange(JsonObject description) {
    String status = description.getString("status");
    return status.equals("WAITING") || status.equals("QUEUED");
  }

  /** Looks the order up where it can be, in the order in which it moves. */
  private JsonObject describe(Pass pass, OrderId id) {
    Optional<Entry> entry = gate.findEntry(pass.sale(), id);
    if (entry.isPresent() && entry.get().state() != Entry.State.DRAWN) {
      return describe(entry.get());
    }
    if (checkout.isUnderWay(id) || isQueued(pass, id)) {
      return describe(id, OrderStatus.QUEUED);
    }
    Optional<Order> order = store.find(id);
    if (order.isPresent()) {
      return describe(order.get());
    }
    Optional<Entry> ended = gate.findEntry(pass.sale(), id);
    if (ended.isPresent() && ended.get().state() == Entry.State.NOT_DRAWN) {
      return describe(ended.get());
    }
    return checkout.isUnderWay(id) || isQueued(pass, id)
        ? describe(id, OrderStatus.QUEUED)
        : describe(id, OrderStatus.LOST);
  }

  private boolean isQueued(Pass pass, OrderId id) {
    return engine
        .findQueued(pass.sale(), pass.buyer())
        .map(QueuedOrder::claim)
        .filter(claim -> claim.order().equals(id))
        .isPresent();
  }

  private static JsonObject describe(Entry entry) {
    JsonObject json =
        new JsonObject()
            .put("order", entry.permit().order().toString())
            .put("status", entry.state() == Entry.State.WAITING ? "WAITING" : "NOT_DRAWN")
            .put("sku", entry.permit().sku())
            .put("quantity", entry.permit().quantity())
            .put("drawAt", entry.drawAt().toString())
            .put("wave", entry.permit().wave())
            .put("entry", entry.buyerHash().toString());
    return entry.reason() == null ? json : json.put("reason", entry.reason());
  }

  private JsonObject describe(OrderId id, OrderStatus status) {
    JsonObject json = new JsonObject().put("order", id.toString()).put("status", status.name());
    return status == OrderStatus.QUEUED && storeAway.getAsBoolean()
        ? json.put("reason", "store-unavailable")
        : json;
  }

  private JsonObject describe(Order order) {
    JsonObject json =
        describe(order.id(), order.status())
            .put("sku", order.sku())
            .put("quantity", order.quantity())
            .put("amountMinor", order.amountMinor());
    if (order.reason() != null) {
      json.put("reason", order.reason());
    }
    if (order.status() == OrderStatus.PLACED) {
      json.put("payUrl", payLink.url(order)).put("payBefore", order.payBefore().toString());
    }
    return json;
  }

  /** The buyer's order in a sale, wherever it stands. */
  void mine(Exchange exchange) {
    String sale = exchange.parameter("sale");
    Optional<Pass> pass = gate.identify(exchange.bearer()).filter(p -> p.sale().equals(sale));
    if (pass.isEmpty()) {
      exchange.problem(Refusals.problem(unauthenticated()));
      return;
    }
    exchange.offload(
        () -> {
          Optional<OrderId> id = findMine(sale, pass.get().buyer());
          if (id.isPresent()) {
            exchange.json(200, describe(pass.get(), id.get()), "/api/orders/" + id.get());
          } else {
            exchange.problem(Problem.notFound("order"));
          }
        });
  }

  private Optional<OrderId> findMine(String sale, BuyerId buyer) {
    Optional<Entry> entry = gate.findEntry(sale, buyer);
    if (entry.isPresent() && entry.get().state() == Entry.State.WAITING) {
      return Optional.of(entry.get().permit().order());
    }
    return Optional.ofNullable(checkout.findUnderWay(sale, buyer))
        .or(() -> engine.findQueued(sale, buyer).map(queued -> queued.claim().order()))
        .or(() -> store.findLatest(sale, buyer).map(Order::id));
  }

  /** Gives an unpaid order's units back. */
  void cancel(Exchange exchange) {
    Optional<Pass> pass = gate.identify(exchange.bearer());
    Optional<OrderId> id = OrderId.parse(exchange.parameter("id"));
    if (pass.isEmpty()) {
      exchange.problem(Refusals.problem(unauthenticated()));
    } else if (id.isEmpty() || !ids.isOurs(id.get(), pass.get().sale(), pass.get().buyer())) {
      exchange.problem(Problem.notFound("order"));
    } else {
      exchange.offload(() -> cancel(exchange, pass.get(), id.get()));
    }
  }

  private void cancel(Exchange exchange, Pass pass, OrderId id) {
    awaitCommit(pass, id);
    if (store.end(id, OrderStatus.CANCELLED, "by-buyer", clock.instant())) {
      unitsReturned.run();
      watch.changed(id);
      exchange.json(200, describe(pass, id));
      return;
    }
    JsonObject now = describe(pass, id);
    exchange.problem(
        Problem.of("not-cancellable", 409, "Only an order that is QUEUED or PLACED is cancelled.")
            .with("status", now.getString("status")));
  }

  /** A queued order is about to be committed; only then can it be ended for good. */
  private void awaitCommit(Pass pass, OrderId id) {
    CountDownLatch changed = new CountDownLatch(1);
    Runnable unwatch = watch.watch(id, changed::countDown);
    try {
      if (checkout.isUnderWay(id) || isQueued(pass, id)) {
        boolean inTime = changed.await(CANCEL_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        if (!inTime && isQueued(pass, id)) {
          throw new io.doorbuster.sale.StoreUnavailable(
              "the order is not committed yet", new java.io.IOException("store away"));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      unwatch.run();
    }
  }
}
