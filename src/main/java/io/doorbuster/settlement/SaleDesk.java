package io.doorbuster.settlement;

import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.StockSums;
import io.doorbuster.order.Intent;
import io.doorbuster.order.IntentWorker;
import io.doorbuster.order.Intents;
import io.doorbuster.order.Order;
import io.doorbuster.order.OrderStatus;
import io.doorbuster.order.OrderStore;
import io.doorbuster.order.ShopMoves;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.NotAllowed;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.StoreUnavailable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * An operator's verbs on a sale.
 *
 * <h2>Design</h2>
 *
 * Each verb writes down what is wanted, in one transaction that reads the sale under its row's
 * lock, and then waits, for a bounded time, until it is so. The intent worker and the settlement do
 * the work; so a verb that is repeated, or whose caller has gone, does no harm, and after a crash
 * what was written down goes on.
 */
public final class SaleDesk {
  private static final Duration WAIT_MAX = Duration.ofSeconds(30);
  private static final int ORDERS_A_ROUND = 200;

  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final Database database;
  private final Catalog catalog;
  private final InventoryEngine engine;
  private final OrderStore store;
  private final IntentWorker worker;
  private final Settlement settlement;
  private final Predicate<Sale> isPayable;
  private final InstantSource clock;

  /**
   * @param isPayable whether buyers of the sale would have a place to pay
   */
  public SaleDesk(
      Database database,
      Catalog catalog,
      InventoryEngine engine,
      OrderStore store,
      IntentWorker worker,
      Settlement settlement,
      Predicate<Sale> isPayable,
      InstantSource clock) {
    this.database = database;
    this.catalog = catalog;
    this.engine = engine;
    this.store = store;
    this.worker = worker;
    this.settlement = settlement;
    this.isPayable = isPayable;
    this.clock = clock;
  }

  /**
   * Takes the allotment out of the regular stock and loads it; all SKUs or none. Of a sale that was
   * published before only the page comes back, where it was taken down.
   */
  public Listing publish(String saleId) {
    Listing listing = catalog.get(saleId);
    if (listing.stored() == SalePhase.DRAFT && !listing.publishing()) {
      if (!isPayable.test(listing.sale())) {
        throw new NotAllowed(
            "buyers could not pay: set payment.provider, or make it a rehearsal with test: true");
      }
      await("what an earlier try took to be given back", () -> !isTaking(saleId));
    }
    database.write(
        connection -> {
          Listing now = catalog.lock(connection, saleId);
          if (now.stored() != SalePhase.DRAFT || now.publishing()) {
            catalog.publishAgain(connection, now);
            return now;
          }
          catalog.startPublishing(connection, now);
          if (isTaking(connection, saleId)) {
            throw new NotAllowed("what an earlier try took is being given back; publish again");
          }
          Intents.write(connection, takes(now.sale(), Intents.count(connection, saleId)));
          return now;
        });
    catalog.refresh(saleId);
    await("the regular stock to give the allotment", () -> !catalog.get(saleId).publishing());
    Listing now = catalog.get(saleId);
    if (now.stored() == SalePhase.DRAFT) {
      throw new NotAllowed(
          notGiven(saleId)
              .orElse(
                  "the regular stock has not enough units for this sale; nothing was kept."
                      + " Lower the units, or stock up, and publish again"));
    }
    if (now.isRunningAt(clock.instant())) {
      await("the engine to be loaded", () -> engine.isLoaded(saleId));
    }
    return now;
  }

  /** What the shop said, where it was not that it has too few. */
  private Optional<String> notGiven(String saleId) {
    return new Intents(database)
        .findLastRefusal(saleId)
        .filter(outcome -> outcome.startsWith(IntentWorker.REFUSED))
        .map(outcome -> outcome + "; nothing was kept. Mend that, and publish again");
  }

  private boolean isTaking(String saleId) {
    return database.read(connection -> isTaking(connection, saleId));
  }

  /** A TAKE that is still open would count for the next try too. */
  private static boolean isTaking(Connection connection, String saleId) throws SQLException {
    return Intents.listOpen(connection, saleId).stream()
        .anyMatch(intent -> intent.kind() == Intent.Kind.TAKE);
  }

  private static List<Intent> takes(Sale sale, long attempt) {
    List<Intent> takes = new ArrayList<>();
    for (Sku sku : sale.skus()) {
      String id = Intent.id(sale.id(), sku.id(), "take-" + attempt);
      takes.add(Intent.of(id, sale.id(), sku.id(), Intent.Kind.TAKE, sku.units()));
    }
    return takes;
  }

  /**
   * Takes further units out of the regular stock into a running sale.
   *
   * @param key names this wish; again with the same key changes nothing
   */
  public void add(String saleId, String skuId, int units, String key) {
    change(saleId, skuId, units, key, Intent.Kind.TAKE, "add");
  }

