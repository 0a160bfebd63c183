package io.doorbuster.outbox;

import io.doorbuster.sale.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The outbox table as the relay and the operators see it. */
public final class OutboxStore {
  /**
   * The first undelivered event of each key, where it may be sent now. By the delivered mark: a row
   * that was committed late has a low number and is not passed over.
   */
  private static final String HEADS =
      """
      SELECT seq, id, sale, order_key, type, body, created_at, attempts FROM outbox o
      WHERE delivered_at IS NULL AND parked_at IS NULL AND next_at <= ?
        AND NOT EXISTS (SELECT 1 FROM outbox before WHERE before.order_key = o.order_key
          AND before.delivered_at IS NULL AND before.seq < o.seq)
      ORDER BY seq LIMIT ?
      """;

  private static final String MARK =
      "UPDATE outbox SET delivered_at = ?, parked_at = ?, attempts = ?, next_at = ?,"
          + " last_error = ? WHERE seq = ? AND delivered_at IS NULL";

  private static final String COUNT = "SELECT COUNT(*) FROM outbox WHERE ";

  private final Database database;
  private final boolean hasSink;

  public OutboxStore(Database database) {
    this(database, true);
  }

  /**
   * @param hasSink whether events go out at all; where none does, none is late
   */
  public OutboxStore(Database database, boolean hasSink) {
    this.database = database;
    this.hasSink = hasSink;
  }

  /** The first undelivered event of each key, the oldest first, at most so many. */
  List<StoredEvent> listHeads(Instant now, int most) {
    return database.read(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(HEADS)) {
            query.setLong(1, now.toEpochMilli());
            query.setInt(2, most);
            ResultSet row = query.executeQuery();
            List<StoredEvent> heads = new ArrayList<>();
            while (row.next()) {
              heads.add(
                  new StoredEvent(
                      row.getLong(1),
                      row.getString(2),
                      row.getString(3),
                      row.getString(4),
                      row.getString(5),
                      row.getString(6),
                      Instant.ofEpochMilli(row.getLong(7)),
                      row.getInt(8)));
            }
            return heads;
          }
        });
  }

  /** Writes what became of events, all in one transaction; writing it again changes nothing. */
  void mark(Collection<Mark> marks) {
    database.write(
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(MARK)) {
            for (Mark mark : marks) {
              setTime(update, 1, mark.deliveredAt());
              setTime(update, 2, mark.parkedAt());
              update.setInt(3, mark.attempts());
              setTime(update, 4, mark.nextAt());
              update.setString(5, mark.error());
              update.setLong(6, mark.seq());
              update.addBatch();
            }
            return update.executeBatch().length;
          }
        });
  }

  private static void setTime(PreparedStatement statement, int index, @Nullable Instant at)
      throws SQLException {
    if (at == null) {
      statement.setNull(index, Types.BIGINT);
    } else {
      statement.setLong(index, at.toEpochMilli());
    }
  }

  public OutboxStatus status(Instant now) {
    return database.read(
        connection -> {
          String waiting = "delivered_at IS NULL AND parked_at IS NULL";
          long oldest =
              number(
                  connection,
                  "SELECT created_at FROM outbox WHERE " + waiting + " ORDER BY seq LIMIT 1");
          long kept =
              number(
                  connection,
                  COUNT + "delivered_at IS NOT NULL AND last_error = '" + Mark.KEPT_BACK + "'");
          return new OutboxStatus(
              number(connection, COUNT + waiting),
              number(connection, COUNT + "delivered_at IS NULL AND parked_at IS NOT NULL"),
              oldest == 0 || !hasSink ? 0 : Math.max(0, now.toEpochMilli() - oldest),
              number(connection, COUNT + "delivered_at IS NOT NULL") - kept,
              kept);
        });
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      ResultSet row = query.executeQuery();
      return row.next() ? row.getLong(1) : 0;
    }
  }

  /** Parked events, the oldest first, at most so many. */
  public List<ParkedEvent> listParked(int most) {
    String sql =
        "SELECT id, sale, order_key, type, created_at, parked_at, attempts, last_error"
            + " FROM outbox WHERE delivered_at IS NULL AND parked_at IS NOT NULL"
            + " ORDER BY seq LIMIT ?";
    return database.read(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setInt(1, most);
            ResultSet row = query.executeQuery();
            List<ParkedEvent> parked = new ArrayList<>();
            while (row.next()) {
              parked.add(
                  new ParkedEvent(
                      row.getString(1),
                      row.getString(2),
                      row.getString(3),
                      row.getString(4),
                      Instant.ofEpochMilli(row.getLong(5)),
                      Instant.ofEpochMilli(row.getLong(6)),
                      row.getInt(7),
                      Optional.ofNullable(row.getString(8)).orElse("")));
            }
            return parked;
          }
        });
  }

  /**
   * Lets parked events go out again, with all their tries before them.
   *
   * @param id of one event, or null for all
   * @return how many there were
   */
  public int retryParked(@Nullable String id) {
    String sql =
        "UPDATE outbox SET parked_at = NULL, attempts = 0, next_at = 0"
            + " WHERE delivered_at IS NULL AND parked_at IS NOT NULL AND (? IS NULL OR id = ?)";
    return database.write(
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setString(1, id);
            update.setString(2, id);
            return update.executeUpdate();
          }
        });
  }
}
