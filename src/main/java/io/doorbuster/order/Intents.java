package io.doorbuster.order;

import io.doorbuster.order.Intent.Kind;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.OrderId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table of intents. */
public final class Intents {
  private static final String INSERT =
      "INSERT INTO intent (id, sale, sku, kind, quantity, shard, order_id, buyer, not_before)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING";

  private final Database database;

  public Intents(Database database) {
    this.database = database;
  }

  /** Adds intents to the transaction under way; one that is there already changes nothing. */
  public static void write(Connection connection, Collection<Intent> intents) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (Intent intent : intents) {
        insert.setString(1, intent.id());
        insert.setString(2, intent.sale());
        insert.setString(3, intent.sku());
        insert.setString(4, intent.kind().name());
        insert.setInt(5, intent.quantity());
        insert.setInt(6, intent.shard());
        insert.setString(7, intent.order() == null ? null : intent.order().toString());
        insert.setString(8, intent.buyer() == null ? null : intent.buyer().value());
        insert.setLong(9, intent.notBefore().toEpochMilli());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** Marks an intent as done, in the transaction under way; false where it was done before. */
  public static boolean done(Connection connection, String id, Instant at, @Nullable String outcome)
      throws SQLException {
    String sql = "UPDATE intent SET done_at = ?, outcome = ? WHERE id = ? AND done_at IS NULL";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setLong(1, at.toEpochMilli());
      update.setString(2, outcome);
      update.setString(3, id);
      return update.executeUpdate() == 1;
    }
  }

  /**
   * Open intents, the oldest first, at most so many.
   *
   * @param atShop those for the regular stock; otherwise those for the engine
   */
  public List<Intent> listOpen(boolean atShop, int most) {
    String sql =
        "SELECT * FROM intent WHERE done_at IS NULL AND kind "
            + (atShop ? "IN" : "NOT IN")
            + " ('TAKE', 'GIVE') ORDER BY not_before, id LIMIT "
            + most;
    return database.read(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(sql)) {
            return read(query);
          }
        });
  }

  /** Open intents of one sale, as the transaction under way sees them. */
  public static List<Intent> listOpen(Connection connection, String sale) throws SQLException {
    String sql = "SELECT * FROM intent WHERE done_at IS NULL AND sale = ?";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, sale);
      return read(query);
    }
  }

  /** How many intents of a sale are open, at the shop or for the engine. */
  public long countOpen(String sale) {
    String sql = "SELECT COUNT(*) FROM intent WHERE done_at IS NULL AND sale = ?";
    return database.read(connection -> Row.number(connection, sql, sale));
  }

  /** Whether an intent was ever written, open or done. */
  public static boolean isKnown(Connection connection, String id) throws SQLException {
    return Row.number(connection, "SELECT COUNT(*) FROM intent WHERE id = ?", id) > 0;
  }

  /** How many intents a sale has had: a number for the next attempt's names. */
  public static long count(Connection connection, String sale) throws SQLException {
    return Row.number(connection, "SELECT COUNT(*) FROM intent WHERE sale = ?", sale);
  }

  /** What became of an intent; null while it is open. */
  public @Nullable String findOutcome(String id) {
    return database.read(
        connection -> {
          String sql = "SELECT outcome FROM intent WHERE id = ? AND done_at IS NOT NULL";
          try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, id);
            ResultSet row = query.executeQuery();
            return row.next() ? row.getString(1) : null;
          }
        });
  }

  /** Why a sale's latest TAKE that failed has failed. */
  public Optional<String> findLastRefusal(String sale) {
    String sql =
        "SELECT outcome FROM intent WHERE sale = ? AND kind = 'TAKE' AND done_at IS NOT NULL"
            + " AND outcome <> 'taken' ORDER BY done_at DESC, outcome DESC LIMIT 1";
    return database.read(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, sale);
            ResultSet row = query.executeQuery();
            return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
          }
        });
  }

  private static List<Intent> read(PreparedStatement query) throws SQLException {
    ResultSet row = query.executeQuery();
    List<Intent> intents = new ArrayList<>();
    while (row.next()) {
      String order = row.getString("order_id");
      String buyer = row.getString("buyer");
      intents.add(
          new Intent(
              row.getString("id"),
              row.getString("sale"),
              row.getString("sku"),
              Kind.valueOf(row.getString("kind")),
              row.getInt("quantity"),
              row.getInt("shard"),
              order == null ? null : OrderId.parse(order).orElse(null),
              buyer == null ? null : new BuyerId(buyer),
              Instant.ofEpochMilli(row.getLong("not_before"))));
    }
    return intents;
  }
}
