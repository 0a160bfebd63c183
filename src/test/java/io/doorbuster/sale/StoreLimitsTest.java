package io.doorbuster.sale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("store")
final class StoreLimitsTest {
  private static final String SALE =
      "INSERT INTO sale (id, definition, phase, seed) VALUES ('s', '{}', 'DRAFT', '00')";
  private static final String SKU =
      "INSERT INTO sku (sale, id, allotted, sold) VALUES ('s', 'k', 10, 0)";

  private Path folder;
  private Database database;

  @BeforeEach
  void open(@TempDir Path temp) {
    folder = temp;
    database = Texts.database(folder);
    write(SALE);
    write(SKU);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void write(String sql) {
    database.write(connection -> execute(connection, sql));
  }

  private static int execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.execute(sql) ? 0 : statement.getUpdateCount();
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getLong(1) : -1;
    }
  }

  private long read(String sql) {
    return database.read(connection -> number(connection, sql));
  }

  private static String order(String id, String liveKey) {
    return "INSERT INTO orders (id, sale, sku, buyer, quantity, price_minor, status, live_key,"
        + " shard, wave, admitted_at, created_at, pay_before, changed_at) VALUES ('%s', 's', 'k',"
            .formatted(id)
        + " 'b', 1, 1, 'PLACED', %s, 0, 0, 0, 0, 0, 0)".formatted(liveKey);
  }

  @Test
  void write_ofWork_isOneTransaction() {
    assertThatThrownBy(
            () ->
                database.write(
                    connection -> {
                      execute(connection, "UPDATE sku SET sold = 5");
                      throw new IllegalStateException("in the middle");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(read("SELECT sold FROM sku")).isZero();
    write("UPDATE sku SET sold = 5");
    assertThat(read("SELECT sold FROM sku")).isEqualTo(5);
  }

  @Test
  @Tag("file")
  void pragmas_ofEveryConnection_makeACommitDurable() {
    Database.Work<String> settings =
        connection ->
            number(connection, "PRAGMA synchronous")
                + " "
                + number(connection, "PRAGMA foreign_keys")
                + " "
                + number(connection, "PRAGMA busy_timeout");
    assertThat(database.write(settings)).isEqualTo("2 1 1000");
    assertThat(read("PRAGMA query_only")).isOne();
    database.read(
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet row = statement.executeQuery("PRAGMA journal_mode")) {
            assertThat(row.getString(1)).isEqualTo("wal");
          }
          return 0;
        });
  }

  @Test
  void read_thatWrites_isRefused() {
    assertThatThrownBy(
            () -> database.read(connection -> execute(connection, "UPDATE sku SET sold = 1")))
        .isInstanceOf(StoreUnavailable.class);
    assertThat(read("SELECT sold FROM sku")).isZero();
    assertThat(database.fault()).isEmpty();
  }

  @Test
  void sold_aboveTheAllotment_isRefusedByTheDatabase() {
    write("UPDATE sku SET sold = 10");
    for (String wrong :
        new String[] {
          "UPDATE sku SET sold = sold + 1",
          "UPDATE sku SET sold = -1",
          "UPDATE sku SET allotted = 9",
          "UPDATE sku SET returned = 1",
          "UPDATE sku SET returned = -1"
        }) {
      assertThatThrownBy(() -> write(wrong)).as(wrong).isInstanceOf(ConstraintViolated.class);
    }
    assertThat(read("SELECT sold FROM sku")).isEqualTo(10);
    assertThat(database.fault()).isEmpty();
  }

  @Test
  void orders_twoLiveOnesOfABuyer_areRefusedByTheDatabase() {
    write(order("o1", "'s b'"));
    assertThatThrownBy(() -> write(order("o2", "'s b'"))).isInstanceOf(ConstraintViolated.class);
    assertThatThrownBy(() -> write(order("o1", "null"))).isInstanceOf(ConstraintViolated.class);
    write(order("o3", "null"));
    write(order("o4", "null"));
    write("UPDATE orders SET live_key = null, status = 'EXPIRED' WHERE id = 'o1'");
    write(order("o5", "'s b'"));
    assertThat(read("SELECT count(*) FROM orders")).isEqualTo(4);
  }

  @Test
  void rows_ofUnknownKind_areRefused() {
    for (String wrong :
        new String[] {
          order("o1", "null").replace("'PLACED'", "'LOST'"),
          order("o1", "null").replace("'b', 1", "'b', 0"),
          "UPDATE sale SET phase = 'OPEN'",
          "DELETE FROM sale",
          "INSERT INTO heartbeat (id, at) VALUES (2, 0)",
          "INSERT INTO product (sku, units) VALUES ('k', -1)"
        }) {
      assertThatThrownBy(() -> write(wrong)).as(wrong).isInstanceOf(ConstraintViolated.class);
    }
  }

  @Test
  void freeze_whileItLasts_keepsWritersOutAndWritesNothing() throws Exception {
    CountDownLatch frozen = new CountDownLatch(1);
    CountDownLatch thaw = new CountDownLatch(1);
    Thread auditor =
        Thread.ofVirtual()
            .start(
                () ->
                    database.freeze(
                        "s",
                        connection -> {
                          execute(connection, "UPDATE sku SET sold = 7");
                          frozen.countDown();
                          await(thaw);
                          return 0;
                        }));
    frozen.await();
    AtomicBoolean written = new AtomicBoolean();
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  write("UPDATE sku SET sold = sold + 1");
                  written.set(true);
                });
    assertThat(read("SELECT sold FROM sku")).isZero();
    Thread.sleep(100);
    assertThat(written).isFalse();
    thaw.countDown();
    auditor.join();
    writer.join();
    assertThat(read("SELECT sold FROM sku")).isOne();
  }

  @Test
  void read_whileOthersWrite_seesOneMoment() throws Exception {
    long[] seen = new long[2];
    database.read(
        connection -> {
          seen[0] = number(connection, "SELECT sold FROM sku");
          write("UPDATE sku SET sold = 3");
          seen[1] = number(connection, "SELECT sold FROM sku");
          return 0;
        });
    assertThat(seen).containsExactly(0, 0);
    assertThat(read("SELECT sold FROM sku")).isEqualTo(3);
  }

  @Test
  @Tag("file")
  void write_onAFullDisk_saysSoAndRecovers() {
    long pages = database.write(connection -> number(connection, "PRAGMA page_count"));
    database.write(connection -> number(connection, "PRAGMA max_page_count = " + pages));
    String bulk =
        "INSERT INTO operator_log (at, action, detail) VALUES (0, 'x', hex(zeroblob(100000)))";
    assertThatThrownBy(() -> write(bulk))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("full");
    assertThat(database.fault()).hasValueSatisfying(why -> assertThat(why).contains("full"));
    assertThat(read("SELECT count(*) FROM operator_log")).isZero();
    database.write(connection -> number(connection, "PRAGMA max_page_count = 1000000"));
    write(bulk);
    assertThat(read("SELECT count(*) FROM operator_log")).isOne();
    assertThat(database.fault()).isEmpty();
  }

  @Test
  @Tag("file")
  void write_toAReadOnlyStore_saysSoAndRecovers() {
    database.write(connection -> execute(connection, "PRAGMA query_only = true"));
    assertThatThrownBy(() -> write("UPDATE sku SET sold = 1"))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("readonly");
    assertThat(database.fault()).isPresent();
    write("UPDATE sku SET sold = 1");
    assertThat(database.fault()).isEmpty();
  }

  @Test
  void write_whileTheFileIsLockedFromOutside_failsSoonAndRecovers() throws Exception {
    try (AutoCloseable _ = Stores.outage(folder)) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> write("UPDATE sku SET sold = 1"))
          .isInstanceOf(StoreUnavailable.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(500), Duration.ofSeconds(3));
      assertThat(database.fault()).isPresent();
      assertThat(read("SELECT sold FROM sku")).as("readers go on").isZero();
    }
    write("UPDATE sku SET sold = 1");
    assertThat(read("SELECT sold FROM sku")).isOne();
    assertThat(database.fault()).isEmpty();
  }

  @Test
  void calls_ofEachKind_areCountedAndHeard() {
    AtomicInteger heard = new AtomicInteger();
    long before = database.calls();
    database.onCall(heard::incrementAndGet);
    write("UPDATE sku SET sold = 1");
    read("SELECT 1");
    database.freeze("s", connection -> 0);
    assertThat(database.calls() - before).isEqualTo(3);
    assertThat(heard).hasValue(3);
  }

  @Test
  void open_again_findsWhatWasCommitted() {
    write("UPDATE sku SET sold = 4");
    database.close();
    database = Texts.database(folder);
    assertThat(read("SELECT sold FROM sku")).isEqualTo(4);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
