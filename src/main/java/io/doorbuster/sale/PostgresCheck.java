package io.doorbuster.sale;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at a server before it is trusted with orders: who answers, and does it keep a commit. */
final class PostgresCheck {
  private static final Logger log = LoggerFactory.getLogger(PostgresCheck.class);

  /** The oldest server that the store's tests run against. */
  static final int OLDEST = 15;

  /** With any of these off, what a server has acknowledged can be gone after a crash. */
  private static final String UNSAFE =
      "SELECT name FROM pg_settings WHERE setting = 'off'"
          + " AND name IN ('fsync', 'full_page_writes', 'synchronous_commit') ORDER BY name";

  private PostgresCheck() {}

  /**
   * Connects once and looks.
   *
   * @throws IllegalStateException with a sentence that names the mend
   * @throws StoreUnavailable where nobody answers, which may pass
   */
  static void run(DataSource source, PostgresOptions options) {
    try (Connection connection = source.getConnection()) {
      refuseOlder(connection.getMetaData().getDatabaseMajorVersion(), options);
      List<String> unsafe = unsafe(connection);
      if (!unsafe.isEmpty()) {
        refuse(unsafe, options);
      }
    } catch (SQLException e) {
      throw isForGood(e)
          ? new IllegalStateException(reason(e, options), e)
          : new StoreUnavailable(reason(e, options), e);
    }
  }

  /** The same again, of a server that is in use; what it can lose is told and not refused. */
  static StoreLook look(Connection connection, PostgresOptions options) throws SQLException {
    String keeps =
        "PostgreSQL %s at %s, each commit on its disk"
            .formatted(connection.getMetaData().getDatabaseProductVersion(), options.place());
    List<String> weak =
        unsafe(connection).stream()
            .map(name -> name + " is off: set " + name + " = on in postgresql.conf")
            .toList();
    return new StoreLook(keeps, weak, List.of());
  }

  static void refuseOlder(int version, PostgresOptions options) {
    if (version < OLDEST) {
      throw new IllegalStateException(
          "the server at %s is PostgreSQL %d; %d or newer is needed"
              .formatted(options.place(), version, OLDEST));
    }
  }

  private static List<String> unsafe(Connection connection) throws SQLException {
    try (Statement query = connection.createStatement()) {
      ResultSet row = query.executeQuery(UNSAFE);
      List<String> names = new ArrayList<>();
      while (row.next()) {
        names.add(row.getString(1));
      }
      return names;
    }
  }

  private static void refuse(List<String> unsafe, PostgresOptions options) {
    String off = String.join(", ", unsafe);
    if (options.allowUnsafe()) {
      log.warn("{} runs with {} off: a crash of it can lose orders", options.place(), off);
      return;
    }
    throw new IllegalStateException(
        ("%s runs with %s off, so a crash of it can lose orders; set %s in postgresql.conf, or"
                + " store.allowUnsafe: true for a trial")
            .formatted(options.place(), off, String.join(" = on, ", unsafe) + " = on"));
  }

  /** Whether it says no to us, and will go on to. */
  private static boolean isForGood(SQLException e) {
    return Set.of("28P01", "28000", "08004", "3D000").contains(String.valueOf(e.getSQLState()));
  }

  private static String reason(SQLException e, PostgresOptions options) {
    String said = String.valueOf(e.getMessage());
    return switch (String.valueOf(e.getSQLState())) {
      case "28P01", "28000", "08004" ->
          "the database does not let %s in (%s); look at store.user, store.password and pg_hba.conf"
              .formatted(options, said);
      case "3D000" ->
          "there is no such database (%s); make it with CREATE DATABASE, or look at store.url %s"
              .formatted(said, options.place());
      default ->
          "the database at %s does not answer (%s); look at store.url and the server"
              .formatted(options.place(), said);
    };
  }
}
