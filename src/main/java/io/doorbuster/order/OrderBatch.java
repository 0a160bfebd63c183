package io.doorbuster.order;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.inventory.StockMark;
import io.doorbuster.order.OrderRows.NewOrder;
import io.doorbuster.outbox.Event;
import io.doorbuster.outbox.Outbox;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.ConstraintViolated;
import io.doorbuster.sale.ConstraintViolated.Kind;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.Sku;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One transaction of the order writer: new rows, units sold under the check, events. */
final class OrderBatch {
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

  /** In the order in which rows are locked. */
  private record SkuKey(String sale, String sku) implements Comparable<SkuKey> {
    private static final Comparator<SkuKey> ORDER =
        Comparator.comparing(SkuKey::sale).thenComparing(SkuKey::sku);

    @Override
    public int compareTo(SkuKey other) {
      return ORDER.compare(this, other);
    }
  }

  private final Connection connection;
  private final Database database;
  private final Catalog catalog;
  private final OrderEvents events;
  private final Instant now;

  OrderBatch(
      Connection connection, Database database, Catalog catalog, OrderEvents events, Instant now) {
    this.connection = connection;
    this.database = database;
    this.catalog = catalog;
    this.events = events;
    this.now = now;
  }

  /**
   * Commits what is not there yet.
   *
   * @param marks how far the engine's shards have come that the orders are from
   */
  Result commit(List<QueuedOrder> orders, Function<String, Optional<StockMark>> marks)
      throws SQLException {
    Map<String, Listing> listings = hold(orders);
    List<QueuedOrder> placed = new ArrayList<>();
    List<QueuedOrder> stale = new ArrayList<>();
    List<NewOrder> rows = new ArrayList<>();
    for (QueuedOrder queued : orders) {
      Listing listing = Objects.requireNonNull(listings.get(queued.claim().sale()));
      if (queued.epoch() != listing.epoch()) {
        stale.add(queued);
      } else {
        placed.add(queued);
        rows.add(new NewOrder(queued, order(queued, listing, OrderStatus.PLACED, null)));
      }
    }
    Set<String> added = OrderRows.insert(connection, rows, now);
    List<Event> placedEvents = new ArrayList<>();
    Map<SkuKey, Integer> units = new TreeMap<>();
    for (NewOrder row : rows) {
      Claim claim = row.claim();
      if (added.remove(claim.order().toString())) {
        units.merge(new SkuKey(claim.sale(), claim.sku()), claim.quantity(), Integer::sum);
        Sale sale = Objects.requireNonNull(listings.get(claim.sale())).sale();
        placedEvents.add(
            events.of("order.placed", sale, row.order(), OrderStatus.PLACED, null, now));
      }
    }
    Outbox.append(connection, placedEvents);
    // Last, since every other writer of the SKU waits from here to the commit.
    for (Map.Entry<SkuKey, Integer> sold : units.entrySet()) {
      sell(sold.getKey(), sold.getValue());
    }
    raise(listings, marks);
    return new Result(placed, stale);
  }

  /** Raises the marks of the shards that the orders are from, as far as they are of this epoch. */
  private void raise(Map<String, Listing> listings, Function<String, Optional<StockMark>> marks)
      throws SQLException {
    for (Listing listing : new TreeMap<>(listings).values()) {
      Optional<StockMark> mark = marks.apply(listing.sale().id());
      if (mark.isPresent() && mark.get().epoch() == listing.epoch()) {
        StockMarks.raise(connection, mark.get());
      }
    }
  }

  /** Fenced by the epoch: as long as the sales are held, nobody starts a new one. */
  private Map<String, Listing> hold(List<QueuedOrder> orders) throws SQLException {
    Set<String> sales = new TreeSet<>();
    orders.forEach(queued -> sales.add(queued.claim().sale()));
    Map<String, Listing> listings = new HashMap<>();
    for (String sale : sales) {
      listings.put(sale, catalog.hold(connection, sale));
    }
    return listings;
  }

  private void sell(SkuKey key, int units) throws SQLException {
    try {
      String sql = "UPDATE sku SET sold = sold + ? WHERE sale = ? AND id = ?";
      if (Row.run(connection, sql, units, key.sale, key.sku) != 1) {
        throw noSuchSku();
      }
    } catch (SQLException e) {
      if (database.refusal(e).filter(Kind.CHECK::equals).isPresent()) {
        throw new StockCheckFailed(key.sale, e);
      }
      throw e;
    }
  }

  private static ConstraintViolated noSuchSku() {
    return new ConstraintViolated(Kind.OTHER, "no such SKU", new SQLException());
  }

  /**
   * Commits the order as REJECTED; false where it was there before.
   *
   * @param listing as it is held in this transaction
   */
  boolean insertRejected(QueuedOrder queued, Listing listing, String reason) throws SQLException {
    Order order = order(queued, listing, OrderStatus.REJECTED, reason);
    List<NewOrder> row = List.of(new NewOrder(queued, order));
    return !OrderRows.insert(connection, row, now).isEmpty();
  }

  private Order order(
      QueuedOrder queued, Listing listing, OrderStatus status, @Nullable String reason) {
    Claim claim = queued.claim();
    Sku sku = listing.sale().findSku(claim.sku()).orElseThrow(OrderBatch::noSuchSku);
    return new Order(
        claim.order(),
        claim.sale(),
        claim.sku(),
        claim.buyer(),
        claim.quantity(),
        sku.priceMinor(),
        status,
        claim.wave(),
        claim.admittedAt(),
        queued.createdAt(),
        now.plus(listing.sale().payWithin()),
        reason,
        null,
        claim.shopRef());
  }
}
