package io.doorbuster.drill.workload;

import io.doorbuster.sale.Hmac;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Passes that a server must not take, made from good ones. */
final class BadPasses {
  /** In 2001. */
  private static final long LONG_AGO_SECONDS = 1_000_000_000;

  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private BadPasses() {}

  /** Somebody else's name under one's own signature, or, where asked, under none at all. */
  static String forged(String good, String victim, boolean unsigned) {
    String[] parts = good.split("\\.", -1);
    String claims = encode(claims(parts).put("sub", victim));
    return unsigned
        ? encode(new JsonObject().put("alg", "none").put("typ", "JWT")) + "." + claims + "."
        : parts[0] + "." + claims + "." + parts[parts.length - 1];
  }

  /**
   * Right but for its time.
   *
   * @param source of the key that signs; without one the signature is wrong too
   */
  static String expired(String good, PassSource source) {
    String[] parts = good.split("\\.", -1);
    String signed = parts[0] + "." + encode(claims(parts).put("exp", LONG_AGO_SECONDS));
    Optional<byte[]> key = source.findKey(decode(parts[0]).getString("kid", ""));
    byte[] secret = key.orElseGet(() -> "no key".getBytes(StandardCharsets.UTF_8));
    return signed + "." + ENCODER.encodeToString(Hmac.sha256(secret, signed));
  }

  private static JsonObject claims(String[] parts) {
    return decode(parts[1]);
  }

  private static JsonObject decode(String part) {
    return new JsonObject(new String(DECODER.decode(part), StandardCharsets.UTF_8));
  }

  private static String encode(JsonObject json) {
    return ENCODER.encodeToString(json.encode().getBytes(StandardCharsets.UTF_8));
  }
}
