package io.doorbuster.sale;

import com.zaxxer.hikari.HikariConfig;
import io.doorbuster.sale.ConstraintViolated.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.util.PSQLState;

/**
 * PostgreSQL 15 or newer, for many writers in many processes.
 *
 * <h2>Design</h2>
 *
 * Writes are READ COMMITTED, so that a statement that had to wait for a lock sees what the other
 * has committed; reads are REPEATABLE READ, one snapshot a transaction. What SQLite's one writer
 * gave for free is a lock on the sale's row here: who changes its phase, its epoch or its books as
 * a whole locks it ({@link Catalog#lock}); who changes single orders holds it ({@link
 * Catalog#hold}), and many may hold it at once. Locks are taken in one order, so that nobody waits
 * in a circle: the sale's row, orders, SKUs by their id, intents and events. A circle all the same
 * ends as {@link StoreUnavailable}, which every caller repeats.
 *
 * <p>Row locks have no queue: while a row is held, others who want to hold it too pass the one who
 * waits to lock it, so busy writers could keep a pause out for ever. Advisory locks do have one, so
 * each of them takes that lock of the sale first; the row's lock alone is what protects.
 */
record Postgres(PostgresOptions options) implements Dialect {
  /** What the server waits for a statement of ours before it takes us for gone. */
  private static final int IDLE_IN_TRANSACTION_MS = 10_000;

  /** A server that says nothing for so long is away; nothing of ours takes that long. */
  private static final int SOCKET_TIMEOUT_S = 30;

  /** The class of errors by which a server refuses values, such as text that it can not hold. */
  private static final String DATA_EXCEPTION = "22";

  private static final String INTEGRITY = "23";

  /** The class of errors of transactions that met: a deadlock, a snapshot that is too old. */
  private static final String ROLLBACK = "40";

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public void migrate() {
    PostgresCheck.run(source(), options);
    try {
      Flyway.configure()
          .dataSource(source())
          .locations("classpath:db/postgresql")
          .loggers("slf4j")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new IllegalStateException(
          "the tables can not be made in %s: %s; store.user must own the schema"
              .formatted(options, e.getMessage()),
          e);
    }
  }

  @Override
  public HikariConfig writers() {
    HikariConfig config = pool(options.connections() / 2, "writer");
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    return config;
  }

  @Override
  public HikariConfig readers() {
    HikariConfig config = pool(options.connections() - options.connections() / 2, "reader");
    config.setReadOnly(true);
    config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
    return config;
  }

  private HikariConfig pool(int size, String name) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source());
    config.setPoolName(name);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(size);
    config.setAutoCommit(false);
    config.setConnectionTimeout(options.patience().toMillis());
    config.setValidationTimeout(Math.min(1_000, options.patience().toMillis()));
    return config;
  }

  private PGSimpleDataSource source() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    try {
      source.setUrl(options.url());
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "store.url is not as jdbc:postgresql://host:5432/database: " + options.place(), e);
    }
    source.setUser(options.user());
    source.setPassword(options.password());
    source.setApplicationName("doorbuster");
    source.setTargetServerType("primary");
    source.setConnectTimeout((int) Math.max(1, options.patience().toSeconds()));
    source.setSocketTimeout(SOCKET_TIMEOUT_S);
    source.setTcpKeepAlive(true);
    source.setReWriteBatchedInserts(true);
    source.setOptions(
        "-c lock_timeout=%d -c idle_in_transaction_session_timeout=%d"
            .formatted(options.patience().toMillis(), IDLE_IN_TRANSACTION_MS));
    return source;
  }

  /** The driver begins by itself, with the first statement. */
  @Override
  public void begin(Connection connection, boolean write) {}

  @Override
  public void commit(Connection connection) throws SQLException {
    connection.commit();
  }

  @Override
  public void rollback(Connection connection) throws SQLException {
    connection.rollback();
  }

  @Override
  public Optional<Kind> refusal(SQLException error) {
    String state = String.valueOf(error.getSQLState());
    if (state.equals(PSQLState.UNIQUE_VIOLATION.getState())) {
      return Optional.of(Kind.DUPLICATE);
    }
    if (state.equals(PSQLState.CHECK_VIOLATION.getState())) {
      return Optional.of(Kind.CHECK);
    }
    boolean row = state.startsWith(INTEGRITY) || state.startsWith(DATA_EXCEPTION);
    return row ? Optional.of(Kind.OTHER) : Optional.empty();
  }

  @Override
  public boolean isBusy(SQLException error) {
    return String.valueOf(error.getSQLState()).startsWith(ROLLBACK);
  }

  @Override
  public void awaitTurn(Connection connection, String sale, boolean alone) throws SQLException {
    String lock = alone ? "pg_advisory_xact_lock" : "pg_advisory_xact_lock_shared";
    try (PreparedStatement wait =
        connection.prepareStatement("SELECT " + lock + "(hashtextextended(?, 0))")) {
      wait.setString(1, sale);
      wait.execute();
    }
  }

  @Override
  public StoreLook look(Connection connection) throws SQLException {
    return PostgresCheck.look(connection, options);
  }

  /** Not {@code now()}, which is when the transaction began. */
  @Override
  public Optional<Instant> findNow(Connection connection) throws SQLException {
    try (Statement query = connection.createStatement()) {
      ResultSet row = query.executeQuery("SELECT clock_timestamp()");
      row.next();
      return Optional.of(row.getObject(1, OffsetDateTime.class).toInstant());
    }
  }

  @Override
  public String forUpdate() {
    return " FOR UPDATE";
  }

  @Override
  public String forShare() {
    return " FOR SHARE";
  }
}
