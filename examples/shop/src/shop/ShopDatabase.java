package shop;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The shop's own durable data: one SQLite file, one connection, one transaction at a time. */
public final class ShopDatabase implements AutoCloseable {
  private static final List<String> SCHEMA =
      List.of(
          "pragma journal_mode = wal",
          "pragma synchronous = full",
          "create table if not exists event (id text primary key, type text not null)",
          """
          create table if not exists shop_order (
            id text primary key, sale text not null, sku text not null, quantity integer not null,
            price_minor integer not null, currency text not null, buyer text not null,
            shop_ref text, reference text, status text not null, test integer not null)""",
          """
          create table if not exists refund (
            reference text primary key, order_id text not null, amount_minor integer not null,
            currency text not null, reason text)""",
          """
          create table if not exists stock (
            sku text primary key, units integer not null check (units >= 0))""",
          """
          create table if not exists stock_move (
            verb text, key text, sku text not null, quantity integer not null,
            primary key (verb, key))""",
          """
          create table if not exists payment (
            reference text primary key, order_id text not null, amount_minor integer not null,
            currency text not null, status text not null, told integer not null)""",
          """
          create unique index if not exists paid_once
            on payment (order_id) where status = 'paid'""");

  /** Work done whole or not at all. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws SQLException;
  }

  /** One row of an answer, read column by column. */
  @FunctionalInterface
  public interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  private final Connection connection;

  public ShopDatabase(Path file) {
    try {
      connection = DriverManager.getConnection("jdbc:sqlite:" + file);
      try (Statement statement = connection.createStatement()) {
        for (String sql : SCHEMA) {
          statement.execute(sql);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot open " + file, e);
    }
  }

  /** Runs the work in one transaction; what it did is on disk when this returns. */
  public synchronized <T> T transaction(Work<T> work) {
    try {
      connection.setAutoCommit(false);
      try {
        T result = work.run();
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Changes rows and tells how many: 0 from an {@code insert or ignore} means it was there. */
  public synchronized int update(String sql, Object... values) {
    try (PreparedStatement statement = prepare(sql, values)) {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  public synchronized <T> List<T> list(String sql, Row<T> row, Object... values) {
    try (PreparedStatement statement = prepare(sql, values);
        ResultSet rows = statement.executeQuery()) {
      List<T> found = new ArrayList<>();
      while (rows.next()) {
        found.add(row.read(rows));
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  public <T> Optional<T> find(String sql, Row<T> row, Object... values) {
    return list(sql, row, values).stream().findFirst();
  }

  public long number(String sql, Object... values) {
    return find(sql, row -> row.getLong(1), values).orElse(0L);
  }

  private PreparedStatement prepare(String sql, Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
