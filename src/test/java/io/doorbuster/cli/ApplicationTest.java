package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.doorbuster.sale.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The kernel says which files are open. */
@EnabledOnOs(OS.LINUX)
final class ApplicationTest {
  @TempDir Path folder;

  /** A sale that nobody can read. */
  private void breakTheCatalog() {
    try (Database database = Database.open(folder.resolve("doorbuster.db"))) {
      database.write(
          connection -> {
            try (Statement insert = connection.createStatement()) {
              return insert.executeUpdate(
                  "INSERT INTO sale (id, definition, phase, seed)"
                      + " VALUES ('x', 'garbage', 'DRAFT', 'none')");
            }
          });
    }
  }

  private List<Path> openFiles() {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.map(ApplicationTest::target).filter(file -> file.startsWith(folder)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      return descriptor; // closed meanwhile
    }
  }

  @Test
  void open_thatFails_leavesNothingOpen() throws Exception {
    breakTheCatalog();
    Settings settings =
        Settings.read(null, Map.of(), Map.of("data", folder.toString(), "gate.warmUp", "0s"));
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    DataFolder taken = DataFolder.take(folder);
    assertThat(openFiles()).isNotEmpty();
    assertThatThrownBy(() -> Application.open(settings, taken, false, InstantSource.system()))
        .isInstanceOf(RuntimeException.class);

    assertThat(openFiles()).isEmpty();
    DataFolder.take(folder).close();
    await()
        .untilAsserted(
            () -> {
              Set<Thread> left = new HashSet<>(Thread.getAllStackTraces().keySet());
              left.removeAll(before);
              assertThat(left)
                  .extracting(Thread::getName)
                  .noneMatch(name -> name.startsWith("vert.x") || name.startsWith("risk-"));
            });
  }
}
