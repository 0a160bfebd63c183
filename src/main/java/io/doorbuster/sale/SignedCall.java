package io.doorbuster.sale;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The signature of every call between us and the shop, in both directions: HMAC-SHA256 over {@code
 * timestamp + "." + raw body}; for a GET the body is the path with its query.
 */
public final class SignedCall {
  public static final String TIMESTAMP = "Doorbuster-Timestamp";
  public static final String SIGNATURE = "Doorbuster-Signature";

  /** How far the two clocks may differ, and how long a recorded call could be played again. */
  public static final Duration TOLERANCE = Duration.ofMinutes(5);

  private SignedCall() {}

  /** The value of the signature header. */
  public static String sign(byte[] secret, long timestamp, byte[] body) {
    ByteArrayOutputStream message = new ByteArrayOutputStream(body.length + 16);
    message.writeBytes((timestamp + ".").getBytes(StandardCharsets.US_ASCII));
    message.writeBytes(body);
    return "v1=" + HexFormat.of().formatHex(Hmac.sha256(secret, message.toByteArray()));
  }

  public static boolean verify(
      byte[] secret,
      @Nullable String timestamp,
      @Nullable String signature,
      byte[] body,
      Instant now) {
    if (timestamp == null || signature == null || !timestamp.matches("\\d{1,12}")) {
      return false;
    }
    long seconds = Long.parseLong(timestamp);
    if (Math.abs(now.getEpochSecond() - seconds) > TOLERANCE.toSeconds()) {
      return false;
    }
    byte[] expected = sign(secret, seconds, body).getBytes(StandardCharsets.US_ASCII);
    return MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.ISO_8859_1));
  }
}
