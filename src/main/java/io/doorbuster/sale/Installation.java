package io.doorbuster.sale;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What all processes over one store must have in common, since each works with what the others have
 * made: the first one that starts fixes it.
 */
public final class Installation {
  private final Database database;

  public Installation(Database database) {
    this.database = database;
  }

  /**
   * Holds what this process brings against what the store was begun with.
   *
   * @param name as an operator knows it
   * @param mayChange whether nothing depends on it at present, so that another value is taken
   * @throws IllegalStateException where it differs
   */
  public void require(String name, String value, boolean mayChange) {
    String begun = database.write(connection -> keep(connection, name, value, mayChange));
    if (!begun.equals(value)) {
      throw new IllegalStateException(
          ("%s is %s here, and %s where this store is already used; all processes over one store"
                  + " need the same")
              .formatted(name, value, begun));
    }
  }

  private static String keep(Connection connection, String name, String value, boolean mayChange)
      throws SQLException {
    String sql =
        "INSERT INTO installation (name, value) VALUES (?, ?) ON CONFLICT (name) DO "
            + (mayChange ? "UPDATE SET value = excluded.value" : "NOTHING");
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, name);
      insert.setString(2, value);
      insert.executeUpdate();
    }
    String select = "SELECT value FROM installation WHERE name = ?";
    try (PreparedStatement query = connection.prepareStatement(select)) {
      query.setString(1, name);
      ResultSet row = query.executeQuery();
      return row.next() ? row.getString(1) : value;
    }
  }
}
