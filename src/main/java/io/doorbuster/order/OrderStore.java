package io.doorbuster.order;

import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.inventory.StockMark;
import io.doorbuster.outbox.Outbox;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.ConstraintViolated;
import io.doorbuster.sale.ConstraintViolated.Kind;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.OrderId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Orders in the database.
 *
 * <h2>Design</h2>
 *
 * Whatever changes an order's status changes the units of its SKU, writes the intents for other
 * stores and the events for the shop in the same transaction, and wins or loses against others by
 * the status it found there.
 */
public final class OrderStore {
  /**
   * A buyer's latest order that is over. All orders are younger than 1970; that condition has
   * SQLite take the index of those that are over, not the one in which they all have a null.
   */
  static final String LATEST_OVER =
      "sale = ? AND buyer = ? AND live_key IS NULL AND created_at > 0"
          + " ORDER BY created_at DESC LIMIT 1";

  /**
   * PostgreSQL can take an order that another writer is just adding for its buyer's second one. By
   * then that writer has committed, so that it is known the next time.
   */
  private static final int TRIES = 3;

  private final Database database;
  private final Catalog catalog;
  private final OrderEvents events;
  private final UnitsBack unitsBack;
  private final OrderReads reads = new OrderReads(this::findAll);

  public OrderStore(Database database, Catalog catalog, InstantSource clock) {
    this.database = database;
    this.catalog = catalog;
    this.events = new OrderEvents();
    this.unitsBack = new UnitsBack(clock);
  }

  public Optional<Order> find(OrderId id) {
    return reads.find(id);
  }

  /** Orders by their ids; those that are not there are left out. */
  private Map<OrderId, Order> findAll(Collection<OrderId> ids) {
    Map<OrderId, Order> found = new HashMap<>();
    database.read(
        connection -> {
          String places = String.join(", ", Collections.nCopies(ids.size(), "?"));
          Object[] values = ids.stream().map(OrderId::toString).toArray();
          for (Order order : Row.orders(connection, "id IN (" + places + ")", values)) {
            found.put(order.id(), order);
          }
          return found;
        });
    return found;
  }

  private static Optional<Order> find(Connection connection, OrderId id) throws SQLException {
    return Row.orders(connection, "id = ?", id.toString()).stream().findFirst();
  }

  /** The buyer's order in a sale: the live one, else the latest. */
  public Optional<Order> findLatest(String sale, BuyerId buyer) {
    return database.read(
        connection -> {
          List<Order> found =
              Row.orders(connection, "live_key = ?", OrderRows.liveKey(sale, buyer));
          if (found.isEmpty()) {
            found = Row.orders(connection, LATEST_OVER, sale, buyer.value());
          }
          return found.stream().findFirst();
        });
  }

  /** PLACED orders whose time to pay is over, the longest first. */
  public List<Order> listDue(Instant now, int most) {
    String where = "status = 'PLACED' AND pay_before <= ? ORDER BY pay_before LIMIT " + most;
    return database.read(connection -> Row.orders(connection, where, now.toEpochMilli()));
  }

  /** Orders of a sale in one status, at most so many. */
  public List<Order> list(String sale, OrderStatus status, int most) {
    String where = "sale = ? AND status = ? ORDER BY id LIMIT " + most;
    return database.read(connection -> Row.orders(connection, where, sale, status.name()));
  }

  /** Notes a payment; where it can not be the order's, notes that it must be given back. */
  public PayResult pay(OrderId id, String reference, long amountMinor, Instant now) {
    return database.write(
        connection -> {
          Order order = find(connection, id).orElse(null);
          if (order == null) {
            return PayResult.UNKNOWN_ORDER;
          }
          Listing listing = catalog.hold(connection, order.sale());
          String sql =
              "UPDATE orders SET status = 'PAID', reference = ?, changed_at = ?"
                  + " WHERE id = ? AND status = 'PLACED'";
          boolean right = amountMinor == order.amountMinor();
          if (right
              && Row.run(connection, sql, reference, now.toEpochMilli(), id.toString()) == 1) {
            String paid = "UPDATE sku SET paid = paid + ? WHERE sale = ? AND id = ?";
            Row.run(connection, paid, order.quantity(), order.sale(), order.sku());
            Outbox.append(
                connection,
                List.of(
                    events.of(
                        "order.paid", listing.sale(), order, OrderStatus.PAID, reference, now)));
            return PayResult.PAID;
          }
          if (right && isPaidBy(connection, id, reference)) {
            return PayResult.ALREADY_PAID;
          }
          refund(connection, listing, order, reference, amountMinor, now);
          return PayResult.REFUND_NEEDED;
        });
  }

  /** Whether this payment is the order's, by this call's winner or an earlier one's. */
  private static boolean isPaidBy(Connection connection, OrderId id, String reference)
      throws SQLException {
    String sql = "SELECT COUNT(*) FROM orders WHERE id = ? AND status = 'PAID' AND reference = ?";
    return Row.number(connection, sql, id.toString(), reference) == 1;
  }

  private void refund(
      Connection connection,
      Listing listing,
      Order order,
      String reference,
      long amountMinor,
      Instant now)
      throws SQLException {
    String sql =
        "INSERT INTO late_payment (order_id, reference, amount_minor, at) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (order_id, reference, amount_minor) DO NOTHING";
    int isNew =
        Row.run(connection, sql, order.id().toString(), reference, amountMinor, now.toEpochMilli());
    if (isNew == 1) {
      Outbox.append(
          connection, List.of(events.refund(listing.sale(), order, reference, amountMinor, now)));
    }
  }

