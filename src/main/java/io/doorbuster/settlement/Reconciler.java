package io.doorbuster.settlement;

import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.SaleControl;
import io.doorbuster.inventory.StockLoad;
import io.doorbuster.inventory.StockLoad.KnownOrder;
import io.doorbuster.inventory.StockMark;
import io.doorbuster.order.StockMarks;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.NotAllowed;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the engine from the database: at a start, at a publish, and when the two disagree. The
 * epoch is raised in the database first, so that nothing of an older one can still be committed.
 *
 * <h2>Design</h2>
 *
 * One process loads, all others take up what it has loaded, told by the epoch in the sale's row and
 * by how far each shard was seen to come. Two that load at once are kept apart by the epoch: it is
 * raised from the one that was known, and the engine refuses an older one.
 */
public final class Reconciler {
  private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

  /** Units of intents still open are neither free nor sold; their worker will put them there. */
  private static final String AVAILABLE =
      """
      SELECT k.id, k.allotted - k.sold - k.returned -
        (SELECT COALESCE(SUM(i.quantity), 0) FROM intent i
          WHERE i.sale = k.sale AND i.sku = k.id AND i.kind IN ('RETURN', 'ADD')
            AND i.done_at IS NULL)
      FROM sku k WHERE k.sale = ?
      """;

  private static final String KNOWN =
      """
      SELECT id, buyer, created_at, live_key FROM orders
      WHERE sale = ? AND (live_key IS NOT NULL OR (created_at > ? AND status <> 'REJECTED'))
      """;

  /** What the database says of a sale's free units and of orders that bar their buyers. */
  record Stock(Map<String, Integer> available, List<KnownOrder> orders) {}

  private final Database database;
  private final Catalog catalog;
  private final InventoryEngine engine;
  private final InstantSource clock;

  public Reconciler(
      Database database, Catalog catalog, InventoryEngine engine, InstantSource clock) {
    this.database = database;
    this.catalog = catalog;
    this.engine = engine;
    this.clock = clock;
  }

  /** Takes up every sale that another process has loaded; one's fault stops no other. */
  public void takeUp() {
    forEachMissing(listing -> {});
  }

  /**
   * Takes up every sale that belongs into the engine and is not there, and loads it where it can
   * not be taken up. What only one process may do at a time: two would undo each other's work.
   */
  public void loadMissing() {
    forEachMissing(this::rebuild);
  }

  private void forEachMissing(Consumer<Listing> otherwise) {
    RuntimeException fault = null;
    for (Listing listing : catalog.listAll()) {
      if (isLive(listing) && !engine.isLoaded(listing.sale().id())) {
        try {
          if (!resume(listing)) {
            otherwise.accept(listing);
          }
        } catch (RuntimeException e) {
          log.warn("{} is not loaded into the engine: {}", listing.sale().id(), e.getMessage());
          fault = e;
        }
      }
    }
    if (fault != null) {
      throw fault;
    }
  }

  /** Whether the engine's store still holds it, loaded by another process or our earlier life. */
  private boolean resume(Listing listing) {
    String sale = listing.sale().id();
    StockMark mark =
        database.read(connection -> StockMarks.read(connection, sale, listing.epoch()));
    if (!engine.resume(mark)) {
      return false;
    }
    engine.control(sale, control(catalog.get(sale)));
    log.info("{}: taken up in epoch {}", sale, listing.epoch());
    return true;
  }

  /**
   * Rebuilds a sale in the engine; nobody may move units in it meanwhile. Whatever was queued is
   * lost from the moment of the new epoch, unless it can be carried over. The gate hears of that
   * epoch once the engine has it: what it learnt of lost orders until then is forgotten. Where
   * another process has ended the same epoch, what that one loads is taken up. Where it fails, the
   * engine is left without the sale, for {@link #loadMissing} to try again: it must not sell in an
   * epoch that may be over.
   */
  public void rebuild(String saleId) {
    rebuild(catalog.get(saleId));
  }

  private void rebuild(Listing known) {
    String saleId = known.sale().id();
    Optional<Listing> raised = catalog.raiseEpoch(saleId, known.epoch());
    if (raised.isEmpty()) { // somebody else was quicker: what he has loaded is taken up
      catalog.refresh(saleId);
      return;
    }
    try {
      load(raised.get());
    } catch (RuntimeException e) {
      engine.unload(saleId);
      catalog.refresh(saleId); // the epoch that was raised is the one that the next try ends
      throw e;
    }
  }

