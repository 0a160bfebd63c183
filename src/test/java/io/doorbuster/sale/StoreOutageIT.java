package io.doorbuster.sale;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("store")
final class StoreOutageIT {
  private Path folder;
  private Database database;

  @BeforeEach
  void open(@TempDir Path temp) {
    folder = temp;
    database = Texts.database(folder);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void write() {
    database.write(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate("DELETE FROM heartbeat");
          }
        });
  }

  @Test
  void write_byManyDuringAnOutage_answersEachWithinBounds() throws Exception {
    AtomicInteger refused = new AtomicInteger();
    try (AutoCloseable _ = Stores.outage(folder)) {
      long start = System.nanoTime();
      Thread[] many = new Thread[12];
      for (int i = 0; i < many.length; i++) {
        many[i] =
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        write();
                      } catch (StoreUnavailable e) {
                        refused.incrementAndGet();
                      }
                    });
      }
      for (Thread one : many) {
        one.join();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    }
    assertThat(refused).hasValue(12);
    write();
  }
}
