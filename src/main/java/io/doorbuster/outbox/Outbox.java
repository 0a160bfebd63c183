package io.doorbuster.outbox;

import io.doorbuster.sale.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/** Where events wait, written in the transaction of the change that they tell of. */
public final class Outbox {
  private static final String COLUMNS =
      "INSERT INTO outbox (id, sale, order_key, type, body, created_at)";

  private static final String UNLESS_THERE = " ON CONFLICT (id) DO NOTHING";
  private static final String ONE_ROW = COLUMNS + " VALUES (?, ?, ?, ?, ?, ?)" + UNLESS_THERE;
  private static final String ALL_ROWS =
      COLUMNS + " SELECT * FROM unnest(?, ?, ?, ?, ?, ?)" + UNLESS_THERE;

  private Outbox() {}

  /** Adds events to the transaction under way; one that is there already changes nothing. */
  public static void append(Connection connection, List<Event> events) throws SQLException {
    if (Database.takesArrays(connection)) {
      appendAll(connection, events);
    } else {
      appendEach(connection, events);
    }
  }

  private static void appendAll(Connection connection, List<Event> events) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(ALL_ROWS)) {
      setTexts(insert, 1, events, Event::id);
      setTexts(insert, 2, events, Event::sale);
      setTexts(insert, 3, events, Event::key);
      setTexts(insert, 4, events, Event::type);
      setTexts(insert, 5, events, event -> event.toCloudEvent().encode());
      Long[] times = events.stream().map(event -> event.at().toEpochMilli()).toArray(Long[]::new);
      insert.setArray(6, connection.createArrayOf("int8", times));
      insert.executeUpdate();
    }
  }

  private static void setTexts(
      PreparedStatement insert, int column, List<Event> events, Function<Event, String> text)
      throws SQLException {
    String[] texts = events.stream().map(text).toArray(String[]::new);
    insert.setArray(column, insert.getConnection().createArrayOf("text", texts));
  }

  private static void appendEach(Connection connection, List<Event> events) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(ONE_ROW)) {
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
