package io.doorbuster.settlement;

import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.SaleControl;
import io.doorbuster.inventory.StockSums;
import io.doorbuster.order.Intent;
import io.doorbuster.order.Intents;
import io.doorbuster.order.OrderStore;
import io.doorbuster.outbox.Event;
import io.doorbuster.outbox.Outbox;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.StoreUnavailable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A closed sale in, settled books out: the queue is drained, every order has its payment or its
 * end, the leftovers are with the shop. Called again and again; each call does the next step that
 * can be done, so a crash between two steps loses nothing.
 */
public final class Settlement {
  private static final Logger log = LoggerFactory.getLogger(Settlement.class);

  /** A settlement that fails is tried many times a second, and told less often. */
  private static final Duration ALARM_EVERY = Duration.ofMinutes(1);

  private final Database database;
  private final Catalog catalog;
  private final InventoryEngine engine;
  private final OrderStore store;
  private final InstantSource clock;

  private Instant alarmedAt = Instant.EPOCH;

  public Settlement(
      Database database,
      Catalog catalog,
      InventoryEngine engine,
      OrderStore store,
      InstantSource clock) {
    this.database = database;
    this.catalog = catalog;
    this.engine = engine;
    this.store = store;
    this.clock = clock;
  }

  /** Moves every sale on; a store that is away leaves the rest to the next call. */
  public void tick() {
    Instant now = clock.instant();
    for (Listing listing : catalog.listAll()) {
      try {
        if (listing.stored() != SalePhase.CLOSED && listing.phaseAt(now) == SalePhase.CLOSED) {
          catalog.close(listing.sale().id());
          log.info("{} is closed", listing.sale().id());
        } else if (listing.stored() == SalePhase.CLOSED) {
          step(listing.sale().id());
        }
      } catch (StoreUnavailable e) {
        return;
      } catch (RuntimeException e) {
        log.error("{} is not settled yet: {}", listing.sale().id(), e.toString(), e);
      }
    }
  }

  /** The next step of a closed sale; true once it is SETTLED. */
  public boolean step(String sale) {
    // The books know it; to look for such an order would walk through all those of the sale.
    if (store.sums(sale).stream().anyMatch(sku -> sku.placed() > 0)) {
      return false;
    }
    boolean settled = database.write(connection -> step(connection, sale));
    if (settled) {
      catalog.refresh(sale);
      engine.unload(sale);
      log.info("{} is settled", sale);
    }
    return settled;
  }

  /** The engine is looked at under the sale row's lock: no intent can move units meanwhile. */
  private boolean step(Connection connection, String sale) throws SQLException {
    Listing listing = catalog.lock(connection, sale);
    Optional<StockSums> sums = engine.findSums(sale).filter(Settlement::isQuiet);
    boolean open = !Intents.listOpen(connection, sale).isEmpty();
    boolean closed = listing.stored() == SalePhase.CLOSED && !listing.voiding();
    if (!closed || open || sums.isEmpty()) {
      return false;
    }
    List<Intent> leftovers = leftovers(listing.sale(), sums.get(), Intents.count(connection, sale));
    if (!leftovers.isEmpty()) {
      Intents.write(connection, leftovers);
      return false;
    }
    return settle(connection, listing);
  }

  /** Whether the engine will hold no order any more. */
  private static boolean isQuiet(StockSums sums) {
    return sums.control().state() == SaleControl.State.CLOSED && !sums.isAnyHeld();
  }

  /**
   * What is free in the engine, to be withdrawn.
   *
   * @param attempt names it apart from an earlier one
   */
  private static List<Intent> leftovers(Sale sale, StockSums sums, long attempt) {
    List<Intent> leftovers = new ArrayList<>();
    for (Sku sku : sale.skus()) {
      int units = sums.available(sku.id());
      if (units > 0) {
        String id = Intent.id(sale.id(), sku.id(), "settle-" + attempt);
        leftovers.add(Intent.of(id, sale.id(), sku.id(), Intent.Kind.WITHDRAW, units));
      }
    }
    return leftovers;
  }

  private void alarm(String sale, OrderStore.SkuSums sku) {
    Instant now = clock.instant();
    if (now.isAfter(alarmedAt.plus(ALARM_EVERY))) {
      alarmedAt = now;
      log.error(
          "{} can not be settled: {} of {} allotted, {} sold, {} returned; run `sale audit`",
          sale,
          sku.sku(),
          sku.allotted(),
          sku.sold(),
          sku.returned());
    }
  }

  private boolean settle(Connection connection, Listing listing) throws SQLException {
    String sale = listing.sale().id();
    List<OrderStore.SkuSums> books = OrderStore.sums(connection, sale);
    JsonArray skus = new JsonArray();
    for (OrderStore.SkuSums sku : books) {
      if (sku.placed() > 0) {
        return false;
      }
      if (sku.sold() + sku.returned() != sku.allotted()) {
        alarm(sale, sku);
        return false;
      }
      skus.add(
          new JsonObject()
              .put("sku", sku.sku())
              .put("allotted", sku.allotted())
              .put("sold", sku.sold())
              .put("returned", sku.returned()));
    }
    catalog.settled(connection, sale);
    JsonObject data = new JsonObject().put("sale", sale).put("skus", skus);
    Outbox.append(
        connection,
        List.of(
            new Event(
                sale + ".sale.settled",
                sale,
                sale,
                "sale.settled",
                listing.sale().test(),
                clock.instant(),
                data)));
    return true;
  }
}
