package io.doorbuster.drill.workload;

import io.doorbuster.sale.Hmac;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Passes that a server must not take. */
final class BadPasses {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private BadPasses() {}

  /** All right but for its signature, or, for every second buyer, without one. */
  static String forged(String sale, String buyer, long expiresAtSeconds) {
    return buyer.hashCode() % 2 == 0
        ? token("none", sale, buyer, expiresAtSeconds) + "."
        : signed(sale, buyer, expiresAtSeconds);
  }

  /** Its time was over in 2001. */
  static String expired(String sale, String buyer) {
    return signed(sale, buyer, 1_000_000_000);
  }

  private static String signed(String sale, String buyer, long expiresAtSeconds) {
    String token = token("HS256", sale, buyer, expiresAtSeconds);
    byte[] key = "a key of his own".getBytes(StandardCharsets.UTF_8);
    return token + "." + BASE64.encodeToString(Hmac.sha256(key, token));
  }

  private static String token(String algorithm, String sale, String buyer, long exp) {
    JsonObject head = new JsonObject().put("alg", algorithm).put("kid", "1");
    JsonObject claims =
        new JsonObject().put("sub", buyer).put("sale", sale).put("ver", 1).put("exp", exp);
    return BASE64.encodeToString(head.toBuffer().getBytes())
        + "."
        + BASE64.encodeToString(claims.toBuffer().getBytes());
  }
}
