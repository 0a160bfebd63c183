package io.doorbuster.sale;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("store")
final class WaveTableTest {
  private static final Instant OPENED = Instant.parse("2026-11-27T10:00:00.005Z");

  private static WaveRecord drawn(long number, String sku) {
    return new WaveRecord(
        "boots", sku, number, OPENED, 10, 9, 4, 3, "00ff", true, new byte[] {1, 2, 3});
  }

  @Test
  void save_ofWaves_isReadBackInOrder(@TempDir Path temp) {
    try (Database database = Texts.database(temp)) {
      WaveTable waves = new WaveTable(database);
      WaveRecord first = new WaveRecord("boots", "b", 1, OPENED, 10, 9, 20, 10, null, false, null);
      waves.save(List.of(drawn(2, "a"), first, drawn(1, "a")));
      waves.save(List.of());
      assertThat(waves.list("boots"))
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactly(drawn(1, "a"), first, drawn(2, "a"));
      assertThat(waves.list("socks")).isEmpty();
    }
  }

  @Test
  void save_ofAWaveThatIsKept_changesNothing(@TempDir Path temp) {
    try (Database database = Texts.database(temp)) {
      WaveTable waves = new WaveTable(database);
      waves.save(List.of(drawn(1, "a")));
      waves.save(List.of(new WaveRecord("boots", "a", 1, OPENED, 1, 1, 1, 1, null, false, null)));
      assertThat(waves.list("boots"))
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactly(drawn(1, "a"));
    }
  }
}
