package io.doorbuster.sale;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A regular stock in our own database, for the demo, the drill, and shops without one to speak to.
 * A SKU that it has not met is there in as many units as are first taken.
 */
public final class TableStock implements RegularStock {
  private final Database database;

  public TableStock(Database database) {
    this.database = database;
  }

  @Override
  public boolean take(String key, String sale, String sku, int quantity) {
    return database.write(
        connection -> {
          if (!move(connection, key, sku, -quantity)) {
            return true;
          }
          stockUp(connection, sku, quantity);
          String sql = "UPDATE product SET units = units - ? WHERE sku = ? AND units >= ?";
          try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setInt(1, quantity);
            update.setString(2, sku);
            update.setInt(3, quantity);
            if (update.executeUpdate() == 1) {
              return true;
            }
          }
          undo(connection, key);
          return false;
        });
  }

  @Override
  public void give(String key, String sale, String sku, int quantity) {
    database.write(
        connection -> {
          if (!move(connection, key, sku, quantity)) {
            return null;
          }
          stockUp(connection, sku, 0);
          String sql = "UPDATE product SET units = units + ? WHERE sku = ?";
          try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setInt(1, quantity);
            update.setString(2, sku);
            update.executeUpdate();
          }
          return null;
        });
  }

  /** Says how many units of a SKU are at hand, whatever was known of it. */
  public void set(String sku, int units) {
    database.write(
        connection -> {
          stockUp(connection, sku, units);
          String sql = "UPDATE product SET units = ? WHERE sku = ?";
          try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setInt(1, units);
            update.setString(2, sku);
            return update.executeUpdate();
          }
        });
  }

  /** Units of a SKU at hand; -1 for one that was never met. */
  public int units(String sku) {
    return database.read(
        connection -> {
          String sql = "SELECT units FROM product WHERE sku = ?";
          try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, sku);
            ResultSet row = query.executeQuery();
            return row.next() ? row.getInt(1) : -1;
          }
        });
  }

  private static void stockUp(Connection connection, String sku, int units) throws SQLException {
    String sql = "INSERT INTO product (sku, units) VALUES (?, ?) ON CONFLICT (sku) DO NOTHING";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, sku);
      insert.setInt(2, units);
      insert.executeUpdate();
    }
  }

  /** Notes a move ahead of making it: false where it was made before, by whomever. */
  private static boolean move(Connection connection, String key, String sku, int quantity)
      throws SQLException {
    String sql =
        "INSERT INTO product_move (id, sku, quantity) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, key);
      insert.setString(2, sku);
      insert.setInt(3, quantity);
      return insert.executeUpdate() == 1;
    }
  }

  private static void undo(Connection connection, String key) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM product_move WHERE id = ?")) {
      delete.setString(1, key);
      delete.executeUpdate();
    }
  }
}
