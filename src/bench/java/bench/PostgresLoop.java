package bench;

import io.doorbuster.sale.PostgresServer;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.postgresql.PGConnection;

/**
 * Ways to bring the same rows into a PostgreSQL that keeps its commits, one after the other in one
 * process: bare loops over one connection, and our order writer, which books units and writes an
 * event for each row too.
 */
final class PostgresLoop {
  static final List<String> LOOPS = List.of("unnest", "rewritten", "copy");
  static final String WRITER = "writer";
  private static final List<String> WAYS = List.of("unnest", "rewritten", "copy", WRITER);

  private static final String COLUMNS =
      "(id, sale, sku, buyer, quantity, price_minor, status, live_key, shard, wave, admitted_at,"
          + " created_at, pay_before, changed_at)";

  private final PostgresServer server;
  private final int rows;

  private PostgresLoop(PostgresServer server, int rows) {
    this.server = server;
    this.rows = rows;
  }

  /** Rows a measurement, rounds, then the sizes of commits; a line for each measurement. */
  public static void main(String[] args) throws Exception {
    try (PostgresServer server = new PostgresServer(PostgresServer.Version.NEWEST)) {
      PostgresLoop loop = new PostgresLoop(server, Integer.parseInt(args[0]));
      for (int round = 0; round <= Integer.parseInt(args[1]); round++) {
        for (String size : Arrays.asList(args).subList(2, args.length)) {
          for (String way : WAYS) {
            double rate = loop.measure(way, Integer.parseInt(size));
            if (round > 0) {
              System.out.println(String.format(Locale.ROOT, "rate %s %s %.0f", way, size, rate));
            }
          }
        }
      }
    }
  }

  /** Rows a second, into a database of its own. */
  private double measure(String way, int size) throws Exception {
    server.run("DROP DATABASE IF EXISTS race WITH (FORCE)");
    server.run("CREATE DATABASE race");
    server.run("CHECKPOINT");
    if (way.equals(WRITER)) {
      return new PostgresWriter(server, rows).run(size);
    }
    String url = server.url("race") + "?reWriteBatchedInserts=true";
    try (Connection connection = DriverManager.getConnection(url, "postgres", "")) {
      create(connection);
      connection.setAutoCommit(false);
      long startNs = System.nanoTime();
      for (int first = 0; first < rows; first += size) {
        switch (way) {
          case "unnest" -> unnest(connection, first, size);
          case "rewritten" -> rewritten(connection, first, size);
          default -> copy(connection, first, size);
        }
        connection.commit();
      }
      return rows * 1e9 / (System.nanoTime() - startNs);
    }
  }

  /** The columns of our own orders, and the one index that keeps a buyer from a second order. */
  private static void create(Connection connection) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE orders (
            id TEXT COLLATE "C" NOT NULL PRIMARY KEY, sale TEXT NOT NULL, sku TEXT NOT NULL,
            buyer TEXT NOT NULL, quantity INTEGER NOT NULL, price_minor BIGINT NOT NULL,
            status TEXT NOT NULL, live_key TEXT COLLATE "C", shard INTEGER NOT NULL,
            wave BIGINT NOT NULL, admitted_at BIGINT NOT NULL, created_at BIGINT NOT NULL,
            pay_before BIGINT NOT NULL, changed_at BIGINT NOT NULL, reason TEXT, reference TEXT,
            shop_ref TEXT)
          """);
      statement.execute("CREATE UNIQUE INDEX orders_live ON orders (live_key)");
    }
  }

  private static String id(int row) {
    return "race%022d".formatted(row);
  }

  private static void unnest(Connection connection, int first, int size) throws Exception {
    String sql =
        "INSERT INTO orders "
            + COLUMNS
            + " SELECT u.id, 'race', 'x', u.buyer, 1, 100, 'PLACED', u.live_key, 0, 0, u.at, u.at,"
            + " u.at, u.at FROM unnest(?, ?, ?, ?) AS u (id, buyer, live_key, at)"
            + " ON CONFLICT (id) DO NOTHING RETURNING id";
    String[] ids = new String[size];
    String[] buyers = new String[size];
    String[] keys = new String[size];
    Long[] times = new Long[size];
    for (int i = 0; i < size; i++) {
      ids[i] = id(first + i);
      buyers[i] = Server.buyer(first + i);
      keys[i] = "race/" + buyers[i];
      times[i] = System.currentTimeMillis();
    }
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setArray(1, connection.createArrayOf("text", ids));
      insert.setArray(2, connection.createArrayOf("text", buyers));
      insert.setArray(3, connection.createArrayOf("text", keys));
      insert.setArray(4, connection.createArrayOf("int8", times));
      insert.executeQuery();
    }
  }

  private static void rewritten(Connection connection, int first, int size) throws Exception {
    String sql =
        "INSERT INTO orders "
            + COLUMNS
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int row = first; row < first + size; row++) {
        String buyer = Server.buyer(row);
        long nowMs = System.currentTimeMillis();
        insert.setString(1, id(row));
        insert.setString(2, "race");
        insert.setString(3, "x");
        insert.setString(4, buyer);
        insert.setInt(5, 1);
        insert.setLong(6, 100);
        insert.setString(7, "PLACED");
        insert.setString(8, "race/" + buyer);
        insert.setInt(9, 0);
        insert.setLong(10, 0);
        for (int column = 11; column <= 14; column++) {
          insert.setLong(column, nowMs);
        }
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** Without regard for a row that is there already: COPY has no ON CONFLICT. */
  private static void copy(Connection connection, int first, int size) throws Exception {
    StringBuilder text = new StringBuilder();
    for (int row = first; row < first + size; row++) {
      String buyer = Server.buyer(row);
      long nowMs = System.currentTimeMillis();
      text.append(id(row)).append("\trace\tx\t").append(buyer).append("\t1\t100\tPLACED\trace/");
      text.append(buyer).append("\t0\t0");
      for (int column = 11; column <= 14; column++) {
        text.append('\t').append(nowMs);
      }
      text.append('\n');
    }
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn("COPY orders " + COLUMNS + " FROM STDIN", new StringReader(text.toString()));
  }
}