  private void load(Listing listing) {
    if (!isLive(listing)) {
      engine.unload(listing.sale().id());
      catalog.refresh(listing.sale().id());
    } else if (!carryOver(listing)) {
      loadAnew(listing);
    }
  }

  /** What a load of the database as it is now would bring. */
  Stock preview(String saleId) {
    Listing listing = catalog.get(saleId);
    return database.read(connection -> read(connection, listing, clock.instant()));
  }

  /** Loads a live sale from the database alone, whatever the engine's store still holds of it. */
  void reload(String saleId) {
    long epoch = catalog.refresh(saleId).epoch();
    Listing raised =
        catalog
            .raiseEpoch(saleId, epoch)
            .orElseThrow(() -> new NotAllowed("another process is loading it at this moment"));
    loadAnew(raised);
  }

  private void loadAnew(Listing listing) {
    String saleId = listing.sale().id();
    database.write(
        connection -> {
          StockMarks.forget(connection, saleId);
          return saleId;
        });
    Instant now = clock.instant();
    Stock stock = database.freeze(saleId, connection -> read(connection, listing, now));
    catalog.whileUnchanged(
        () ->
            engine.load(
                new StockLoad(
                    saleId,
                    listing.epoch(),
                    control(catalog.get(saleId)),
                    listing.sale().limits().orderEvery(),
                    stock.available,
                    stock.orders)));
    markLoaded(listing);
    catalog.refresh(saleId);
    log.info(
        "{}: {} free units and {} orders loaded into the engine, epoch {}",
        saleId,
        stock.available.values().stream().mapToInt(Integer::intValue).sum(),
        stock.orders.size(),
        listing.epoch());
  }

  /** Takes over what the engine's store still holds, its queue included, where it is not older. */
  private boolean carryOver(Listing listing) {
    String sale = listing.sale().id();
    StockMark mark =
        database.read(connection -> StockMarks.read(connection, sale, listing.epoch()));
    boolean[] taken = new boolean[1];
    catalog.whileUnchanged(() -> taken[0] = engine.carryOver(mark, control(catalog.get(sale))));
    if (taken[0]) {
      catalog.refresh(sale);
      log.info("{}: carried over into epoch {}", sale, listing.epoch());
    }
    return taken[0];
  }

  /** An engine that outlives us is remembered, as long as nobody has begun another epoch. */
  private void markLoaded(Listing loaded) {
    String sale = loaded.sale().id();
    Optional<StockMark> mark = engine.findMark(sale).filter(m -> !m.sequences().isEmpty());
    if (mark.isPresent()) {
      database.write(
          connection -> {
            if (catalog.lock(connection, sale).epoch() == loaded.epoch()) {
              StockMarks.start(connection, mark.get());
            }
            return sale;
          });
    }
  }

  private static Stock read(Connection connection, Listing listing, Instant now)
      throws SQLException {
    Sale sale = listing.sale();
    Map<String, Integer> available = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement(AVAILABLE)) {
      query.setString(1, sale.id());
      ResultSet row = query.executeQuery();
      while (row.next()) {
        available.put(row.getString(1), Math.max(0, row.getInt(2)));
      }
    }
    List<KnownOrder> known = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(KNOWN)) {
      query.setString(1, sale.id());
      query.setLong(2, now.minus(sale.limits().orderEvery()).toEpochMilli());
      ResultSet row = query.executeQuery();
      while (row.next()) {
        String id = row.getString(1);
        known.add(
            new KnownOrder(
                OrderId.parse(id).orElseThrow(() -> new SQLException("no order id: " + id)),
                new BuyerId(row.getString(2)),
                Instant.ofEpochMilli(row.getLong(3)),
                row.getString(4) != null));
      }
    }
    return new Stock(available, known);
  }

  /** What the engine must obey for a sale in this state. */
  public static SaleControl control(Listing listing) {
    SaleControl.State state =
        switch (listing.stored()) {
          case PAUSED -> SaleControl.State.PAUSED;
          case PUBLISHED, OPEN -> SaleControl.State.RUNNING;
          case DRAFT, CLOSED, SETTLED -> SaleControl.State.CLOSED;
        };
    return new SaleControl(
        listing.sale().opensAt(), listing.sale().closesAt(), state, listing.revision());
  }

  /** Whether a sale belongs into the engine. */
  public static boolean isLive(Listing listing) {
    return listing.stored() != SalePhase.DRAFT && listing.stored() != SalePhase.SETTLED;
  }
}
