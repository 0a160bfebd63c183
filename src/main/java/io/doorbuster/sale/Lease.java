package io.doorbuster.sale;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to do what only one process of an installation may do at a time.
 *
 * <h2>Design</h2>
 *
 * The holder raises a beat in the store. Who does not see it move for longer than a lease lasts
 * takes it over. Each measures by his own monotonic time, from before his own renewal or from after
 * the beat was seen, so no two clocks are compared and nobody holds it twice; one who was stopped
 * for a while finds it lapsed before he has asked anybody. A store that is one process's own is
 * always held.
 */
public final class Lease implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lease.class);

  /** How long a holder may be silent; what is to be done by one of us waits so long after him. */
  static final Duration LIFE = Duration.ofSeconds(3);

  /** Beside it, for what a holder had begun in the last moment of his lease. */
  private static final Duration MARGIN = Duration.ofMillis(500);

  private record Row(String holder, long beat) {}

  private final Database database;
  private final String name;
  private final LongSupplier nanoTime;
  private final String me = UUID.randomUUID().toString();
  private volatile boolean held;
  private volatile long heldUntilNs;
  private Row seen = new Row("", -1);
  private long seenSinceNs;

  public Lease(Database database, String name, LongSupplier nanoTime) {
    this.database = database;
    this.name = name;
    this.nanoTime = nanoTime;
  }

  /** Whether it is ours at this moment; asked ahead of each step. */
  public boolean isHeld() {
    return !database.isShared() || (held && nanoTime.getAsLong() - heldUntilNs < 0);
  }

  /** Keeps it, or takes it where it is free; called every second or so. */
  public synchronized void renew() {
    if (!database.isShared()) {
      return;
    }
    long beforeNs = nanoTime.getAsLong();
    boolean was = isHeld();
    boolean ours = database.write(connection -> renew(connection, beforeNs));
    heldUntilNs = beforeNs + LIFE.toNanos();
    held = ours;
    if (ours != was) {
      log.info("{}: {}", name, ours ? "this process does it now" : "another process does it");
    }
  }

  /**
   * Waits until it is ours; for a process that can not share its work at all.
   *
   * @throws IllegalStateException where another process keeps it
   */
  public void await() {
    long until = System.nanoTime() + LIFE.plus(MARGIN).plus(LIFE).toNanos();
    renew();
    while (!isHeld()) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(
            "another process works with this database, and sells from its own memory or needs the"
                + " stock in Redis: stop it, or set redis.nodes for both");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(MARGIN.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("stopped while another process was waited for", e);
      }
      renew();
    }
  }

  private boolean renew(Connection connection, long nowNs) throws SQLException {
    if (change(connection, "beat = beat + 1 WHERE name = ? AND holder = ?", name, me)) {
      return true;
    }
    Row row = read(connection);
    if (row == null) {
      String sql =
          "INSERT INTO lease (name, holder, beat) VALUES (?, ?, 0) ON CONFLICT (name) DO NOTHING";
      return execute(connection, sql, name, me);
    }
    if (!row.equals(seen)) {
      seen = row;
      seenSinceNs = nowNs;
    }
    boolean lapsed = nowNs - seenSinceNs > LIFE.plus(MARGIN).toNanos();
    return (row.holder.isEmpty() || lapsed)
        && change(
            connection,
            "beat = beat + 1, holder = ? WHERE name = ? AND holder = ? AND beat = ?",
            me,
            name,
            row.holder,
            row.beat);
  }

  private @Nullable Row read(Connection connection) throws SQLException {
    String sql = "SELECT holder, beat FROM lease WHERE name = ?";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, name);
      ResultSet row = query.executeQuery();
      return row.next() ? new Row(row.getString(1), row.getLong(2)) : null;
    }
  }

  private static boolean change(Connection connection, String rest, Object... values)
      throws SQLException {
    return execute(connection, "UPDATE lease SET " + rest, values);
  }

  private static boolean execute(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate() == 1;
    }
  }

  /** Gives it up, so that another need not wait until it lapses. */
  @Override
  public synchronized void close() {
    held = false;
    try {
      if (database.isShared()) {
        database.write(
            connection ->
                change(connection, "holder = '' WHERE name = ? AND holder = ?", name, me));
      }
    } catch (StoreUnavailable e) {
      log.debug("the lease {} lapses by itself: {}", name, e.getMessage());
    }
  }
}
