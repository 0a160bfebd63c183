package io.doorbuster.gate.pass;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Hmac;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Passes as text: standard HS256 JWTs with a header of ours, so that the hot path compares it as a
 * whole and no foreign algorithm is ever looked at.
 */
public final class Passes {
  /** Longer than any pass of ours: buyer id, sale id and shopRef at their limits, all escaped. */
  public static final int LENGTH_MAX = 6_144;

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
    PassKeys.Signer signer = keys.signers().getFirst();
    String payload = ENCODER.encodeToString(claims.encode().getBytes(StandardCharsets.UTF_8));
    String signed = signer.header() + "." + payload;
    return signed + "." + ENCODER.encodeToString(Hmac.sha256(signer.key().secret(), signed));
  }

  /** The pass that a text proves, or empty for whatever is not signed by us or is over. */
  public Optional<Pass> verify(String token, Instant now) {
    int payloadAt = token.indexOf('.') + 1;
    int signatureAt = token.lastIndexOf('.') + 1;
    if (token.length() > LENGTH_MAX || payloadAt < 1 || signatureAt <= payloadAt) {
      return Optional.empty();
    }
    for (PassKeys.Signer signer : keys.signers()) {
      String header = signer.header();
      if (header.length() == payloadAt - 1 && token.startsWith(header)) {
        return isSigned(token, signatureAt, signer.key())
            ? read(token.substring(payloadAt, signatureAt - 1)).filter(isGood(now))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Predicate<Pass> isGood(Instant now) {
    return pass -> now.isBefore(pass.expiresAt());
  }

  private static boolean isSigned(String token, int signatureAt, PassKeys.Key key) {
    try {
      byte[] signature = DECODER.decode(token.substring(signatureAt));
      byte[] expected = Hmac.sha256(key.secret(), token.substring(0, signatureAt - 1));
      return MessageDigest.isEqual(expected, signature);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Reads claims that are signed; another program that had our key may have signed others. */
  private static Optional<Pass> read(String payload) {
    try {
      JsonObject claims =
          new JsonObject(new String(DECODER.decode(payload), StandardCharsets.UTF_8));
      String sale = claims.getString("sale");
      String buyer = claims.getString("sub");
      Integer version = claims.getInteger("v");
      Long expiresAt = claims.getLong("exp");
      if (sale == null || buyer == null || version == null || expiresAt == null) {
        return Optional.empty();
      }
      Instant end = Instant.ofEpochSecond(expiresAt);
      return Optional.of(new Pass(sale, new BuyerId(buyer), version, end, claims.getString("ref")));
    } catch (IllegalArgumentException
        | DateTimeException
        | DecodeException
        | ClassCastException e) {
      return Optional.empty();
    }
  }
}
