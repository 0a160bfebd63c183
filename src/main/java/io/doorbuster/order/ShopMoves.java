package io.doorbuster.order;

import io.doorbuster.outbox.Event;
import io.doorbuster.outbox.Outbox;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.RegularStock;
import io.doorbuster.sale.SalePhase;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Units between the shop's regular stock and a sale. The shop is asked first and by a key, so a
 * lost answer is asked for again; its answer is booked in one transaction that marks the intent.
 */
public final class ShopMoves {
  /** The outcome of a TAKE for which there were not enough units. */
  static final String NOT_ENOUGH = "not-enough";

  /**
   * How the outcome of a TAKE begins that the shop refused for another reason; the reason follows.
   */
  static final String REFUSED = "refused: ";

  private static final String TAKEN = "taken";
  private static final Logger log = LoggerFactory.getLogger(ShopMoves.class);

  private final Database database;
  private final Catalog catalog;
  private final RegularStock stock;

  ShopMoves(Database database, Catalog catalog, RegularStock stock) {
    this.database = database;
    this.catalog = catalog;
    this.stock = stock;
  }

  /** Applies a TAKE or a GIVE, and marks it. */
  void apply(Intent intent, Instant now) {
    if (intent.kind() == Intent.Kind.TAKE) {
      take(intent, now);
    } else {
      give(intent, now);
    }
  }

  private void take(Intent intent, Instant now) {
    String outcome = ask(intent);
    boolean taken = outcome.equals(TAKEN);
    boolean changed =
        database.write(
            connection -> {
              Listing listing = catalog.lock(connection, intent.sale());
              if (!Intents.done(connection, intent.id(), now, outcome)) {
                return false;
              }
              return taken
                  ? taken(connection, listing, intent)
                  : notTaken(connection, listing, intent);
            });
    if (changed) {
      catalog.refresh(intent.sale());
    }
  }

  private String ask(Intent intent) {
    if (isTest(intent)) {
      return TAKEN;
    }
    try {
      return stock.take(intent.id(), intent.sale(), intent.sku(), intent.quantity())
          ? TAKEN
          : NOT_ENOUGH;
    } catch (RegularStock.Refused e) {
      log.error("{} gets no units: {}", intent.sale(), e.getMessage());
      return REFUSED + e.getMessage();
    }
  }

  private boolean taken(Connection connection, Listing listing, Intent intent) throws SQLException {
    if (listing.stored() == SalePhase.DRAFT && !listing.publishing()) {
      Intents.write(connection, List.of(follow(intent, "/undo", Intent.Kind.GIVE)));
      return false;
    }
    Row.run(
        connection,
        "UPDATE sku SET allotted = allotted + ? WHERE sale = ? AND id = ?",
        intent.quantity(),
        intent.sale(),
        intent.sku());
    if (listing.stored() != SalePhase.DRAFT) {
      Intents.write(connection, List.of(follow(intent, "/add", Intent.Kind.ADD)));
      return false;
    }
    boolean all = Intents.listOpen(connection, intent.sale()).isEmpty();
    if (all) {
      catalog.published(connection, listing);
    }
    return all;
  }

  private static Intent follow(Intent intent, String suffix, Intent.Kind kind) {
    return Intent.of(intent.id() + suffix, intent.sale(), intent.sku(), kind, intent.quantity());
  }

  /** A SKU of a DRAFT can not be had in full: all is undone. */
  private boolean notTaken(Connection connection, Listing listing, Intent intent)
      throws SQLException {
    if (listing.stored() != SalePhase.DRAFT) {
      return false;
    }
    stopPublishing(connection, catalog, intent.sale());
    return true;
  }

  /**
   * Makes a DRAFT of a sale that is being published: what was taken goes back to the shop, and what
   * is still being taken will.
   */
  public static void stopPublishing(Connection connection, Catalog catalog, String sale)
      throws SQLException {
    catalog.stopPublishing(connection, sale);
    for (OrderStore.SkuSums sku : SkuBooks.read(connection, sale)) {
      if (sku.allotted() > 0) {
        Row.run(
            connection, "UPDATE sku SET allotted = 0 WHERE sale = ? AND id = ?", sale, sku.sku());
        long n = Intents.count(connection, sale);
        String id = Intent.id(sale, sku.sku(), "undo-" + n);
        Intents.write(
            connection, List.of(Intent.of(id, sale, sku.sku(), Intent.Kind.GIVE, sku.allotted())));
      }
    }
  }

  private void give(Intent intent, Instant now) {
    if (!isTest(intent)) {
      stock.give(intent.id(), intent.sale(), intent.sku(), intent.quantity());
    }
    database.write(
        connection -> {
          Intents.done(connection, intent.id(), now, "given");
          JsonObject data =
              new JsonObject()
                  .put("sale", intent.sale())
                  .put("sku", intent.sku())
                  .put("quantity", intent.quantity())
                  .put("key", intent.id());
          Event event =
              new Event(
                  intent.id() + ".stock.returned",
                  intent.sale(),
                  intent.sale() + "/" + intent.sku(),
                  "stock.returned",
                  isTest(intent),
                  now,
                  data);
          Outbox.append(connection, List.of(event));
          return data;
        });
  }

  private boolean isTest(Intent intent) {
    return catalog.get(intent.sale()).sale().test();
  }
}
