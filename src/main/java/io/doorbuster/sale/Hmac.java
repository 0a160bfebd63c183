package io.doorbuster.sale;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256, with one reused {@link Mac} a thread, since making one costs more than its use. */
public final class Hmac {
  private static final String ALGORITHM = "HmacSHA256";
  private static final ThreadLocal<Mac> MACS = ThreadLocal.withInitial(Hmac::newMac);

  private Hmac() {}

  public static byte[] sha256(byte[] key, byte[] message) {
    Mac mac = MACS.get();
    init(mac, key);
    return mac.doFinal(message);
  }

  /** One that keeps its key, for a single thread. */
  public static Mac newMac(byte[] key) {
    Mac mac = newMac();
    init(mac, key);
    return mac;
  }

  private static void init(Mac mac, byte[] key) {
    try {
      mac.init(new SecretKeySpec(key, ALGORITHM));
    } catch (InvalidKeyException e) {
      throw new IllegalArgumentException("an HMAC key has at least one byte", e);
    }
  }

  public static byte[] sha256(byte[] key, String message) {
    return sha256(key, message.getBytes(StandardCharsets.UTF_8));
  }

  /** The plain digest, in lower-case hex. */
  public static String digestHex(byte[] message) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(message));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static Mac newMac() {
    try {
      return Mac.getInstance(ALGORITHM);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
