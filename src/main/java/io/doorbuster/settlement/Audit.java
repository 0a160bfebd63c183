package io.doorbuster.settlement;

import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.StockStatus;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Listing;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Proves promises 1 to 4 for a sale, live or past.
 *
 * <h2>Design</h2>
 *
 * Database and engine are seen as of one moment although the sale goes on: no commit of its orders
 * is possible while the audit has the sale's row, and the engine is read meanwhile. What has been
 * reserved since is held in the engine; what was committed but not yet acknowledged is held there
 * and has a row too, and then the row counts; an intent that the engine has applied and the
 * database has not yet marked is known by its id, and a withdrawal by what it took. An engine of
 * another epoch than the database's is being loaded anew: nothing that it says counts. So a live
 * audit needs no tolerance.
 */
public final class Audit {
  private final Database database;
  private final Catalog catalog;
  private final InventoryEngine engine;

  /**
   * The books of one SKU.
   *
   * @param pending units on their way: of intents decided and not yet applied to the engine, and of
   *     withdrawals applied there and not yet booked
   * @param available what the balance requires where the engine does not hold the sale
   */
  public record SkuBooks(
      String sku, int allotted, int available, int held, int sold, int returned, int pending) {

    public int sum() {
      return available + held + sold + returned + pending;
    }
  }

  /** What an audit found; {@code findings} is empty when all promises are kept. */
  public record Report(String sale, boolean live, List<SkuBooks> skus, List<String> findings) {
    public boolean isOk() {
      return findings.isEmpty();
    }

    /** As the admin API and {@code sale audit --json} tell it. */
    public JsonObject toJson() {
      JsonArray books = new JsonArray();
      for (SkuBooks sku : skus) {
        books.add(
            new JsonObject()
                .put("sku", sku.sku())
                .put("allotted", sku.allotted())
                .put("available", sku.available())
                .put("held", sku.held())
                .put("sold", sku.sold())
                .put("returned", sku.returned())
                .put("pending", sku.pending()));
      }
      return new JsonObject()
          .put("ok", isOk())
          .put("sale", sale)
          .put("live", live)
          .put("findings", new JsonArray(findings))
          .put("skus", books);
    }
  }

  private record Pending(String sku, int quantity) {}

  public Audit(Database database, Catalog catalog, InventoryEngine engine) {
    this.database = database;
    this.catalog = catalog;
    this.engine = engine;
  }

  public Report run(String sale) {
    catalog.get(sale);
    return database.freeze(sale, connection -> run(connection, catalog.get(sale)));
  }