  /** Takes free units out of a running sale, back to the regular stock; returns how many. */
  public int withdraw(String saleId, String skuId, int units, String key) {
    return Integer.parseInt(change(saleId, skuId, units, key, Intent.Kind.WITHDRAW, "withdraw"));
  }

  private String change(
      String saleId, String skuId, int units, String key, Intent.Kind kind, String verb) {
    if (catalog.get(saleId).sale().findSku(skuId).isEmpty() || units < 1) {
      throw new NotAllowed("name a SKU of this sale and at least one unit");
    }
    if (!KEY.matcher(key).matches()) {
      throw new NotAllowed("a key is 1 to 64 letters, digits, dots, dashes or underscores");
    }
    String id = Intent.id(saleId, skuId, verb + "-" + key);
    database.write(
        connection -> {
          Listing listing = catalog.lock(connection, saleId);
          Instant now = clock.instant();
          if (listing.isRunningAt(now)) {
            Intents.write(connection, List.of(Intent.of(id, saleId, skuId, kind, units)));
          } else if (!Intents.isKnown(connection, id)) {
            throw new NotAllowed(
                "units change hands while a sale is PUBLISHED, OPEN or PAUSED; it is "
                    + listing.phaseAt(now));
          }
          return id;
        });
    Intents intents = new Intents(database);
    await("the units to move", () -> intents.findOutcome(id) != null);
    String outcome = String.valueOf(intents.findOutcome(id));
    if (outcome.equals(IntentWorker.NOT_ENOUGH)) {
      throw new NotAllowed("the regular stock has not so many units");
    }
    if (outcome.startsWith(IntentWorker.REFUSED)) {
      throw new NotAllowed(outcome);
    }
    return outcome;
  }

  public Listing pause(String saleId) {
    return heard(catalog.pause(saleId));
  }

  public Listing resume(String saleId) {
    return catalog.resume(saleId);
  }

  public Listing close(String saleId) {
    return heard(catalog.close(saleId));
  }

  /**
   * Returns once every shard has heard it. A sale that the engine does not hold here may be being
   * loaded by another process, by an older word.
   */
  private Listing heard(Listing said) {
    String saleId = said.sale().id();
    if (Reconciler.isLive(said)) {
      await("every shard to hear it", () -> engine.isLoaded(saleId));
      engine.control(saleId, Reconciler.control(said));
    }
    return said;
  }

  /** Waits until a closed sale is settled; it needs every order paid or over. */
  public Listing settle(String saleId) {
    Listing listing = catalog.get(saleId);
    if (listing.stored() != SalePhase.CLOSED && listing.stored() != SalePhase.SETTLED) {
      throw new NotAllowed("only a closed sale is settled; `sale close` it first");
    }
    await(
        "unpaid orders to be paid or to expire; it settles by itself when they have",
        () -> catalog.get(saleId).stored() == SalePhase.SETTLED || settlement.step(saleId));
    return catalog.get(saleId);
  }

  /**
   * Ends a sale that should not have been: no order stands, every payment is given back. It is not
   * settled before that is over; where we die in the midst of it, it is to be said again.
   */
  public Listing voidSale(String saleId) {
    boolean draft =
        database.write(
            connection -> {
              boolean unpublished = catalog.lock(connection, saleId).stored() == SalePhase.DRAFT;
              if (unpublished) {
                ShopMoves.stopPublishing(connection, catalog, saleId);
              } else {
                catalog.voiding(connection, saleId, true);
              }
              return unpublished;
            });
    if (draft) {
      worker.wake();
      return catalog.refresh(saleId);
    }
    close(saleId);
    await(
        "the queue to be written",
        () -> engine.findSums(saleId).filter(StockSums::isAnyHeld).isEmpty());
    endAll(saleId, OrderStatus.PLACED);
    endAll(saleId, OrderStatus.PAID);
    database.write(
        connection -> {
          catalog.lock(connection, saleId);
          catalog.voiding(connection, saleId, false);
          return saleId;
        });
    worker.wake();
    return catalog.refresh(saleId);
  }

  private void endAll(String saleId, OrderStatus from) {
    List<Order> orders = store.list(saleId, from, ORDERS_A_ROUND);
    while (!orders.isEmpty()) {
      for (Order order : orders) {
        if (from == OrderStatus.PAID) {
          store.voidPaid(order.id(), clock.instant());
        } else {
          store.end(order.id(), OrderStatus.CANCELLED, "void", clock.instant());
        }
      }
      orders = store.list(saleId, from, ORDERS_A_ROUND);
    }
  }

  private void await(String what, BooleanSupplier done) {
    long until = System.nanoTime() + WAIT_MAX.toNanos();
    worker.wake();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new StoreUnavailable("still waiting for " + what, new IOException("timeout"));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreUnavailable("stopped while waiting for " + what, e);
      }
    }
  }
}
