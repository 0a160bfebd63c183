package io.doorbuster.sale;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
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

  private static WaveRecord part(String gate, int entries, boolean counted, int... buyers) {
    ByteBuffer entered = ByteBuffer.allocate(20 * buyers.length / 2);
    for (int i = 0; i < buyers.length; i += 2) {
      entered.putLong(0).putLong(buyers[i]).putInt(buyers[i + 1]);
    }
    GatePart own = new GatePart(gate, buyers.length / 2, 1, counted);
    return new WaveRecord(
        "boots", "a", 1, OPENED, 10, 9, entries, 3, "00ff", true, entered.array(), own);
  }

  @Test
  void list_waveOfSeveralGates_isOneEntryABuyerWithTheSmallestQuantity(@TempDir Path temp) {
    try (Database database = Texts.database(temp)) {
      WaveTable waves = new WaveTable(database);
      waves.save(List.of(part("two", 4, true, 7, 1, 8, 2)));
      waves.save(List.of(part("one", 4, true, 5, 3, 7, 2)));
      WaveRecord merged = waves.list("boots").getFirst();
      assertThat(merged.complete()).isTrue();
      assertThat(merged.entries()).isEqualTo(4);
      assertThat(merged.admitted()).isEqualTo(3);
      assertThat(merged.entered()).isEqualTo(part("x", 3, true, 5, 3, 7, 1, 8, 2).entered());
      assertThat(waves.listLatest("boots", 5))
          .singleElement()
          .satisfies(wave -> assertThat(wave.entered()).isNull())
          .satisfies(wave -> assertThat(wave.complete()).isTrue());
    }
  }

  @Test
  void list_waveOfWhichAListIsMissing_isNotComplete(@TempDir Path temp) {
    try (Database database = Texts.database(temp)) {
      WaveTable waves = new WaveTable(database);
      waves.save(List.of(part("two", 4, true, 7, 1, 8, 2)));
      assertThat(waves.list("boots").getFirst().complete()).isFalse();
    }
  }

  @Test
  void list_listThatCameAfterTheDraw_isLeftOutAndTheWaveIsNotComplete(@TempDir Path temp) {
    try (Database database = Texts.database(temp)) {
      WaveTable waves = new WaveTable(database);
      waves.save(List.of(part("two", 2, true, 7, 1, 8, 2), part("one", 2, false, 5, 3)));
      WaveRecord merged = waves.list("boots").getFirst();
      assertThat(merged.complete()).isFalse();
      assertThat(merged.entered()).isEqualTo(part("x", 2, true, 7, 1, 8, 2).entered());
    }
  }
}
