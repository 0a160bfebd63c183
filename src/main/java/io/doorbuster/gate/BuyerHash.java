package io.doorbuster.gate;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Hmac;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A buyer in a published draw: 128 bits of a hash salted by a secret that is never published, so
 * that nobody can look up who took part, while each buyer can be told his own.
 */
public record BuyerHash(long high, long low) implements Comparable<BuyerHash> {
  /** Of one hash, in bytes. */
  public static final int BYTES = 16;

  static BuyerHash of(byte[] salt, BuyerId buyer) {
    ByteBuffer hash = ByteBuffer.wrap(Hmac.sha256(salt, buyer.value()));
    return new BuyerHash(hash.getLong(), hash.getLong());
  }

  public static BuyerHash read(ByteBuffer from) {
    return new BuyerHash(from.getLong(), from.getLong());
  }

  /** As unsigned 128-bit numbers. */
  @Override
  public int compareTo(BuyerHash other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }
}
