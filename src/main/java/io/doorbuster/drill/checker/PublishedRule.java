package io.doorbuster.drill.checker;

import io.doorbuster.drill.checker.Books.BookedWave;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The draw as it is published, written anew from its description, so that a mistake in the gate is
 * not repeated here: the smallest first 8 bytes, unsigned, of HMAC-SHA256(seed, sale, SKU, wave and
 * buyer's hash, a line each) win, each with its quantity, all or nothing, while units last.
 */
final class PublishedRule {
  private static final int HASH_BYTES = 16;

  /** One entry with its rank. */
  record Entered(String buyerHash, int quantity, long priority) {}

  private static final Comparator<Entered> RANK =
      Comparator.<Entered, Long>comparing(Entered::priority, Long::compareUnsigned)
          .thenComparing(Entered::buyerHash);

  private final String sale;
  private final byte[] seed;
  private final byte[] salt;

  /**
   * @param saltKeyHex of the server's secret behind the hashes
   */
  PublishedRule(String sale, String seedHex, String saltKeyHex) {
    this.sale = sale;
    this.seed = HexFormat.of().parseHex(seedHex);
    this.salt = hmac(HexFormat.of().parseHex(saltKeyHex), "buyers of " + sale);
  }

  /** How a buyer stands in the published list; the buyer himself is told it. */
  String buyerHash(String buyer) {
    return HexFormat.of().formatHex(hmac(salt, buyer), 0, HASH_BYTES);
  }

  /** All who entered a wave, the best first. */
  List<Entered> ranked(BookedWave wave) {
    List<Entered> entries = new ArrayList<>();
    byte[] entered = wave.entered();
    ByteBuffer bytes = ByteBuffer.wrap(entered == null ? new byte[0] : entered);
    while (bytes.hasRemaining()) {
      byte[] hash = new byte[HASH_BYTES];
      bytes.get(hash);
      String hex = HexFormat.of().formatHex(hash);
      entries.add(new Entered(hex, bytes.getInt(), priority(wave, hex)));
    }
    entries.sort(RANK);
    return entries;
  }

  /** Those of the ranked who are admitted. */
  static List<Entered> winners(BookedWave wave, List<Entered> ranked) {
    List<Entered> winners = new ArrayList<>();
    int left = wave.units();
    for (Entered entry : ranked.subList(0, Math.min(wave.k(), ranked.size()))) {
      if (entry.quantity() <= left) {
        left -= entry.quantity();
        winners.add(entry);
      }
    }
    return winners;
  }

  private long priority(BookedWave wave, String buyerHash) {
    String message = sale + "\n" + wave.sku() + "\n" + wave.number() + "\n" + buyerHash;
    return ByteBuffer.wrap(hmac(seed, message)).getLong();
  }

  private static byte[] hmac(byte[] key, String message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
