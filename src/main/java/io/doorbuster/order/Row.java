package io.doorbuster.order;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reading orders out of the database, and the one way in which a statement is run. */
final class Row {
  private Row() {}

  static List<Order> orders(Connection connection, String where, Object... values)
      throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT * FROM orders WHERE " + where)) {
      bind(query, values);
      ResultSet row = query.executeQuery();
      List<Order> orders = new ArrayList<>();
      while (row.next()) {
        orders.add(order(row));
      }
      return orders;
    }
  }

  private static Order order(ResultSet row) throws SQLException {
    String id = row.getString("id");
    return new Order(
        OrderId.parse(id).orElseThrow(() -> new SQLException("no order id: " + id)),
        row.getString("sale"),
        row.getString("sku"),
        new BuyerId(row.getString("buyer")),
        row.getInt("quantity"),
        row.getLong("price_minor"),
        OrderStatus.valueOf(row.getString("status")),
        row.getLong("wave"),
        Instant.ofEpochMilli(row.getLong("admitted_at")),
        Instant.ofEpochMilli(row.getLong("created_at")),
        Instant.ofEpochMilli(row.getLong("pay_before")),
        row.getString("reason"),
        row.getString("reference"),
        row.getString("shop_ref"));
  }

  /** Runs a statement; returns the rows it changed. */
  static int run(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      return statement.executeUpdate();
    }
  }

  /** The one number that a query gives; 0 where it gives none. */
  static long number(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      bind(query, values);
      ResultSet row = query.executeQuery();
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private static void bind(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }
}
