package io.doorbuster.sale;

import com.zaxxer.hikari.HikariConfig;
import io.doorbuster.sale.ConstraintViolated.Kind;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * One file: WAL, synchronous=FULL. Its one writer is the lock that orders all changes, so that no
 * row needs a lock of its own.
 */
record Sqlite(Path file) implements Dialect {
  /** SQLite has one writer at a time; a second connection would only wait in the file's lock. */
  private static final int WRITERS = 1;

  private static final int READERS = 4;

  /** Pages of 4 KiB that the log gathers before they are copied to their places: 32 MiB. */
  private static final String LOG_PAGES = "PRAGMA wal_autocheckpoint = 8192";

  /** As the pragma tells SynchronousMode.FULL. */
  private static final String FULL = "2";

  /** A lock held longer from outside is an outage: the answer then says so. */
  private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(1);

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public void migrate() {
    Flyway.configure()
        .dataSource(source())
        .locations("classpath:db/sqlite")
        .loggers("slf4j")
        .load()
        .migrate();
  }

  @Override
  public HikariConfig writers() {
    return pool(WRITERS, "writer", LOG_PAGES);
  }

  @Override
  public HikariConfig readers() {
    return pool(READERS, "reader", "PRAGMA query_only = true");
  }

  private HikariConfig pool(int size, String name, String first) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source());
    config.setPoolName(name);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(size);
    config.setMaxLifetime(0);
    config.setConnectionTimeout(5_000);
    config.setConnectionInitSql(first);
    return config;
  }

  private SQLiteDataSource source() {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout((int) BUSY_TIMEOUT.toMillis());
    config.enforceForeignKeys(true);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    return source;
  }

  /**
   * Transactions by statement: with JDBC's, the driver begins the next one right after a commit,
   * and so an idle writer keeps everyone else out of the file.
   */
  @Override
  public void begin(Connection connection, boolean write) throws SQLException {
    execute(connection, write ? "BEGIN IMMEDIATE" : "BEGIN");
  }

  @Override
  public void commit(Connection connection) throws SQLException {
    execute(connection, "COMMIT");
  }

  @Override
  public void rollback(Connection connection) throws SQLException {
    execute(connection, "ROLLBACK");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public Optional<Kind> refusal(SQLException error) {
    if (!isCode(error, SQLiteErrorCode.SQLITE_CONSTRAINT)) {
      return Optional.empty();
    }
    SQLiteErrorCode code =
        error instanceof SQLiteException known
            ? known.getResultCode()
            : SQLiteErrorCode.SQLITE_CONSTRAINT;
    return Optional.of(
        switch (code) {
          case SQLITE_CONSTRAINT_CHECK -> Kind.CHECK;
          case SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY -> Kind.DUPLICATE;
          default -> Kind.OTHER;
        });
  }

  @Override
  public boolean isBusy(SQLException error) {
    return isCode(error, SQLiteErrorCode.SQLITE_BUSY);
  }

  /** Whether it is this error or one of its kinds; a kind has the error in its lowest byte. */
  private static boolean isCode(SQLException e, SQLiteErrorCode error) {
    return (e.getErrorCode() & 0xff) == error.code;
  }

  /** Who has begun to write is alone. */
  @Override
  public void awaitTurn(Connection connection, String sale, boolean alone) {}

  @Override
  public StoreLook look(Connection connection) throws SQLException {
    String journal = pragma(connection, "journal_mode");
    String sync = pragma(connection, "synchronous");
    List<String> weak = new ArrayList<>();
    if (!journal.equalsIgnoreCase("wal")) {
      weak.add("journal_mode is " + journal + " and not WAL: does its disk take files of a log?");
    }
    if (!sync.equals(FULL)) {
      weak.add("synchronous is " + sync + " and not " + FULL + " (FULL)");
    }
    return new StoreLook("SQLite, a log that is synced at each commit", weak, List.of());
  }

  private static String pragma(Connection connection, String name) throws SQLException {
    try (Statement query = connection.createStatement()) {
      return query.executeQuery("PRAGMA " + name).getString(1);
    }
  }

  @Override
  public Optional<Instant> findNow(Connection connection) {
    return Optional.empty();
  }

  @Override
  public String forUpdate() {
    return "";
  }

  @Override
  public String forShare() {
    return "";
  }
}
