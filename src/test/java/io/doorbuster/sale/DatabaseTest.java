package io.doorbuster.sale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("store")
final class DatabaseTest {
  @TempDir Path folder;
  private Database database;

  @BeforeEach
  void open() {
    database = Stores.open(folder);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private int insert(String sku, int units) {
    return database.write(
        connection -> {
          run(connection, "INSERT INTO product VALUES ('%s', %d)".formatted(sku, units));
          return units;
        });
  }

  private long rows() {
    return database.read(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM product");
            return row.next() ? row.getLong(1) : 0;
          }
        });
  }

  @Test
  void write_thatIsOver_letsOthersWrite() throws SQLException {
    insert("a", 1);
    database.freeze("boots", connection -> 0);
    try (Connection other = Stores.outside(folder)) {
      run(other, Stores.areFiles() ? "BEGIN IMMEDIATE" : "BEGIN");
      run(other, "INSERT INTO product VALUES ('b', 1)");
      run(other, "COMMIT");
    }
    assertThat(rows()).isEqualTo(2);
  }

  @Test
  void write_whileAnotherHoldsTheLock_isUnavailableAndGoesOnAfterwards() throws Exception {
    try (AutoCloseable _ = Stores.outage(folder)) {
      assertThatThrownBy(() -> insert("a", 1)).isInstanceOf(StoreUnavailable.class);
      assertThat(database.fault()).isPresent();
      assertThat(rows()).isZero();
    }
    insert("a", 1);
    assertThat(database.fault()).isEmpty();
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void write_thatFails_leavesNothingAndGoesOn() {
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(
              () ->
                  database.write(
                      connection -> {
                        run(connection, "INSERT INTO product VALUES ('a', 1)");
                        run(connection, "INSERT INTO product VALUES ('b', -1)");
                        return 0;
                      }))
          .isInstanceOf(ConstraintViolated.class);
      assertThatThrownBy(
              () ->
                  database.write(
                      connection -> {
                        run(connection, "INSERT INTO product VALUES ('a', 1)");
                        throw new IllegalStateException("a bug");
                      }))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(rows()).isZero();
    insert("a", 1);
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void freeze_andRead_writeNothing() {
    database.freeze(
        "boots",
        connection -> {
          run(connection, "INSERT INTO product VALUES ('a', 1)");
          return 0;
        });
    assertThatThrownBy(
            () ->
                database.read(
                    connection -> {
                      run(connection, "INSERT INTO product VALUES ('a', 1)");
                      return 0;
                    }))
        .isInstanceOf(StoreUnavailable.class);
    assertThat(rows()).isZero();
  }
}
