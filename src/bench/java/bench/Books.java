package bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.SQLiteConfig;

/** A sale's rows, read from the server's database beside it. */
final class Books implements AutoCloseable {
  /** How exact the end of a sale is known. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(10);

  private final Connection connection;
  private final String sale;

  static Books ofFile(Path database, String sale) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    return new Books(config.createConnection("jdbc:sqlite:" + database), sale);
  }

  /**
   * @param connection that is closed with it
   */
  Books(Connection connection, String sale) {
    this.connection = connection;
    this.sale = sale;
  }

  /** Units in committed orders. */
  long sold() throws SQLException {
    return number("SELECT sum(sold) FROM sku WHERE sale = ?");
  }

  long firstAdmittedMs() throws SQLException {
    return number("SELECT min(admitted_at) FROM orders WHERE sale = ?");
  }

  /** Returns the time at which so many were seen to be committed; 0 where they never were. */
  long awaitSold(int units, Duration bound) {
    long untilNs = System.nanoTime() + bound.toNanos();
    try {
      while (System.nanoTime() < untilNs) {
        if (sold() >= units) {
          return System.currentTimeMillis();
        }
        Lab.pause(LOOK_EVERY);
      }
    } catch (SQLException e) {
      Lab.say("  the books can not be read: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private long number(String sql) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, sale);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
