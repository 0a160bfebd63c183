package io.doorbuster.gate.pass;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Hmac;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * Passes as text: standard HS256 JWTs with a header of ours, so that the hot path compares it as a
 * whole and no foreign algorithm is ever looked at.
 */
public final class Passes {
  /** Longer than any pass of ours: a buyer id, a sale id and a shopRef at their limits. */
  public static final int LENGTH_MAX = 4_096;

  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private final PassKeys keys;

  public Passes(PassKeys keys) {
    this.keys = keys;
  }

  /** The same pass gives the same text while its key signs. */
  public String issue(Pass pass) {
    JsonObject claims =
        new JsonObject()
            .put("sub", pass.buyer().value())
            .put("sale", pass.sale())
            .put("v", pass.version())
            .put("exp", pass.expiresAt().getEpochSecond());
    if (pass.shopRef() != null) {
      claims.put("ref", pass.shopRef());
    }
    PassKeys.Key key = keys.signing();
    String payload = ENCODER.encodeToString(claims.encode().getBytes(StandardCharsets.UTF_8));
    String signed = header(key) + "." + payload;
    return signed + "." + ENCODER.encodeToString(Hmac.sha256(key.secret(), signed));
  }

  /** The pass that a text proves, or empty for whatever is not signed by us or is over. */
  public Optional<Pass> verify(String token, Instant now) {
    int payloadAt = token.indexOf('.') + 1;
    int signatureAt = token.lastIndexOf('.') + 1;
    if (token.length() > LENGTH_MAX || payloadAt < 1 || signatureAt <= payloadAt) {
      return Optional.empty();
    }
    String header = token.substring(0, payloadAt - 1);
    for (PassKeys.Key key : keys.all()) {
      if (header(key).equals(header)) {
        return verify(token, payloadAt, signatureAt, key, now);
      }
    }
    return Optional.empty();
  }

  private static Optional<Pass> verify(
      String token, int payloadAt, int signatureAt, PassKeys.Key key, Instant now) {
    try {
      byte[] expected = Hmac.sha256(key.secret(), token.substring(0, signatureAt - 1));
      byte[] signature = DECODER.decode(token.substring(signatureAt));
      if (!MessageDigest.isEqual(expected, signature)) {
        return Optional.empty();
      }
      String payload =
          new String(
              DECODER.decode(token.substring(payloadAt, signatureAt - 1)), StandardCharsets.UTF_8);
      JsonObject claims = new JsonObject(payload);
      Pass pass =
          new Pass(
              claims.getString("sale"),
              new BuyerId(claims.getString("sub")),
              claims.getInteger("v"),
              Instant.ofEpochSecond(claims.getLong("exp")),
              claims.getString("ref"));
      return now.isBefore(pass.expiresAt()) ? Optional.of(pass) : Optional.empty();
    } catch (IllegalArgumentException | DecodeException | ClassCastException e) {
      return Optional.empty();
    }
  }

  private static String header(PassKeys.Key key) {
    String json = "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"" + key.id() + "\"}";
    return ENCODER.encodeToString(json.getBytes(StandardCharsets.US_ASCII));
  }
}
