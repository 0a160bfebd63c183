package io.doorbuster.drill.checker;

import io.doorbuster.drill.checker.Books.BookedOrder;
import io.doorbuster.drill.checker.Books.BookedSku;
import io.doorbuster.drill.checker.Books.BookedWave;
import io.doorbuster.drill.checker.Deliveries.BookedEvent;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sqlite.SQLiteConfig;

/** Opens the orders' database itself, read-only: the checker trusts nobody's word. */
public final class BooksReader {
  private static final int BUSY_TIMEOUT_MS = 5_000;
  private static final String SQLITE = "jdbc:sqlite:";

  /** One row's reading. */
  @FunctionalInterface
  private interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  private final String url;

  /**
   * @param url of SQLite, or of PostgreSQL with user and password in it
   */
  public BooksReader(String url) {
    this.url = url;
  }

  /** All of a sale, in one snapshot; empty where there is no such sale. */
  public Optional<Books> read(String sale) throws SQLException {
    try (Connection connection = open()) {
      connection.setAutoCommit(false);
      List<String[]> sales =
          list(
              connection,
              "SELECT phase, seed FROM sale WHERE id = ?",
              sale,
              row -> new String[] {row.getString(1), row.getString(2)});
      if (sales.isEmpty()) {
        return Optional.empty();
      }
      Set<String> refunds =
          new HashSet<>(
              list(
                  connection,
                  "SELECT order_id FROM late_payment JOIN orders ON orders.id = order_id"
                      + " WHERE sale = ?",
                  sale,
                  row -> row.getString(1)));
      List<Long> intents =
          list(
              connection,
              "SELECT count(*) FROM intent WHERE done_at IS NULL AND sale = ?",
              sale,
              row -> row.getLong(1));
      return Optional.of(
          new Books(
              sales.getFirst()[0],
              sales.getFirst()[1],
              list(
                  connection,
                  "SELECT id, allotted, sold, returned FROM sku WHERE sale = ? ORDER BY id",
                  sale,
                  BooksReader::readSku),
              list(
                  connection,
                  "SELECT id, sku, buyer, quantity, status, wave, created_at, pay_before"
                      + " FROM orders WHERE sale = ? ORDER BY created_at, id",
                  sale,
                  BooksReader::readOrder),
              GateLists.join(
                  list(
                      connection,
                      "SELECT sku, number, k, units, entries, admitted, cut_off, complete, entered"
                          + " FROM wave WHERE sale = ? ORDER BY number, sku",
                      sale,
                      BooksReader::readWave),
                  list(connection, GateLists.QUERY, sale, GateLists::read)),
              refunds,
              intents.getFirst()));
    }
  }

  /** The units that are sold, of a status; cheap enough to ask each second. */
  public long units(String sale, String status) throws SQLException {
    try (Connection connection = open();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT coalesce(sum(quantity), 0) FROM orders WHERE sale = ? AND status = ?")) {
      query.setString(1, sale);
      query.setString(2, status);
      ResultSet row = query.executeQuery();
      return row.next() ? row.getLong(1) : 0;
    }
  }

  /** How many orders there are; cheap. */
  public long orders(String sale) throws SQLException {
    try (Connection connection = open()) {
      return list(
              connection, "SELECT count(*) FROM orders WHERE sale = ?", sale, row -> row.getLong(1))
          .getFirst();
    }
  }

  /** The next moment at which an unpaid order runs out; empty while none is due. */
  public Optional<Long> nextExpiryMs(String sale, long afterMs) throws SQLException {
    try (Connection connection = open();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT pay_before FROM orders WHERE sale = ? AND status = 'PLACED'"
                    + " AND pay_before > ? ORDER BY pay_before LIMIT 1")) {
      query.setString(1, sale);
      query.setLong(2, afterMs);
      ResultSet row = query.executeQuery();
      return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
    }
  }

  /** A sale's events, in the order in which they were written. */
  public List<BookedEvent> events(String sale) throws SQLException {
    try (Connection connection = open()) {
      return list(
          connection,
          "SELECT id, order_key FROM outbox WHERE sale = ? ORDER BY seq",
          sale,
          row -> new BookedEvent(row.getString(1), row.getString(2)));
    }
  }

  private Connection open() throws SQLException {
    if (!url.startsWith(SQLITE)) {
      Connection connection = DriverManager.getConnection(url);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      return connection;
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout(BUSY_TIMEOUT_MS);
    return config.createConnection(url);
  }

  private static <T> List<T> list(Connection connection, String sql, String sale, Row<T> reading)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, sale);
      ResultSet row = query.executeQuery();
      List<T> result = new ArrayList<>();
      while (row.next()) {
        result.add(reading.read(row));
      }
      return List.copyOf(result);
    }
  }

  private static BookedSku readSku(ResultSet row) throws SQLException {
    return new BookedSku(row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4));
  }

  private static BookedOrder readOrder(ResultSet row) throws SQLException {
    return new BookedOrder(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getInt(4),
        row.getString(5),
        row.getLong(6),
        row.getLong(7),
        row.getLong(8));
  }

  private static BookedWave readWave(ResultSet row) throws SQLException {
    return new BookedWave(
        row.getString(1),
        row.getLong(2),
        row.getInt(3),
        row.getInt(4),
        row.getInt(5),
        row.getInt(6),
        row.getString(7),
        row.getInt(8) != 0,
        row.getBytes(9));
  }
}
