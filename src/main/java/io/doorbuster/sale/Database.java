package io.doorbuster.sale;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.flywaydb.core.Flyway;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;

/**
 * The SQL store: one writer, which also is the lock that orders all changes, and a few readers. A
 * commit is durable when {@link #write} returns (WAL, synchronous=FULL).
 */
public final class Database implements AutoCloseable {
  /** SQLite has one writer at a time; a second connection would only wait in the file's lock. */
  private static final int WRITERS = 1;

  private static final int READERS = 4;

  /** Pages of 4 KiB that the log gathers before they are copied to their places: 32 MiB. */
  private static final String LOG_PAGES = "PRAGMA wal_autocheckpoint = 8192";

  /** A lock held longer from outside is an outage: the answer then says so. */
  private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(1);

  /** One transaction's work. */
  @FunctionalInterface
  public interface Work<T extends @org.jspecify.annotations.Nullable Object> {
    T run(Connection connection) throws SQLException;
  }

  private final HikariDataSource writer;
  private final HikariDataSource readers;
  private final AtomicReference<Optional<String>> fault = new AtomicReference<>(Optional.empty());
  private final AtomicLong calls = new AtomicLong();
  private volatile Runnable callListener = () -> {};

  private Database(HikariDataSource writer, HikariDataSource readers) {
    this.writer = writer;
    this.readers = readers;
  }

  /** Opens the file, makes it where there is none, and brings its schema up to date. */
  public static Database open(Path file) {
    SQLiteDataSource plain = source(file);
    Flyway.configure()
        .dataSource(plain)
        .locations("classpath:db/sqlite")
        .loggers("slf4j")
        .load()
        .migrate();
    HikariConfig writer = pool(plain, WRITERS, "writer");
    writer.setConnectionInitSql(LOG_PAGES);
    HikariConfig readers = pool(source(file), READERS, "reader");
    readers.setConnectionInitSql("PRAGMA query_only = true");
    return new Database(new HikariDataSource(writer), new HikariDataSource(readers));
  }

  private static SQLiteDataSource source(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout((int) BUSY_TIMEOUT.toMillis());
    config.enforceForeignKeys(true);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    return source;
  }

  private static HikariConfig pool(SQLiteDataSource source, int size, String name) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setPoolName(name);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(size);
    config.setMaxLifetime(0);
    config.setConnectionTimeout(5_000);
    return config;
  }

  /**
   * Runs the work in one transaction and commits it.
   *
   * @throws StoreUnavailable where nothing is known to have been written; repeating must be safe
   * @throws ConstraintViolated where the database refused a row; nothing was written
   */
  public <T extends @org.jspecify.annotations.Nullable Object> T write(Work<T> work) {
    T result = run(writer, work, true);
    fault.set(Optional.empty());
    return result;
  }

  /** Runs the work on one snapshot of the store. */
  public <T extends @org.jspecify.annotations.Nullable Object> T read(Work<T> work) {
    return run(readers, work, false);
  }

  /** Runs the work while nobody can write, and writes nothing itself. */
  public <T extends @org.jspecify.annotations.Nullable Object> T freeze(Work<T> work) {
    return run(writer, work, false);
  }

  private <T extends @org.jspecify.annotations.Nullable Object> T run(
      HikariDataSource pool, Work<T> work, boolean commit) {
    calls.incrementAndGet();
    callListener.run();
    try (Connection connection = pool.getConnection()) {
      begin(pool, connection);
      try {
        T result = work.run(connection);
        execute(connection, commit ? "COMMIT" : "ROLLBACK");
        return result;
      } catch (Throwable t) {
        rollback(pool, connection, t);
        throw t;
      }
    } catch (SQLException e) {
      if (isCode(e, SQLiteErrorCode.SQLITE_CONSTRAINT)) {
        throw new ConstraintViolated(String.valueOf(e.getMessage()), e);
      }
      if (pool.equals(writer)) {
        fault.set(Optional.of(String.valueOf(e.getMessage())));
      }
      throw new StoreUnavailable("the database does not answer: " + e.getMessage(), e);
    }
  }

  /** A connection that fails by more than another's lock is not used again: it may be for good. */
  private void begin(HikariDataSource pool, Connection connection) throws SQLException {
    try {
      execute(connection, pool.equals(writer) ? "BEGIN IMMEDIATE" : "BEGIN");
    } catch (SQLException e) {
      if (!isCode(e, SQLiteErrorCode.SQLITE_BUSY)) {
        pool.evictConnection(connection);
      }
      throw e;
    }
  }

  /**
   * Transactions by statement: with JDBC's, the driver begins the next one right after a commit,
   * and so an idle writer keeps everyone else out of the file.
   */
  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A connection that can not be brought back to its start is not used again. */
  private static void rollback(HikariDataSource pool, Connection connection, Throwable cause) {
    try {
      execute(connection, "ROLLBACK");
    } catch (SQLException e) {
      cause.addSuppressed(e);
      pool.evictConnection(connection);
    }
  }

  /** Whether it is this error or one of its kinds; a kind has the error in its lowest byte. */
  private static boolean isCode(SQLException e, SQLiteErrorCode error) {
    return (e.getErrorCode() & 0xff) == error.code;
  }

  /** Why writing fails at present; empty while it works. */
  public Optional<String> fault() {
    return fault.get();
  }

  /** Transactions begun since the start. */
  public long calls() {
    return calls.get();
  }

  /** Called, on the calling thread, ahead of each transaction. */
  public void onCall(Runnable listener) {
    callListener = listener;
  }

  @Override
  public void close() {
    readers.close();
    writer.close();
  }
}
