package io.doorbuster.sale;

import java.util.Optional;

/**
 * An order's name: 128 bits as 26 characters of Crockford's base32, ordered by time. From the high
 * end: 48 bits of milliseconds since 1970, 8 of the shard, 8 of a counter, 64 that only {@link
 * OrderIds} can make.
 */
public record OrderId(long high, long low) implements Comparable<OrderId> {
  private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
  private static final int LENGTH = 26;

  public long createdAtMs() {
    return high >>> 16;
  }

  public int shard() {
    return (int) (high >>> 8) & 0xff;
  }

  /** Reads the 26 characters; upper case only, so that one order has one name. */
  public static Optional<OrderId> parse(String text) {
    if (text.length() != LENGTH || text.charAt(0) > '7') {
      return Optional.empty();
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < LENGTH; i++) {
      int digit = digit(text.charAt(i));
      if (digit < 0) {
        return Optional.empty();
      }
      high = high << 5 | low >>> 59;
      low = low << 5 | digit;
    }
    return Optional.of(new OrderId(high, low));
  }

  private static int digit(char c) {
    for (int i = 0; i < DIGITS.length; i++) {
      if (DIGITS[i] == c) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public int compareTo(OrderId other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    char[] text = new char[LENGTH];
    long h = high;
    long l = low;
    for (int i = LENGTH - 1; i >= 0; i--) {
      text[i] = DIGITS[(int) l & 31];
      l = l >>> 5 | h << 59;
      h >>>= 5;
    }
    return new String(text);
  }
}
