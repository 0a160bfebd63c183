package shop;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs and verifies what Doorbuster and the shop say to each other, both ways.
 *
 * <p>{@code Doorbuster-Timestamp} is the time in Unix seconds; {@code Doorbuster-Signature} is
 * {@code v1=} and the lower-case hex HMAC-SHA256 of the timestamp, a dot and the raw body. A GET
 * has no body: its path with the query stands in for it.
 */
public final class Signatures {
  public static final String TIMESTAMP = "Doorbuster-Timestamp";
  public static final String SIGNATURE = "Doorbuster-Signature";

  /** Older or newer calls are refused, so that a recorded call cannot be played again later. */
  public static final Duration TOLERANCE = Duration.ofMinutes(5);

  private Signatures() {}

  /** The value of {@value #SIGNATURE} for a body sent at this time. */
  public static String sign(byte[] secret, long unixSeconds, byte[] body) {
    Mac mac = mac(secret);
    mac.update((unixSeconds + ".").getBytes(StandardCharsets.UTF_8));
    return "v1=" + HexFormat.of().formatHex(mac.doFinal(body));
  }

  /** Whether both headers are there, fit the raw body, and are fresh at {@code now}. */
  public static boolean verify(
      byte[] secret, String timestamp, String signature, byte[] body, Instant now) {
    if (timestamp == null || signature == null || !timestamp.matches("[0-9]{1,12}")) {
      return false;
    }
    long sentAt = Long.parseLong(timestamp);
    boolean fresh = Math.abs(now.getEpochSecond() - sentAt) <= TOLERANCE.toSeconds();
    return fresh && same(sign(secret, sentAt, body), signature);
  }

  /**
   * Whether a payment link ends in the hex HMAC-SHA256 of all that stands before {@code &sig=}. Its
   * age is bounded by its own {@code payBefore}, which is signed too, not by a tolerance.
   */
  public static boolean verifyQuery(byte[] secret, String rawQuery) {
    int at = rawQuery.lastIndexOf("&sig=");
    return at > 0 && same(signQuery(secret, rawQuery.substring(0, at)), rawQuery.substring(at + 5));
  }

  /** The value of {@code sig} for a query that ends before it. */
  public static String signQuery(byte[] secret, String query) {
    return HexFormat.of().formatHex(mac(secret).doFinal(query.getBytes(StandardCharsets.UTF_8)));
  }

  /** Takes the same time wherever the two differ, so that a forger learns nothing from it. */
  private static boolean same(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  private static Mac mac(byte[] secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
