package io.doorbuster.gate;

import io.doorbuster.sale.Hmac;
import io.doorbuster.sale.WaveRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * Who is drawn: a buyer's priority in a wave is an HMAC under the sale's seed, and the smallest
 * win. Nobody can move his own, and with the seed published anybody can compute all.
 */
public final class Draw {
  /** What the published list says of one entry. */
  public record Published(BuyerHash buyer, int quantity) {}

  /** An entry's rank: the smaller is drawn first; ties, of one in 2^64, go by the hash. */
  private record Ranked(Published entry, long priority) {}

  private static final Comparator<Ranked> RANK =
      Comparator.<Ranked, Long>comparing(Ranked::priority, Long::compareUnsigned)
          .thenComparing(ranked -> ranked.entry.buyer);

  private final byte[] seed;
  private final String sale;

  /**
   * The draws of one sale.
   *
   * @param seed 64 hex digits
   */
  public Draw(String sale, String seed) {
    this.sale = sale;
    this.seed = HexFormat.of().parseHex(seed);
  }

  /** What stands on the page before the start: the SHA-256 of the seed. */
  public static String commitment(String seed) {
    return Hmac.digestHex(HexFormat.of().parseHex(seed));
  }

  /** The first 64 bits of the HMAC, compared as unsigned. */
  public long priority(String sku, long wave, BuyerHash buyer) {
    String message = String.join("\n", sale, sku, Long.toString(wave), buyer.toString());
    return ByteBuffer.wrap(Hmac.sha256(seed, message.getBytes(StandardCharsets.UTF_8))).getLong();
  }

  /** The smallest k in their order, each with its quantity, all or nothing, while units last. */
  public List<BuyerHash> winners(WaveRecord wave) {
    List<Ranked> ranked = new ArrayList<>();
    for (Published entry : entries(wave)) {
      ranked.add(new Ranked(entry, priority(wave.sku(), wave.number(), entry.buyer())));
    }
    ranked.sort(RANK);
    List<BuyerHash> winners = new ArrayList<>();
    int units = wave.units();
    for (Ranked next : ranked.subList(0, Math.min(wave.k(), ranked.size()))) {
      if (next.entry.quantity() <= units) {
        units -= next.entry.quantity();
        winners.add(next.entry.buyer());
      }
    }
    return winners;
  }

  /** The entries of a published wave, in the order of their arrival. */
  public static List<Published> entries(WaveRecord wave) {
    List<Published> entries = new ArrayList<>();
    if (wave.entered() != null) {
      ByteBuffer entered = ByteBuffer.wrap(wave.entered());
      while (entered.hasRemaining()) {
        entries.add(new Published(BuyerHash.read(entered), entered.getInt()));
      }
    }
    return entries;
  }
}
