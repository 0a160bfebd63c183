package io.doorbuster.order;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.inventory.StockMark;
import io.doorbuster.outbox.Event;
import io.doorbuster.outbox.Outbox;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.ConstraintViolated;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.Sku;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One transaction of the order writer: new rows, units sold under the check, events. */
final class OrderBatch implements AutoCloseable {
  private static final String INSERT =
      "INSERT INTO orders (id, sale, sku, buyer, quantity, price_minor, status, live_key, shard,"
          + " wave, admitted_at, created_at, pay_before, changed_at, reason, shop_ref)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT (id) DO NOTHING";

  /**
   * What the commit did.
   *
   * @param placed now in the database, by this commit or an earlier one
   * @param stale of an epoch that is over: nothing was written, and they are lost
   */
  record Result(List<QueuedOrder> placed, List<QueuedOrder> stale) {}

  /** More units sold than allotted: the engine and the database disagree about a SKU. */
  static final class StockCheckFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String sale;

    StockCheckFailed(String sale, Throwable cause) {
      super("the database refuses to sell more of " + sale, cause);
      this.sale = sale;
    }

    String sale() {
      return sale;
    }
  }

  private record SkuKey(String sale, String sku) {}

  private final Connection connection;
  private final PreparedStatement insert;
  private final Catalog catalog;
  private final OrderEvents events;
  private final Instant now;
  private final Map<String, Listing> listings = new HashMap<>();

  OrderBatch(Connection connection, Catalog catalog, OrderEvents events, Instant now)
      throws SQLException {
    this.connection = connection;
    this.insert = connection.prepareStatement(INSERT);
    this.catalog = catalog;
    this.events = events;
    this.now = now;
  }

  Result commit(List<QueuedOrder> orders) throws SQLException {
    List<QueuedOrder> placed = new ArrayList<>();
    List<QueuedOrder> stale = new ArrayList<>();
    List<Event> placedEvents = new ArrayList<>();
    Map<SkuKey, Integer> units = new HashMap<>();
    for (QueuedOrder queued : orders) {
      Listing listing = listing(queued.claim().sale());
      if (queued.epoch() != listing.epoch()) {
        stale.add(queued);
        continue;
      }
      placed.add(queued);
      Order order = order(queued, listing);
      if (insert(queued, order, OrderStatus.PLACED, null)) {
        Claim claim = queued.claim();
        units.merge(new SkuKey(claim.sale(), claim.sku()), claim.quantity(), Integer::sum);
        placedEvents.add(
            events.of("order.placed", listing.sale(), order, OrderStatus.PLACED, null, now));
      }
    }
    for (Map.Entry<SkuKey, Integer> sold : units.entrySet()) {
      sell(sold.getKey(), sold.getValue());
    }
    Outbox.append(connection, placedEvents);
    return new Result(placed, stale);
  }

  /** Raises the marks of the shards that the orders are from, as far as they are of this epoch. */
  void mark(List<QueuedOrder> placed, Function<String, Optional<StockMark>> marks)
      throws SQLException {
    Set<String> sales = new TreeSet<>();
    placed.forEach(order -> sales.add(order.claim().sale()));
    for (String sale : sales) {
      Optional<StockMark> mark = marks.apply(sale);
      if (mark.isPresent() && mark.get().epoch() == listing(sale).epoch()) {
        StockMarks.raise(connection, mark.get());
      }
    }
  }

  private Listing listing(String sale) throws SQLException {
    Listing known = listings.get(sale);
    if (known == null) {
      known = catalog.lock(connection, sale);
      listings.put(sale, known);
    }
    return known;
  }

  private void sell(SkuKey key, int units) throws SQLException {
    try {
      Row.run(
          connection,
          "UPDATE sku SET sold = sold + ? WHERE sale = ? AND id = ?",
          units,
          key.sale,
          key.sku);
    } catch (SQLException e) {
      if (String.valueOf(e.getMessage()).contains("CHECK")) {
        throw new StockCheckFailed(key.sale, e);
      }
      throw e;
    }
  }

  /** Commits the order as REJECTED; false where it was there before. */
  boolean insertRejected(QueuedOrder queued, String reason) throws SQLException {
    Order order = order(queued, listing(queued.claim().sale()));
    return insert(queued, order, OrderStatus.REJECTED, reason);
  }

  private boolean insert(
      QueuedOrder queued, Order order, OrderStatus status, @Nullable String reason)
      throws SQLException {
    Claim claim = queued.claim();
    insert.setString(1, claim.order().toString());
    insert.setString(2, claim.sale());
    insert.setString(3, claim.sku());
    insert.setString(4, claim.buyer().value());
    insert.setInt(5, claim.quantity());
    insert.setLong(6, order.priceMinor());
    insert.setString(7, status.name());
    insert.setString(8, status.isLive() ? liveKey(claim.sale(), claim.buyer()) : null);
    insert.setInt(9, queued.shard());
    insert.setLong(10, claim.wave());
    insert.setLong(11, claim.admittedAt().toEpochMilli());
    insert.setLong(12, queued.createdAt().toEpochMilli());
    insert.setLong(13, order.payBefore().toEpochMilli());
    insert.setLong(14, now.toEpochMilli());
    insert.setString(15, reason);
    insert.setString(16, claim.shopRef());
    return insert.executeUpdate() == 1;
  }

  /** What keeps a buyer from a second live order. */
  static String liveKey(String sale, BuyerId buyer) {
    return sale + "/" + buyer.value();
  }

  private Order order(QueuedOrder queued, Listing listing) {
    Claim claim = queued.claim();
    Sku sku =
        listing
            .sale()
            .findSku(claim.sku())
            .orElseThrow(() -> new ConstraintViolated("no such SKU", new SQLException()));
    return new Order(
        claim.order(),
        claim.sale(),
        claim.sku(),
        claim.buyer(),
        claim.quantity(),
        sku.priceMinor(),
        OrderStatus.PLACED,
        claim.wave(),
        claim.admittedAt(),
        queued.createdAt(),
        now.plus(listing.sale().payWithin()),
        null,
        null,
        claim.shopRef());
  }

  @Override
  public void close() throws SQLException {
    insert.close();
  }
}
