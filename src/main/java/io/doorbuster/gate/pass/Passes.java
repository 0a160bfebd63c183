package io.doorbuster.gate.pass;

import io.doorbuster.sale.BuyerId;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
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

  /** Of 32 bytes in base64. */
  private static final int SIGNATURE_CHARS = 43;

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
    String signed = signer.start() + payload;
    byte[] text = signed.getBytes(StandardCharsets.US_ASCII);
    return signed + "." + ENCODER.encodeToString(signer.sign(text, text.length));
  }

  /** The pass that a text proves, or empty for whatever is not signed by us or is over. */
  public Optional<Pass> verify(String token, Instant now) {
    if (token.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    byte[] text = token.getBytes(StandardCharsets.ISO_8859_1);
    int end = text.length - SIGNATURE_CHARS - 1;
    for (PassKeys.Signer signer : keys.signers()) {
      int start = signer.start().length();
      if (start <= end && text[end] == '.' && token.startsWith(signer.start())) {
        return isSigned(text, end, signer)
            ? read(Arrays.copyOfRange(text, start, end)).filter(isGood(now))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Predicate<Pass> isGood(Instant now) {
    return pass -> now.isBefore(pass.expiresAt());
  }

  private static boolean isSigned(byte[] text, int end, PassKeys.Signer signer) {
    byte[] expected = ENCODER.encode(signer.sign(text, end));
    byte[] signature = Arrays.copyOfRange(text, end + 1, text.length);
    return MessageDigest.isEqual(expected, signature);
  }

  private static Optional<Pass> read(byte[] payload) {
    byte[] json;
    try {
      json = DECODER.decode(payload);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    Pass pass = PassClaims.read(json);
    return pass == null ? readAnyForm(json) : Optional.of(pass);
  }

  /** Reads claims that are signed; another program that had our key may have signed others. */
  private static Optional<Pass> readAnyForm(byte[] json) {
    try {
      JsonObject claims = new JsonObject(new String(json, StandardCharsets.UTF_8));
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
