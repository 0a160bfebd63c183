package io.doorbuster.gate.pass;

import io.doorbuster.sale.BuyerId;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pass's claims from their bytes in the one form in which {@link Passes#issue} writes them.
 * It says nothing of any other form: that is left to a general reader of JSON.
 */
final class PassClaims {
  private static final byte[] BUYER = ascii("{\"sub\":\"");
  private static final byte[] SALE = ascii("\",\"sale\":\"");
  private static final byte[] VERSION = ascii("\",\"v\":");
  private static final byte[] EXPIRES_AT = ascii(",\"exp\":");
  private static final byte[] SHOP_REF = ascii(",\"ref\":\"");
  private static final byte[] END = ascii("}");
  private static final byte[] END_OF_TEXT = ascii("\"}");

  /** No number of more digits can overflow. */
  private static final int DIGITS_MAX = 18;

  private final byte[] json;
  private int at;
  private boolean strayed;

  private PassClaims(byte[] json) {
    this.json = json;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Null where the claims are of another form, or are none of a pass. */
  static @Nullable Pass read(byte[] json) {
    return new PassClaims(json).read();
  }

  private @Nullable Pass read() {
    expect(BUYER);
    String buyer = text();
    expect(SALE);
    String sale = text();
    expect(VERSION);
    long version = number();
    expect(EXPIRES_AT);
    long expiresAt = number();
    String shopRef = null;
    if (startsWith(SHOP_REF)) {
      expect(SHOP_REF);
      shopRef = text();
      expect(END_OF_TEXT);
    } else {
      expect(END);
    }
    if (strayed || at != json.length || version > Integer.MAX_VALUE || !BuyerId.isValid(buyer)) {
      return null;
    }
    try {
      Instant end = Instant.ofEpochSecond(expiresAt);
      return new Pass(sale, new BuyerId(buyer), (int) version, end, shopRef);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private boolean startsWith(byte[] part) {
    return Arrays.mismatch(part, 0, part.length, json, at, Math.min(at + part.length, json.length))
        < 0;
  }

  private void expect(byte[] part) {
    if (startsWith(part)) {
      at += part.length;
    } else {
      strayed = true;
    }
  }

  /** Up to the next quote; one with an escape in it is left to the general reader. */
  private String text() {
    int start = at;
    while (at < json.length && json[at] != '"') {
      strayed |= json[at] == '\\' || (json[at] >= 0 && json[at] < ' ');
      at++;
    }
    return new String(json, start, at - start, StandardCharsets.UTF_8);
  }

  private long number() {
    int start = at;
    long number = 0;
    while (at < json.length && json[at] >= '0' && json[at] <= '9' && at - start < DIGITS_MAX) {
      number = 10 * number + (json[at] - '0');
      at++;
    }
    strayed |= at == start || (json[start] == '0' && at - start > 1);
    return number;
  }
}
