package io.doorbuster.sale;

import io.doorbuster.sale.PostgresServer.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The store of a test. By itself it is a file; while a suite of the integration tests has called
 * {@link #use}, it is a database of its own in a real PostgreSQL. A test that runs on both has the
 * tag {@code store}, and one of its methods that is about the file alone has the tag {@code file}.
 */
public final class Stores {
  private static final String TEMPLATE = "template_store";
  private static final String TABLES =
      "sale, sku, orders, intent, outbox, wave, block, late_payment, operator_log, heartbeat,"
          + " product, product_move";

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Map<Path, String> DATABASES = new HashMap<>();
  private static @Nullable PostgresServer server;

  private Stores() {}

  /** From now on stores are in this server. */
  static synchronized void use(Version version) {
    PostgresServer now = PostgresServer.shared(version);
    DATABASES.clear();
    now.run("DROP DATABASE IF EXISTS " + TEMPLATE);
    now.run("CREATE DATABASE " + TEMPLATE);
    Database.open(now.options(TEMPLATE)).close();
    server = now;
  }

  static synchronized void useFiles() {
    server = null;
  }

  public static synchronized boolean areFiles() {
    return server == null;
  }

  /** The store that belongs to a test's folder; opened again it is the same one. */
  public static Database open(Path folder) {
    PostgresServer now = server();
    return now == null
        ? Database.open(file(folder))
        : Database.open(now.options(database(now, folder)));
  }

  private static synchronized @Nullable PostgresServer server() {
    return server;
  }

  private static Path file(Path folder) {
    return folder.resolve("doorbuster.db");
  }

  private static synchronized String database(PostgresServer now, Path folder) {
    String known = DATABASES.get(folder.toAbsolutePath().normalize());
    if (known != null) {
      return known;
    }
    dropThoseOfTestsThatAreOver(now);
    String name = "test_" + COUNT.incrementAndGet();
    now.run("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
    DATABASES.put(folder.toAbsolutePath().normalize(), name);
    return name;
  }

  private static void dropThoseOfTestsThatAreOver(PostgresServer now) {
    DATABASES
        .entrySet()
        .removeIf(
            entry -> {
              boolean over = Files.notExists(entry.getKey());
              if (over) {
                now.run("DROP DATABASE " + entry.getValue() + " WITH (FORCE)");
              }
              return over;
            });
  }

  /** A connection beside the program's, as somebody with a tool has it. */
  public static Connection outside(Path folder) throws SQLException {
    PostgresServer now = server();
    return now == null
        ? DriverManager.getConnection("jdbc:sqlite:" + file(folder) + "?busy_timeout=5000")
        : now.connect(database(now, folder));
  }

  /** From now on, until it is closed, nobody can write, and readers go on. */
  public static AutoCloseable outage(Path folder) throws SQLException {
    Connection outside = outside(folder);
    try (Statement lock = outside.createStatement()) {
      if (areFiles()) {
        lock.execute("BEGIN IMMEDIATE");
      } else {
        outside.setAutoCommit(false);
        lock.execute("LOCK TABLE " + TABLES + " IN EXCLUSIVE MODE");
      }
    }
    return outside;
  }

  /** Makes the database refuse new orders of which this holds. */
  public static void refuseOrders(Database database, String condition) {
    run(
        database,
        areFiles()
            ? "CREATE TRIGGER refused BEFORE INSERT ON orders WHEN NEW."
                + condition
                + " BEGIN SELECT RAISE(ABORT, 'refused by hand'); END"
            : "ALTER TABLE orders ADD CONSTRAINT refused CHECK (NOT " + condition + ") NOT VALID");
  }

  public static void takeOrders(Database database) {
    run(
        database,
        areFiles() ? "DROP TRIGGER refused" : "ALTER TABLE orders DROP CONSTRAINT refused");
  }

  /** The statement after which the database takes books that are wrong. */
  public static String uncheckBooks() {
    return areFiles()
        ? "PRAGMA ignore_check_constraints = true"
        : "ALTER TABLE sku DROP CONSTRAINT sku_sold, DROP CONSTRAINT sku_books";
  }

  /** The statement after which the next event has a higher number than this. */
  public static String countEventsFrom(int number) {
    return areFiles()
        ? "INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', " + number + ")"
        : "ALTER TABLE outbox ALTER COLUMN seq RESTART WITH " + (number + 1);
  }

  private static void run(Database database, String sql) {
    database.write(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
          }
        });
  }

  /** The one number of a query. */
  public static long number(Database database, String sql) {
    return database.read(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            ResultSet row = statement.executeQuery(sql);
            return row.next() ? row.getLong(1) : -1;
          }
        });
  }
}
