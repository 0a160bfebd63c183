package io.doorbuster.sale;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The SQL store: a file of our own, or a PostgreSQL. A commit is durable when {@link #write}
 * returns. What differs between the two is in {@link Dialect}.
 */
public final class Database implements AutoCloseable {
  /** One transaction's work. */
  @FunctionalInterface
  public interface Work<T extends @org.jspecify.annotations.Nullable Object> {
    T run(Connection connection) throws SQLException;
  }

  private static final int CLOCK_SAMPLES = 5;

  private final Dialect dialect;
  private final HikariDataSource writers;
  private final HikariDataSource readers;
  private final AtomicReference<Optional<String>> fault = new AtomicReference<>(Optional.empty());
  private final AtomicLong calls = new AtomicLong();
  private volatile Runnable callListener = () -> {};

  private Database(Dialect dialect) {
    this.dialect = dialect;
    dialect.migrate();
    this.writers = pool(dialect.writers());
    try {
      this.readers = pool(dialect.readers());
    } catch (RuntimeException e) {
      writers.close();
      throw e;
    }
  }

  private static HikariDataSource pool(HikariConfig config) {
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw new IllegalStateException("the database can not be used: " + e.getMessage(), e);
    }
  }

  /** Opens the file, makes it where there is none, and brings its schema up to date. */
  public static Database open(Path file) {
    return new Database(new Sqlite(file));
  }

  /**
   * Opens a PostgreSQL database, which must be there, and brings its schema up to date.
   *
   * @throws IllegalStateException where it can not be used; the message names the mend
   */
  public static Database open(PostgresOptions options) {
    return new Database(new Postgres(options));
  }

  /**
   * Runs the work in one transaction and commits it. Others may write meanwhile: what the work
   * reads ahead of a change it must have locked, see {@link Catalog#lock} and {@link Catalog#hold}.
   *
   * @throws StoreUnavailable where nothing is known to have been written; repeating must be safe
   * @throws ConstraintViolated where the database refused a row; nothing was written
   */
  public <T extends @org.jspecify.annotations.Nullable Object> T write(Work<T> work) {
    T result = run(writers, work, true);
    fault.set(Optional.empty());
    return result;
  }

  /** Runs the work on one snapshot of the store. */
  public <T extends @org.jspecify.annotations.Nullable Object> T read(Work<T> work) {
    return run(readers, work, false);
  }

  /** Runs the work while nobody can change a sale or its orders, and writes nothing itself. */
  public <T extends @org.jspecify.annotations.Nullable Object> T freeze(String sale, Work<T> work) {
    String sql = "SELECT id FROM sale WHERE id = ?" + dialect.forUpdate();
    return run(
        writers,
        connection -> {
          dialect.awaitTurn(connection, sale, true);
          try (PreparedStatement lock = connection.prepareStatement(sql)) {
            lock.setString(1, sale);
            lock.execute();
          }
          return work.run(connection);
        },
        false);
  }

  private <T extends @org.jspecify.annotations.Nullable Object> T run(
      HikariDataSource pool, Work<T> work, boolean commit) {
    calls.incrementAndGet();
    callListener.run();
    try (Connection connection = pool.getConnection()) {
      begin(pool, connection);
      try {
        T result = work.run(connection);
        if (commit) {
          dialect.commit(connection);
        } else {
          dialect.rollback(connection);
        }
        return result;
      } catch (Throwable t) {
        rollback(pool, connection, t);
        throw t;
      }
    } catch (SQLException e) {
      Optional<ConstraintViolated.Kind> refusal = dialect.refusal(e);
      if (refusal.isPresent()) {
        throw new ConstraintViolated(refusal.get(), String.valueOf(e.getMessage()), e);
      }
      if (pool.equals(writers)) {
        fault.set(Optional.of(String.valueOf(e.getMessage())));
      }
      throw new StoreUnavailable("the database does not answer: " + e.getMessage(), e);
    }
  }

  /** A connection that fails by more than another's lock is not used again: it may be for good. */
  private void begin(HikariDataSource pool, Connection connection) throws SQLException {
    try {
      dialect.begin(connection, pool.equals(writers));
    } catch (SQLException e) {
      if (!dialect.isBusy(e)) {
        pool.evictConnection(connection);
      }
      throw e;
    }
  }

  /** A connection that can not be brought back to its start is not used again. */
  private void rollback(HikariDataSource pool, Connection connection, Throwable cause) {
    try {
      dialect.rollback(connection);
    } catch (SQLException e) {
      cause.addSuppressed(e);
      pool.evictConnection(connection);
    }
  }

  /**
   * Asks the store how well it keeps a commit. It must let a transaction begin that would write;
   * nothing is written, and {@link #fault} stays as it is.
   *
   * @throws StoreUnavailable where it does not answer
   */
  public StoreLook look() {
    return ask(dialect::look);
  }

  /**
   * How far the store's clock is ahead of ours, by the shortest of some round trips; empty where it
   * has none but this machine's.
   *
   * @throws StoreUnavailable where it does not answer
   */
  public Optional<ClockOffset> findClock(InstantSource clock) {
    return ask(
        connection -> {
          Optional<ClockOffset> best = Optional.empty();
          for (int i = 0; i < CLOCK_SAMPLES; i++) {
            Instant asked = clock.instant();
            Optional<Instant> told = dialect.findNow(connection);
            if (told.isEmpty()) {
              return Optional.empty();
            }
            ClockOffset one = ClockOffset.of(asked, told.get(), clock.instant());
            best = Optional.of(best.map(one::better).orElse(one));
          }
          return best;
        });
  }

  private <T> T ask(Work<T> question) {
    try (Connection connection = writers.getConnection()) {
      dialect.begin(connection, true);
      try {
        return question.run(connection);
      } finally {
        dialect.rollback(connection);
      }
    } catch (SQLException e) {
      throw new StoreUnavailable("the database does not answer: " + e.getMessage(), e);
    }
  }

  /** How the database refused a row, for work that must know before its transaction ends. */
  public Optional<ConstraintViolated.Kind> refusal(SQLException error) {
    return dialect.refusal(error);
  }

  /** Whether a statement takes whole columns as arrays: a batch is then one statement. */
  public static boolean takesArrays(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
  }

  /** Whether other processes may work with it at the same time; a file is one process's own. */
  public boolean isShared() {
    return dialect.isShared();
  }

  /** How the store that is open does what each does in its own way. */
  Dialect dialect() {
    return dialect;
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
    writers.close();
  }
}
