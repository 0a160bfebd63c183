package io.doorbuster.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Where events wait, written in the transaction of the change that they tell of. */
public final class Outbox {
  private static final String INSERT =
      "INSERT INTO outbox (id, sale, order_key, type, body, created_at) VALUES (?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT (id) DO NOTHING";

  private Outbox() {}

  /** Adds events to the transaction under way; one that is there already changes nothing. */
  public static void append(Connection connection, List<Event> events) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (Event event : events) {
        insert.setString(1, event.id());
        insert.setString(2, event.sale());
        insert.setString(3, event.key());
        insert.setString(4, event.type());
        insert.setString(5, event.toCloudEvent().encode());
        insert.setLong(6, event.at().toEpochMilli());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
