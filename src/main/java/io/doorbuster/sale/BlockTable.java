package io.doorbuster.sale;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Keeps who is blocked in the store, so that a block outlives a restart. */
public final class BlockTable {
  private final Database database;

  /**
   * One block.
   *
   * @param kind buyer, address or cidr
   */
  public record Row(String kind, String value, String reason) {}

  public BlockTable(Database database) {
    this.database = database;
  }

  /** How often the list has changed: who has read it knows by this whether to read it again. */
  public long revision() {
    return database.read(
        connection -> {
          String sql = "SELECT value FROM block_revision WHERE id = 1";
          try (PreparedStatement query = connection.prepareStatement(sql)) {
            ResultSet row = query.executeQuery();
            return row.next() ? row.getLong(1) : 0;
          }
        });
  }

  private static void raiseRevision(Connection connection) throws SQLException {
    String sql = "UPDATE block_revision SET value = value + 1 WHERE id = 1";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.executeUpdate();
    }
  }

  public List<Row> list() {
    return database.read(
        connection -> {
          String sql = "SELECT kind, value, reason FROM block ORDER BY kind, value";
          try (PreparedStatement query = connection.prepareStatement(sql)) {
            ResultSet row = query.executeQuery();
            List<Row> rows = new ArrayList<>();
            while (row.next()) {
              rows.add(new Row(row.getString(1), row.getString(2), row.getString(3)));
            }
            return rows;
          }
        });
  }

  /** Adds a block; one that is there gets the new reason. */
  public void put(Row block) {
    String sql =
        "INSERT INTO block (kind, value, reason) VALUES (?, ?, ?)"
            + " ON CONFLICT (kind, value) DO UPDATE SET reason = excluded.reason";
    database.write(
        connection -> {
          try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setString(1, block.kind());
            insert.setString(2, block.value());
            insert.setString(3, block.reason());
            insert.executeUpdate();
            raiseRevision(connection);
            return block;
          }
        });
  }

  /** Takes a block away; false where there was none. */
  public boolean remove(String kind, String value) {
    String sql = "DELETE FROM block WHERE kind = ? AND value = ?";
    return database.write(
        connection -> {
          try (PreparedStatement delete = connection.prepareStatement(sql)) {
            delete.setString(1, kind);
            delete.setString(2, value);
            boolean removed = delete.executeUpdate() == 1;
            raiseRevision(connection);
            return removed;
          }
        });
  }
}
