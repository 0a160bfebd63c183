package io.doorbuster.order;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Inserts orders that are not there yet: a row a statement, or all rows as one statement where the
 * database takes columns as arrays; docs/decisions/orders-into-postgresql.md has the ratios.
 */
final class OrderRows {
  private static final String COLUMNS =
      "INSERT INTO orders (status, changed_at, reason, id, sale, sku, buyer, live_key, shop_ref,"
          + " quantity, price_minor, shard, wave, admitted_at, created_at, pay_before)";

  private static final String ONE_ROW =
      COLUMNS
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT (id) DO NOTHING";

  private static final String ALL_ROWS =
      COLUMNS
          + " SELECT ?, ?, ?, u.* FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS u"
          + " ON CONFLICT (id) DO NOTHING RETURNING id";

  /** The columns that differ from row to row: texts, then numbers, as the statements have them. */
  private static final List<Function<NewOrder, @Nullable String>> TEXTS =
      List.of(
          row -> row.claim().order().toString(),
          row -> row.claim().sale(),
          row -> row.claim().sku(),
          row -> row.claim().buyer().value(),
          row -> row.status().isLive() ? liveKey(row.claim()) : null,
          row -> row.claim().shopRef());

  private static final List<ToLongFunction<NewOrder>> NUMBERS =
      List.of(
          row -> row.claim().quantity(),
          row -> row.order().priceMinor(),
          row -> row.queued().shard(),
          row -> row.claim().wave(),
          row -> row.claim().admittedAt().toEpochMilli(),
          row -> row.queued().createdAt().toEpochMilli(),
          row -> row.order().payBefore().toEpochMilli());

  /** So that two writers who bring the same orders, or buyers, do not wait for each other both. */
  private static final Comparator<NewOrder> IN_TURN =
      Comparator.<NewOrder, String>comparing(row -> liveKey(row.claim()))
          .thenComparing(row -> row.claim().order().toString());

  /** An order as it came, and as it is to stand there. */
  record NewOrder(QueuedOrder queued, Order order) {
    Claim claim() {
      return queued.claim();
    }

    OrderStatus status() {
      return order.status();
    }
  }

  private OrderRows() {}

  /** What keeps a buyer from a second live order. */
  static String liveKey(String sale, BuyerId buyer) {
    return sale + "/" + buyer.value();
  }

  private static String liveKey(Claim claim) {
    return liveKey(claim.sale(), claim.buyer());
  }

  /**
   * Inserts orders, all of one status.
   *
   * @return the ids of those that were not there before
   */
  static Set<String> insert(Connection connection, List<NewOrder> orders, Instant now)
      throws SQLException {
    if (orders.isEmpty()) {
      return new HashSet<>();
    }
    List<NewOrder> inTurn = orders.stream().sorted(IN_TURN).toList();
    return Database.takesArrays(connection)
        ? insertAll(connection, inTurn, now)
        : insertEach(connection, inTurn, now);
  }

  private static Set<String> insertEach(Connection connection, List<NewOrder> rows, Instant now)
      throws SQLException {
    Set<String> added = new HashSet<>();
    try (PreparedStatement insert = connection.prepareStatement(ONE_ROW)) {
      for (NewOrder row : rows) {
        int column = setCommon(insert, row, now);
        for (Function<NewOrder, @Nullable String> text : TEXTS) {
          insert.setString(++column, text.apply(row));
        }
        for (ToLongFunction<NewOrder> number : NUMBERS) {
          insert.setLong(++column, number.applyAsLong(row));
        }
        if (insert.executeUpdate() == 1) {
          added.add(row.claim().order().toString());
        }
      }
    }
    return added;
  }

  private static Set<String> insertAll(Connection connection, List<NewOrder> rows, Instant now)
      throws SQLException {
    Set<String> added = new HashSet<>();
    try (PreparedStatement insert = connection.prepareStatement(ALL_ROWS)) {
      int column = setCommon(insert, rows.getFirst(), now);
      for (Function<NewOrder, @Nullable String> text : TEXTS) {
        String[] values = rows.stream().map(text).toArray(String[]::new);
        insert.setArray(++column, connection.createArrayOf("text", values));
      }
      for (ToLongFunction<NewOrder> number : NUMBERS) {
        Long[] values = rows.stream().map(number::applyAsLong).toArray(Long[]::new);
        insert.setArray(++column, connection.createArrayOf("int8", values));
      }
      ResultSet row = insert.executeQuery();
      while (row.next()) {
        added.add(row.getString(1));
      }
    }
    return added;
  }

  private static int setCommon(PreparedStatement insert, NewOrder row, Instant now)
      throws SQLException {
    insert.setString(1, row.status().name());
    insert.setLong(2, now.toEpochMilli());
    insert.setString(3, row.order().reason());
    return 3;
  }
}