  /**
   * Ends an unpaid order; its units go back on sale, or to the shop when the sale is over.
   *
   * @param to CANCELLED or EXPIRED
   * @return false where it was no longer PLACED, or its deadline has moved and is not over
   */
  public boolean end(OrderId id, OrderStatus to, String reason, Instant now) {
    return endFrom(OrderStatus.PLACED, id, to, reason, now);
  }

  /** Cancels a paid order of a sale that should not have been; its payment is to be given back. */
  public boolean voidPaid(OrderId id, Instant now) {
    return endFrom(OrderStatus.PAID, id, OrderStatus.CANCELLED, "void", now);
  }

  private boolean endFrom(
      OrderStatus from, OrderId id, OrderStatus to, String reason, Instant now) {
    return database.write(
        connection -> {
          Order order = find(connection, id).orElse(null);
          if (order == null || order.status() != from) {
            return false;
          }
          Listing listing = catalog.hold(connection, order.sale());
          String sql =
              "UPDATE orders SET status = ?, live_key = NULL, reason = ?, changed_at = ?"
                  + " WHERE id = ? AND status = ? AND pay_before <= ?";
          int changed =
              Row.run(
                  connection,
                  sql,
                  to.name(),
                  reason,
                  now.toEpochMilli(),
                  id.toString(),
                  from.name(),
                  to == OrderStatus.EXPIRED ? now.toEpochMilli() : Long.MAX_VALUE);
          if (changed == 0) {
            return false;
          }
          Row.run(
              connection,
              "UPDATE sku SET sold = sold - ?, paid = paid - ? WHERE sale = ? AND id = ?",
              order.quantity(),
              from == OrderStatus.PAID ? order.quantity() : 0,
              order.sale(),
              order.sku());
          unitsBack.ended(connection, listing, order);
          String type = to == OrderStatus.EXPIRED ? "order.expired" : "order.cancelled";
          Outbox.append(
              connection,
              List.of(events.of(type, listing.sale(), order, to, order.reference(), now)));
          if (from == OrderStatus.PAID) {
            String reference = Optional.ofNullable(order.reference()).orElse("");
            refund(connection, listing, order, reference, order.amountMinor(), now);
          }
          return true;
        });
  }

  /** Commits a batch from the queue; replaying it changes nothing. See {@link OrderBatch}. */
  OrderBatch.Result commit(List<QueuedOrder> orders, Instant now) {
    return commit(orders, sale -> Optional.empty(), now);
  }

  /**
   * The same.
   *
   * @param marks how far the engine's shards have come that the orders are from
   */
  OrderBatch.Result commit(
      List<QueuedOrder> orders, Function<String, Optional<StockMark>> marks, Instant now) {
    for (int tries = 1; ; tries++) {
      try {
        return database.write(
            connection ->
                new OrderBatch(connection, database, catalog, events, now).commit(orders, marks));
      } catch (ConstraintViolated e) {
        if (e.kind() != Kind.DUPLICATE || tries == TRIES) {
          throw e;
        }
      }
    }
  }

  /** Commits an order that can not be placed as REJECTED; its units return, its buyer is free. */
  void reject(QueuedOrder queued, String reason, Instant now) {
    database.write(
        connection -> {
          Listing listing = catalog.hold(connection, queued.claim().sale());
          OrderBatch batch = new OrderBatch(connection, database, catalog, events, now);
          if (queued.epoch() == listing.epoch() && batch.insertRejected(queued, listing, reason)) {
            unitsBack.rejected(connection, listing, queued);
          }
          return reason;
        });
  }

  /**
   * Notes that all is well. Where it was not for longer than tolerated, every deadline to pay moves
   * by that time: an outage of ours is not the buyer's.
   *
   * @return by how much the deadlines moved
   */
  public Duration beat(Instant now, Duration tolerated) {
    return database.write(
        connection -> {
          long last = Row.number(connection, "SELECT at FROM heartbeat WHERE id = 1");
          long gap = now.toEpochMilli() - last;
          if (!isNoted(connection, last, now.toEpochMilli())
              || last == 0
              || gap <= tolerated.toMillis()) {
            return Duration.ZERO;
          }
          String sql = "UPDATE orders SET pay_before = pay_before + ? WHERE status = 'PLACED'";
          Row.run(connection, sql, gap);
          return Duration.ofMillis(gap);
        });
  }

  /** False where another process has noted a heartbeat since the last one was read. */
  private static boolean isNoted(Connection connection, long last, long now) throws SQLException {
    String sql =
        last == 0
            ? "INSERT INTO heartbeat (at, id) VALUES (?, 1) ON CONFLICT (id) DO NOTHING"
            : "UPDATE heartbeat SET at = ? WHERE id = 1 AND at = " + last;
    return Row.run(connection, sql, now) == 1;
  }

  /** Units of one SKU by what has become of them. */
  public record SkuSums(
      String sku, int allotted, int sold, int returned, int placed, int paid, int returning) {}

  /** The books of a sale, SKU by SKU; {@code returning} are units of intents still open. */
  public List<SkuSums> sums(String sale) {
    return database.read(connection -> sums(connection, sale));
  }

  /** The same, as the transaction under way sees them. */
  public static List<SkuSums> sums(Connection connection, String sale) throws SQLException {
    return SkuBooks.read(connection, sale);
  }
}
