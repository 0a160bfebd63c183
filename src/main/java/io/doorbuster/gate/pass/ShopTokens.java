package io.doorbuster.gate.pass;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.doorbuster.sale.BuyerId;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The shop's JWT in, the verified buyer or the reason why not out. */
public final class ShopTokens {
  /** Some ten times a usual token; what is longer is not parsed. */
  public static final int LENGTH_MAX = 8_192;

  /** A shop's note travels in the pass, with each request. */
  public static final int SHOP_REF_CHARS_MAX = 512;

  /**
   * What a token must say.
   *
   * @param issuer null where any will do: then the key alone says whose token it is
   * @param audience null where any will do
   * @param buyerClaim names the buyer; {@code sub} by default
   * @param leeway for clocks that differ
   */
  public record Rules(
      @Nullable String issuer, @Nullable String audience, String buyerClaim, Duration leeway) {}

  /** Why a token is no good; the sentence is for the shop's developer. */
  public enum Reason {
    TOO_LONG("The token is longer than 8 KB."),
    UNREADABLE("This is not a signed JWT."),
    WRONG_ALGORITHM("The token's algorithm is not the one agreed on."),
    UNKNOWN_KEY("The token names a key that the shop does not publish."),
    WRONG_SIGNATURE("The token's signature is wrong."),
    WRONG_ISSUER("The token's iss is not the shop."),
    WRONG_AUDIENCE("The token's aud does not name us."),
    NO_EXPIRY("The token has no exp."),
    EXPIRED("The token has expired: sign in again."),
    NOT_YET_VALID("The token's nbf or iat is in the future."),
    NO_BUYER("The token names no buyer of 1 to 128 printable characters."),
    BAD_SHOP_REF("The token's shopRef is no text of at most 512 characters."),
    /** The only one that passes by itself. */
    KEYS_AWAY("The shop's keys can not be had at present.");

    private final String sentence;

    Reason(String sentence) {
      this.sentence = sentence;
    }

    public String sentence() {
      return sentence;
    }
  }

  /** What a token is worth. */
  public sealed interface Result {
    /** The shop vouches for the buyer. */
    record Verified(ShopIdentity identity) implements Result {}

    /** It does not. */
    record Worthless(Reason reason) implements Result {}
  }

  private final ShopKeys keys;
  private final Rules rules;
  private final InstantSource clock;

  public ShopTokens(ShopKeys keys, Rules rules, InstantSource clock) {
    this.keys = keys;
    this.rules = rules;
    this.clock = clock;
  }

  /** Takes up to half a millisecond of computing: not for an event loop. Never waits. */
  public Result verify(String token) {
    if (token.length() > LENGTH_MAX) {
      return new Result.Worthless(Reason.TOO_LONG);
    }
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      Reason wrong = checkSignature(jwt);
      return wrong == null ? read(jwt.getJWTClaimsSet()) : new Result.Worthless(wrong);
    } catch (ParseException | IllegalArgumentException | IllegalStateException e) {
      return new Result.Worthless(Reason.UNREADABLE);
    }
  }

  private @Nullable Reason checkSignature(SignedJWT jwt) {
    JWSAlgorithm algorithm = jwt.getHeader().getAlgorithm();
    if (!keys.algorithms().contains(algorithm)) {
      return Reason.WRONG_ALGORITHM;
    }
    return switch (keys.find(algorithm, jwt.getHeader().getKeyID())) {
      case ShopKeys.Found.Later later -> Reason.KEYS_AWAY;
      case ShopKeys.Found.Verifiers found when found.all().isEmpty() -> Reason.UNKNOWN_KEY;
      case ShopKeys.Found.Verifiers found ->
          found.all().stream().anyMatch(verifier -> isSigned(jwt, verifier))
              ? null
              : Reason.WRONG_SIGNATURE;
    };
  }

  private static boolean isSigned(SignedJWT jwt, JWSVerifier verifier) {
    try {
      return jwt.getState() != SignedJWT.State.UNSIGNED && jwt.verify(verifier);
    } catch (JOSEException e) {
      return false;
    }
  }

  private Result read(JWTClaimsSet claims) {
    Reason wrong = checkClaims(claims, clock.instant());
    if (wrong != null) {
      return new Result.Worthless(wrong);
    }
    Optional<BuyerId> buyer = buyer(claims.getClaim(rules.buyerClaim));
    if (buyer.isEmpty()) {
      return new Result.Worthless(Reason.NO_BUYER);
    }
    return switch (claims.getClaim("shopRef")) {
      case null -> new Result.Verified(new ShopIdentity(buyer.get(), null));
      case String ref when ref.length() <= SHOP_REF_CHARS_MAX && isStorable(ref) ->
          new Result.Verified(new ShopIdentity(buyer.get(), ref));
      default -> new Result.Worthless(Reason.BAD_SHOP_REF);
    };
  }

  /** No store of ours holds half a character, and PostgreSQL no NUL. */
  private static boolean isStorable(String text) {
    return text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private @Nullable Reason checkClaims(JWTClaimsSet claims, Instant now) {
    if (rules.issuer != null && !rules.issuer.equals(claims.getIssuer())) {
      return Reason.WRONG_ISSUER;
    }
    if (rules.audience != null && !claims.getAudience().contains(rules.audience)) {
      return Reason.WRONG_AUDIENCE;
    }
    Date expiry = claims.getExpirationTime();
    if (expiry == null) {
      return Reason.NO_EXPIRY;
    }
    if (!now.isBefore(expiry.toInstant().plus(rules.leeway))) {
      return Reason.EXPIRED;
    }
    boolean early = isAhead(claims.getNotBeforeTime(), now) || isAhead(claims.getIssueTime(), now);
    return early ? Reason.NOT_YET_VALID : null;
  }

  private boolean isAhead(@Nullable Date time, Instant now) {
    return time != null && time.toInstant().isAfter(now.plus(rules.leeway));
  }

  /** Shops that count their customers have numbers for names. */
  private static Optional<BuyerId> buyer(@Nullable Object claim) {
    String value =
        switch (claim) {
          case String text -> text;
          case Long number -> Long.toString(number);
          case Integer number -> Integer.toString(number);
          case null, default -> "";
        };
    return BuyerId.isValid(value) ? Optional.of(new BuyerId(value)) : Optional.empty();
  }
}
