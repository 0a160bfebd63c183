package io.doorbuster.order;

import io.doorbuster.gate.Gate;
import io.doorbuster.gate.Refusal;
import io.doorbuster.gate.Verdict;
import io.doorbuster.gate.pass.Pass;
import io.doorbuster.http.Exchange;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.StoreUnavailable;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What has become of an order: asked, waited for, cancelled. */
public final class OrderDesk {
  /** A long poll ends after so long even without news; below the connection's idle timeout. */
  static final Duration WAIT_MAX = Duration.ofSeconds(25);

  /** How long a cancellation waits for a queued order to reach the database. */
  private static final Duration CANCEL_WAIT = Duration.ofSeconds(3);

  private final Gate gate;
  private final OrderLookup lookup;
  private final OrderStore store;
  private final OrderIds ids;
  private final OrderWatch watch;
  private final InstantSource clock;
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
    this.lookup = new OrderLookup(checkout, engine, store, payLink, storeAway);
    this.store = store;
    this.ids = ids;
    this.watch = watch;
    this.clock = clock;
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
    withOrder(
        exchange, (pass, id) -> answerOrWait(exchange, pass, id, exchange.preferredWait(WAIT_MAX)));
  }

  /** Gives an unpaid order's units back. */
  void cancel(Exchange exchange) {
    withOrder(exchange, (pass, id) -> exchange.offload(() -> cancel(exchange, pass, id)));
  }

  /** Goes on with an order of this buyer's; another's is not found. */
  private void withOrder(Exchange exchange, BiConsumer<Pass, OrderId> then) {
    withPass(
        exchange,
        pass -> {
          Optional<OrderId> id = OrderId.parse(exchange.parameter("id"));
          if (id.isEmpty() || !ids.isOurs(id.get(), pass.sale(), pass.buyer())) {
            exchange.problem(Problem.notFound("order"));
          } else {
            then.accept(pass, id.get());
          }
        });
  }

  private void withPass(Exchange exchange, Consumer<Pass> then) {
    switch (gate.identify(exchange.bearer())) {
      case Gate.Screening.No no -> exchange.problem(Refusals.problem(no.refused()));
      case Gate.Screening.Yes yes -> then.accept(yes.pass());
    }
  }

  private void answerOrWait(Exchange exchange, Pass pass, OrderId id, Duration wait) {
    if (wait.isZero()) {
      exchange.answer(() -> lookup.describe(pass, id));
      return;
    }
    AtomicBoolean answered = new AtomicBoolean();
    Runnable answer =
        () -> {
          if (answered.compareAndSet(false, true)) {
            exchange.answer(() -> lookup.describe(pass, id));
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
          JsonObject now = lookup.describe(pass, id);
          if (!willChange(now)) {
            unwatch.run();
            untime.run();
            if (answered.compareAndSet(false, true)) {
              exchange.json(200, now);
            }
          }
        });
  }

  private static boolean willChange(JsonObject description) {
    String status = description.getString("status");
    return status.equals("WAITING") || status.equals("QUEUED");
  }

  /** The buyer's order in a sale, wherever it stands. */
  void mine(Exchange exchange) {
    String sale = exchange.parameter("sale");
    withPass(
        exchange,
        pass -> {
          if (pass.sale().equals(sale)) {
            exchange.offload(() -> mine(exchange, pass));
          } else {
            exchange.problem(
                Refusals.problem(new Verdict.Refused(Refusal.UNAUTHENTICATED, null, null, null)));
          }
        });
  }

  private void mine(Exchange exchange, Pass pass) {
    Optional<OrderId> id = lookup.findMine(pass.sale(), pass.buyer());
    if (id.isPresent()) {
      exchange.json(200, lookup.describe(pass, id.get()), "/api/orders/" + id.get());
    } else {
      exchange.problem(Problem.notFound("order"));
    }
  }

  private void cancel(Exchange exchange, Pass pass, OrderId id) {
    JsonObject then = awaitCommit(pass, id);
    if (then.getString("status").equals("PLACED")
        && store.end(id, OrderStatus.CANCELLED, "by-buyer", clock.instant())) {
      unitsReturned.run();
      watch.changed(id);
      exchange.json(200, lookup.describe(pass, id));
      return;
    }
    JsonObject now = lookup.describe(pass, id);
    exchange.problem(
        Problem.of("not-cancellable", 409, "Only an order that is QUEUED or PLACED is cancelled.")
            .with("orderStatus", now.getString("status")));
  }

  /** A queued order is about to be committed; only then can it be ended for good. */
  private JsonObject awaitCommit(Pass pass, OrderId id) {
    long until = System.nanoTime() + CANCEL_WAIT.toNanos();
    while (true) {
      CountDownLatch changed = new CountDownLatch(1);
      Runnable unwatch = watch.watch(id, changed::countDown);
      try {
        JsonObject now = lookup.describe(pass, id);
        if (!now.getString("status").equals("QUEUED")) {
          return now;
        }
        long left = until - System.nanoTime();
        if (left <= 0) {
          throw new StoreUnavailable("the order is not committed yet", new IOException());
        }
        boolean _ = changed.await(left, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreUnavailable("stopped while the order was being committed", e);
      } finally {
        unwatch.run();
      }
    }
  }
}
