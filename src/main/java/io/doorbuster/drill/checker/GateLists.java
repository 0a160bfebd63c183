package io.doorbuster.drill.checker;

import io.doorbuster.drill.checker.Books.BookedWave;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lists of waves that several gates held, joined anew by the published rule: of a buyer who
 * entered at many gates counts the entry of the smallest quantity, in the place of his first.
 */
final class GateLists {
  private static final int HASH_BYTES = 16;
  static final String QUERY =
      "SELECT sku, number, entries, admitted, counted, entered FROM wave_entries WHERE sale = ?"
          + " ORDER BY number, sku, gate";

  /** What one gate had of a wave. */
  record GateList(
      String sku,
      long number,
      int entries,
      int admitted,
      boolean counted,
      byte @Nullable [] entered) {}

  private GateLists() {}

  static GateList read(ResultSet row) throws SQLException {
    return new GateList(
        row.getString(1),
        row.getLong(2),
        row.getInt(3),
        row.getInt(4),
        row.getInt(5) != 0,
        row.getBytes(6));
  }

  static List<BookedWave> join(List<BookedWave> waves, List<GateList> all) {
    List<BookedWave> joined = new ArrayList<>();
    for (BookedWave wave : waves) {
      List<GateList> own =
          all.stream()
              .filter(one -> one.number() == wave.number() && one.sku().equals(wave.sku()))
              .toList();
      joined.add(own.isEmpty() ? wave : join(wave, own));
    }
    return List.copyOf(joined);
  }

  private static BookedWave join(BookedWave wave, List<GateList> own) {
    List<GateList> counted = own.stream().filter(GateList::counted).toList();
    int entries = counted.stream().mapToInt(GateList::entries).sum();
    int admitted = own.stream().mapToInt(GateList::admitted).sum();
    boolean first = wave.entries() == 0; // no draw: the gates alone know how many came
    return new BookedWave(
        wave.sku(),
        wave.number(),
        wave.k(),
        wave.units(),
        first ? entries : wave.entries(),
        first ? admitted : wave.admitted(),
        wave.cutOff(),
        wave.complete() && counted.size() == own.size() && (first || entries == wave.entries()),
        entered(counted));
  }

  private static byte @Nullable [] entered(List<GateList> lists) {
    if (lists.stream().allMatch(list -> list.entered() == null)) {
      return null;
    }
    Map<String, Integer> quantities = new LinkedHashMap<>();
    for (GateList list : lists) {
      byte[] entered = list.entered();
      ByteBuffer bytes = ByteBuffer.wrap(entered == null ? new byte[0] : entered);
      while (bytes.hasRemaining()) {
        byte[] hash = new byte[HASH_BYTES];
        bytes.get(hash);
        String buyer = new String(hash, StandardCharsets.ISO_8859_1);
        int quantity = bytes.getInt();
        quantities.merge(buyer, quantity, (a, b) -> a < b ? a : b);
      }
    }
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    quantities.forEach(
        (buyer, quantity) -> {
          joined.writeBytes(buyer.getBytes(StandardCharsets.ISO_8859_1));
          joined.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(quantity).array());
        });
    return joined.toByteArray();
  }
}
