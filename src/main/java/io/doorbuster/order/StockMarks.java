package io.doorbuster.order;

import io.doorbuster.inventory.StockMark;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The table of how far each shard was seen to come. Whoever commits what he learnt from a shard
 * raises its mark in the same transaction, so that data from before it is known to be older.
 */
public final class StockMarks {
  private StockMarks() {}

  /** Marks what is loaded: from now on it may be taken up again. */
  public static void start(Connection connection, StockMark mark) throws SQLException {
    forget(connection, mark.sale());
    String sql = "INSERT INTO stock_mark (sale, shard, sequence) VALUES (?, ?, ?)";
    for (Map.Entry<Integer, Long> shard : mark.sequences().entrySet()) {
      Row.run(connection, sql, mark.sale(), shard.getKey(), shard.getValue());
    }
  }

  /** What is in the engine is not to be taken up again. */
  public static void forget(Connection connection, String sale) throws SQLException {
    Row.run(connection, "DELETE FROM stock_mark WHERE sale = ?", sale);
  }

  /**
   * Raises what is behind; the shards in their order, so that two writers do not lock crosswise.
   */
  static void raise(Connection connection, StockMark mark) throws SQLException {
    if (mark.sequences().isEmpty()) {
      return;
    }
    String sql = "UPDATE stock_mark SET sequence = ? WHERE sale = ? AND shard = ? AND sequence < ?";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      for (Map.Entry<Integer, Long> shard : new TreeMap<>(mark.sequences()).entrySet()) {
        update.setLong(1, shard.getValue());
        update.setString(2, mark.sale());
        update.setInt(3, shard.getKey());
        update.setLong(4, shard.getValue());
        update.addBatch();
      }
      update.executeBatch();
    }
  }

  /** The marks of a sale, for its epoch. */
  public static StockMark read(Connection connection, String sale, long epoch) throws SQLException {
    String sql = "SELECT shard, sequence FROM stock_mark WHERE sale = ?";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, sale);
      ResultSet row = query.executeQuery();
      Map<Integer, Long> sequences = new HashMap<>();
      while (row.next()) {
        sequences.put(row.getInt(1), row.getLong(2));
      }
      return new StockMark(sale, epoch, sequences);
    }
  }
}
