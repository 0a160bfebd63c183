package io.doorbuster.sale;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts waves together that several gates held, by the draw's own rule: a buyer who entered at many
 * gates is one entry, that of the smallest quantity. A wave of which a gate's list is missing, or
 * came after the draw, is not complete.
 */
final class MergedWaves {
  /** One gate's part of a wave, as it is stored. */
  record Part(String sku, long number, GatePart gate, byte @Nullable [] entered) {}

  private record Key(String sku, long number) {}

  /** A buyer's salted hash. */
  private record Buyer(long high, long low) {}

  private MergedWaves() {}

  static List<WaveRecord> merge(List<WaveRecord> waves, List<Part> parts) {
    Map<Key, List<Part>> byWave = new HashMap<>();
    for (Part part : parts) {
      byWave.computeIfAbsent(new Key(part.sku, part.number), k -> new ArrayList<>()).add(part);
    }
    return waves.stream()
        .map(
            wave -> {
              List<Part> own = byWave.get(new Key(wave.sku(), wave.number()));
              return own == null ? wave : merge(wave, own);
            })
        .toList();
  }

  /** Of those who came first the wave's row has no sums; of a draw it has them all. */
  private static WaveRecord merge(WaveRecord wave, List<Part> parts) {
    int entries = 0;
    int admitted = 0;
    boolean late = false;
    for (Part part : parts) {
      late |= !part.gate.counted();
      entries += part.gate.counted() ? part.gate.entries() : 0;
      admitted += part.gate.admitted();
    }
    boolean first = wave.entries() == 0;
    return new WaveRecord(
        wave.sale(),
        wave.sku(),
        wave.number(),
        wave.openedAt(),
        wave.k(),
        wave.units(),
        first ? entries : wave.entries(),
        first ? admitted : wave.admitted(),
        wave.cutOff(),
        wave.complete() && !late && (first || entries == wave.entries()),
        entered(parts));
  }

  private static byte @Nullable [] entered(List<Part> parts) {
    Map<Buyer, Integer> buyers = new LinkedHashMap<>();
    boolean any = false;
    for (Part part : parts) {
      if (part.entered != null && part.gate.counted()) {
        any = true;
        ByteBuffer bytes = ByteBuffer.wrap(part.entered);
        while (bytes.hasRemaining()) {
          buyers.merge(new Buyer(bytes.getLong(), bytes.getLong()), bytes.getInt(), Math::min);
        }
      }
    }
    if (!any) {
      return null;
    }
    ByteBuffer merged = ByteBuffer.allocate(buyers.size() * (2 * Long.BYTES + Integer.BYTES));
    buyers.forEach(
        (buyer, quantity) -> merged.putLong(buyer.high).putLong(buyer.low).putInt(quantity));
    return merged.array();
  }
}