  private Report run(Connection connection, Listing listing) throws SQLException {
    String sale = listing.sale().id();
    List<String> findings = new ArrayList<>();
    long epoch = number(connection, "SELECT epoch FROM sale WHERE id = ?", sale);
    Optional<StockStatus> status = engine.findStatus(sale).filter(s -> s.epoch() == epoch);
    Set<String> rows =
        new HashSet<>(texts(connection, "SELECT id FROM orders WHERE sale = ?", sale));
    List<Pending> pending = pending(connection, sale, status);
    List<SkuBooks> books = new ArrayList<>();
    String sql = "SELECT id, allotted, sold, returned FROM sku WHERE sale = ? ORDER BY id";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, sale);
      ResultSet row = query.executeQuery();
      while (row.next()) {
        books.add(books(row, status, rows, pending));
      }
    }
    for (SkuBooks sku : books) {
      checkUnits(connection, sale, sku, findings);
    }
    checkOrders(connection, listing, findings);
    return new Report(sale, status.isPresent(), List.copyOf(books), List.copyOf(findings));
  }

  private static SkuBooks books(
      ResultSet row, Optional<StockStatus> status, Set<String> rows, List<Pending> pending)
      throws SQLException {
    String sku = row.getString(1);
    int allotted = row.getInt(2);
    int sold = row.getInt(3);
    int returned = row.getInt(4);
    int waiting =
        pending.stream().filter(p -> p.sku().equals(sku)).mapToInt(Pending::quantity).sum();
    if (status.isEmpty()) {
      int balance = allotted - sold - returned - waiting;
      return new SkuBooks(sku, allotted, balance, 0, sold, returned, waiting);
    }
    int held =
        status.get().shards().stream()
            .flatMap(shard -> shard.held().stream())
            .filter(order -> order.sku().equals(sku))
            .filter(order -> !rows.contains(order.order().toString()))
            .mapToInt(StockStatus.HeldOrder::quantity)
            .sum();
    return new SkuBooks(sku, allotted, status.get().available(sku), held, sold, returned, waiting);
  }

  private List<Pending> pending(Connection connection, String sale, Optional<StockStatus> status)
      throws SQLException {
    String sql =
        "SELECT id, sku, quantity, kind FROM intent WHERE sale = ?"
            + " AND kind IN ('RETURN', 'ADD', 'WITHDRAW') AND done_at IS NULL";
    List<Pending> pending = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, sale);
      ResultSet row = query.executeQuery();
      while (row.next()) {
        String id = row.getString(1);
        String sku = row.getString(2);
        boolean applied = status.isPresent() && status.get().appliedMoves().contains(id);
        boolean withdrawal = row.getString(4).equals("WITHDRAW");
        if (applied && withdrawal) {
          // Asking again takes nothing more: it tells what was taken.
          pending.add(new Pending(sku, engine.withdraw(id, sale, sku, row.getInt(3))));
        } else if (!applied && !withdrawal) {
          pending.add(new Pending(sku, row.getInt(3)));
        }
      }
    }
    return pending;
  }

  private static void checkUnits(
      Connection connection, String sale, SkuBooks sku, List<String> findings) throws SQLException {
    if (sku.sold() > sku.allotted()) {
      findings.add(
          "promise 1: %s is oversold: %d sold of %d allotted"
              .formatted(sku.sku(), sku.sold(), sku.allotted()));
    }
    String sold =
        "SELECT COALESCE(SUM(quantity), 0) FROM orders WHERE sale = ? AND sku = ?"
            + " AND status IN ('PLACED', 'PAID')";
    long ordered = number(connection, sold, sale, sku.sku());
    if (ordered > sku.allotted()) {
      findings.add(
          "promise 1: %s is oversold: orders for %d units of %d allotted"
              .formatted(sku.sku(), ordered, sku.allotted()));
    }
    if (ordered != sku.sold()) {
      findings.add(
          "promise 4: %s: orders for %d units, but %d are booked as sold"
              .formatted(sku.sku(), ordered, sku.sold()));
    }
    String paid =
        "SELECT COALESCE(SUM(quantity), 0) FROM orders WHERE sale = ? AND sku = ?"
            + " AND status = 'PAID'";
    long paidFor = number(connection, paid, sale, sku.sku());
    String books = "SELECT paid FROM sku WHERE sale = ? AND id = ?";
    long booked = number(connection, books, sale, sku.sku());
    if (paidFor != booked) {
      findings.add(
          "promise 4: %s: %d units are in paid orders, but %d are booked as paid"
              .formatted(sku.sku(), paidFor, booked));
    }
    if (sku.sum() != sku.allotted() || sku.available() < 0) {
      findings.add(
          ("promise 4: %s: available %d + held %d + sold %d + returned %d + pending %d = %d, but"
                  + " %d are allotted")
              .formatted(
                  sku.sku(),
                  sku.available(),
                  sku.held(),
                  sku.sold(),
                  sku.returned(),
                  sku.pending(),
                  sku.sum(),
                  sku.allotted()));
    }
  }

  private static void checkOrders(Connection connection, Listing listing, List<String> findings)
      throws SQLException {
    String sale = listing.sale().id();
    String doubled =
        "SELECT buyer FROM orders WHERE sale = ? AND status IN ('PLACED', 'PAID')"
            + " GROUP BY buyer HAVING COUNT(*) > 1";
    for (String buyer : texts(connection, doubled, sale)) {
      findings.add("promise 2: buyer " + buyer + " has more than one live order");
    }
    String tooSoon =
        "SELECT id FROM (SELECT id, created_at - LAG(created_at) OVER"
            + " (PARTITION BY buyer ORDER BY created_at, id) AS since"
            + " FROM orders WHERE sale = ? AND status <> 'REJECTED') o WHERE since < ?";
    for (String order :
        texts(connection, tooSoon, sale, listing.sale().limits().orderEvery().toMillis())) {
      findings.add("promise 2: order " + order + " came too soon after its buyer's last one");
    }
    String tooMany = "SELECT id FROM orders WHERE sale = ? AND quantity > ?";
    for (String order : texts(connection, tooMany, sale, listing.sale().limits().perBuyer())) {
      findings.add("promise 2: order " + order + " has more units than a buyer may order");
    }
    String vanished =
        "SELECT x.order_key FROM outbox x WHERE x.sale = ? AND x.type = 'order.placed'"
            + " AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = x.order_key)";
    for (String order : texts(connection, vanished, sale)) {
      findings.add("promise 3: order " + order + " was placed, and is gone");
    }
    String untold =
        "SELECT o.id FROM orders o WHERE o.sale = ? AND o.status <> 'REJECTED' AND NOT EXISTS"
            + " (SELECT 1 FROM outbox x WHERE x.id = o.id || '.order.placed')";
    for (String order : texts(connection, untold, sale)) {
      findings.add("promise 3: order " + order + " has no order.placed event");
    }
  }

  private static List<String> texts(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        query.setObject(i + 1, values[i]);
      }
      ResultSet row = query.executeQuery();
      List<String> texts = new ArrayList<>();
      while (row.next()) {
        texts.add(row.getString(1));
      }
      return texts;
    }
  }

  private static long number(Connection connection, String sql, Object... values)
      throws SQLException {
    return Long.parseLong(texts(connection, sql, values).getFirst());
  }
}
