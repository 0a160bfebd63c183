package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/**
 * The alternative to taking orders: one loop that inserts the same rows into SQLite, a hundred a
 * durable commit, and does nothing else. Twice as many rows go ahead, to settle.
 */
final class InsertLoop {
  private static final int ROWS_A_COMMIT = 100;
  private static final String SAID = "rows a second: ";

  private InsertLoop() {}

  /** The file of the database, and how many rows to time. */
  public static void main(String[] args) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    int rows = Integer.parseInt(args[1]);
    try (Connection connection = config.createConnection("jdbc:sqlite:" + args[0])) {
      create(connection);
      connection.setAutoCommit(false);
      insert(connection, "warm", 2 * rows);
      long startNs = System.nanoTime();
      insert(connection, "race", rows);
      System.out.println(SAID + rows * 1e9 / (System.nanoTime() - startNs));
    }
  }

  static double readRate(Path log) throws IOException {
    String text = Files.readString(log);
    return text.lines()
        .filter(line -> line.startsWith(SAID))
        .mapToDouble(line -> Double.parseDouble(line.substring(SAID.length())))
        .findFirst()
        .orElseThrow(() -> new IOException("the loop of inserts says " + text));
  }

  /** The columns of our own orders, and the one index that keeps a buyer from a second order. */
  private static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE orders (
            id TEXT NOT NULL PRIMARY KEY, sale TEXT NOT NULL, sku TEXT NOT NULL,
            buyer TEXT NOT NULL, quantity INTEGER NOT NULL, price_minor INTEGER NOT NULL,
            status TEXT NOT NULL, live_key TEXT, shard INTEGER NOT NULL, wave INTEGER NOT NULL,
            admitted_at INTEGER NOT NULL, created_at INTEGER NOT NULL,
            pay_before INTEGER NOT NULL, changed_at INTEGER NOT NULL, reason TEXT,
            reference TEXT, shop_ref TEXT)
          """);
      statement.execute("CREATE UNIQUE INDEX orders_live ON orders (live_key)");
    }
  }

  private static void insert(Connection connection, String sale, int rows) throws SQLException {
    String sql =
        "INSERT INTO orders (id, sale, sku, buyer, quantity, price_minor, status, live_key, shard,"
            + " wave, admitted_at, created_at, pay_before, changed_at)"
            + " VALUES (?, ?, 'x', ?, 1, 100, 'PLACED', ?, 0, 0, ?, ?, ?, ?)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int row = 1; row <= rows; row++) {
        long nowMs = System.currentTimeMillis();
        String buyer = Server.buyer(row);
        insert.setString(1, "%s%022d".formatted(sale, row));
        insert.setString(2, sale);
        insert.setString(3, buyer);
        insert.setString(4, sale + "/" + buyer);
        insert.setLong(5, nowMs);
        insert.setLong(6, nowMs);
        insert.setLong(7, nowMs + 3_600_000);
        insert.setLong(8, nowMs);
        insert.addBatch();
        if (row % ROWS_A_COMMIT == 0 || row == rows) {
          insert.executeBatch();
          connection.commit();
        }
      }
    }
  }
}
