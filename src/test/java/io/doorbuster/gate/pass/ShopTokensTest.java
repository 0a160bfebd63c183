package io.doorbuster.gate.pass;

import static io.doorbuster.gate.pass.ShopJwts.NOW;
import static io.doorbuster.gate.pass.ShopJwts.claims;
import static io.doorbuster.gate.pass.ShopJwts.hs256;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import io.doorbuster.gate.pass.ShopTokens.Reason;
import io.doorbuster.sale.BuyerId;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** With a secret; keys from a JWKS have a test of their own. */
final class ShopTokensTest {
  private final ShopTokens tokens =
      new ShopTokens(ShopKeys.hs256(ShopJwts.SECRET), ShopJwts.RULES, () -> NOW);

  private static Reason reason(ShopTokens.Result result) {
    assertThat(result).isInstanceOf(ShopTokens.Result.Worthless.class);
    return ((ShopTokens.Result.Worthless) result).reason();
  }

  private Reason reason(JWTClaimsSet.Builder claims) {
    return reason(tokens.verify(hs256(claims.build())));
  }

  private ShopIdentity identity(JWTClaimsSet.Builder claims) {
    ShopTokens.Result result = tokens.verify(hs256(claims.build()));
    assertThat(result).isInstanceOf(ShopTokens.Result.Verified.class);
    return ((ShopTokens.Result.Verified) result).identity();
  }

  @Example
  void verify_goodToken_givesTheBuyer() {
    assertThat(identity(claims())).isEqualTo(new ShopIdentity(new BuyerId("anna"), null));
    assertThat(identity(claims().claim("shopRef", "cart-7")).shopRef()).isEqualTo("cart-7");
  }

  @Example
  void verify_times_areHeldWithTheLeeway() {
    assertThat(reason(claims().expirationTime(null))).isEqualTo(Reason.NO_EXPIRY);
    assertThat(reason(claims().claim("exp", "soon"))).isIn(Reason.NO_EXPIRY, Reason.UNREADABLE);
    assertThat(reason(claims().expirationTime(ahead(-30)))).isEqualTo(Reason.EXPIRED);
    identity(claims().expirationTime(ahead(-29)));
    assertThat(reason(claims().notBeforeTime(ahead(31)))).isEqualTo(Reason.NOT_YET_VALID);
    identity(claims().notBeforeTime(ahead(30)));
    assertThat(reason(claims().issueTime(ahead(31)))).isEqualTo(Reason.NOT_YET_VALID);
    identity(claims().issueTime(ahead(-3_600)));
    assertThat(reason(claims().claim("nbf", "tomorrow"))).isEqualTo(Reason.UNREADABLE);
  }

  private static Date ahead(int seconds) {
    return Date.from(NOW.plusSeconds(seconds));
  }

  @Example
  void verify_issuerAndAudience_mustBeTheAgreedOnes() {
    assertThat(reason(claims().issuer("other"))).isEqualTo(Reason.WRONG_ISSUER);
    assertThat(reason(claims().issuer(null))).isEqualTo(Reason.WRONG_ISSUER);
    assertThat(reason(claims().audience("other"))).isEqualTo(Reason.WRONG_AUDIENCE);
    assertThat(reason(claims().audience((String) null))).isEqualTo(Reason.WRONG_AUDIENCE);
    identity(claims().audience(List.of("other", "doorbuster")));
  }

  @Example
  void verify_noIssuerAndAudienceAgreedOn_takesAny() {
    ShopTokens.Rules any = new ShopTokens.Rules(null, null, "sub", Duration.ZERO);
    ShopTokens lax = new ShopTokens(ShopKeys.hs256(ShopJwts.SECRET), any, () -> NOW);
    String token = hs256(claims().issuer(null).audience("who").build());
    assertThat(lax.verify(token)).isInstanceOf(ShopTokens.Result.Verified.class);
  }

  @Example
  void verify_buyers_areValidIds() {
    assertThat(reason(claims().subject(null))).isEqualTo(Reason.NO_BUYER);
    assertThat(reason(claims().subject(""))).isEqualTo(Reason.NO_BUYER);
    assertThat(reason(claims().subject("x".repeat(129)))).isEqualTo(Reason.NO_BUYER);
    assertThat(reason(claims().subject("a\nb"))).isEqualTo(Reason.NO_BUYER);
    assertThat(reason(claims().subject("a\u0000b"))).isEqualTo(Reason.NO_BUYER);
    identity(claims().subject("x".repeat(128)));
  }

  @Example
  void verify_buyerClaim_isTheOneOfTheSettings() {
    ShopTokens.Rules rules = new ShopTokens.Rules("shop", "doorbuster", "customer", Duration.ZERO);
    ShopTokens custom = new ShopTokens(ShopKeys.hs256(ShopJwts.SECRET), rules, () -> NOW);
    for (Object customer : List.of("4711", 4711, 4711L)) {
      String token = hs256(claims().claim("customer", customer).build());
      assertThat(custom.verify(token))
          .isEqualTo(new ShopTokens.Result.Verified(new ShopIdentity(new BuyerId("4711"), null)));
    }
    for (Object customer : List.of(47.11, true, List.of("4711"))) {
      String token = hs256(claims().claim("customer", customer).build());
      assertThat(reason(custom.verify(token))).isEqualTo(Reason.NO_BUYER);
    }
    assertThat(reason(custom.verify(hs256(claims().build())))).isEqualTo(Reason.NO_BUYER);
  }

  @Example
  void verify_shopRef_isATextOfAtMost512Characters() {
    identity(claims().claim("shopRef", "x".repeat(512)));
    assertThat(reason(claims().claim("shopRef", "x".repeat(513)))).isEqualTo(Reason.BAD_SHOP_REF);
    assertThat(reason(claims().claim("shopRef", "a\0b"))).isEqualTo(Reason.BAD_SHOP_REF);
    assertThat(reason(claims().claim("shopRef", 7))).isEqualTo(Reason.BAD_SHOP_REF);
    assertThat(reason(claims().claim("shopRef", List.of("x")))).isEqualTo(Reason.BAD_SHOP_REF);
  }

  @Example
  void verify_signatures_mustBeByTheSecret() {
    byte[] wrong = "another-secret-of-32-bytes-or-so".getBytes(UTF_8);
    assertThat(reason(tokens.verify(hs256(claims().build(), wrong))))
        .isEqualTo(Reason.WRONG_SIGNATURE);
    String token = hs256(claims().build());
    String payload = token.split("\\.", -1)[1];
    String changed = token.replace(payload, base64("{\"sub\":\"eve\"}"));
    assertThat(reason(tokens.verify(changed))).isEqualTo(Reason.WRONG_SIGNATURE);
    assertThat(reason(tokens.verify(token.substring(0, token.lastIndexOf('.') + 1))))
        .isIn(Reason.UNREADABLE, Reason.WRONG_SIGNATURE);
  }

  @Example
  void verify_otherAlgorithms_areNeverTried() {
    assertThat(reason(tokens.verify(new PlainJWT(claims().build()).serialize())))
        .isEqualTo(Reason.UNREADABLE);
    String payload = hs256(claims().build()).split("\\.", -1)[1];
    for (String alg : List.of("none", "None", "NONE")) {
      String token = base64("{\"alg\":\"" + alg + "\"}") + "." + payload;
      assertThat(reason(tokens.verify(token + ".")))
          .isIn(Reason.UNREADABLE, Reason.WRONG_ALGORITHM);
      assertThat(reason(tokens.verify(token + ".AAAA")))
          .isIn(Reason.UNREADABLE, Reason.WRONG_ALGORITHM);
    }
    assertThat(reason(tokens.verify(ShopJwts.rs256(claims().build(), ShopJwts.rsa("r"), "r"))))
        .isEqualTo(Reason.WRONG_ALGORITHM);
    assertThat(reason(tokens.verify(ShopJwts.es256(claims().build(), ShopJwts.ec("e"), "e"))))
        .isEqualTo(Reason.WRONG_ALGORITHM);
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  @Example
  void verify_tooLong_isNotParsed() {
    assertThat(reason(tokens.verify("x".repeat(ShopTokens.LENGTH_MAX + 1))))
        .isEqualTo(Reason.TOO_LONG);
    String large = hs256(claims().claim("more", "x".repeat(10_000)).build());
    assertThat(reason(tokens.verify(large))).isEqualTo(Reason.TOO_LONG);
  }

  @Example
  void verify_deepNesting_isUnreadable() {
    String deep = "{\"a\":" + "[".repeat(4_000) + "]".repeat(1_900) + "}";
    String token = base64("{\"alg\":\"HS256\"}") + "." + base64(deep) + ".AA";
    assertThat(reason(tokens.verify(token))).isIn(Reason.UNREADABLE, Reason.WRONG_SIGNATURE);
    String header = base64("{\"alg\":\"HS256\",\"x\":" + "[".repeat(3_000)) + ".e30.AA";
    assertThat(reason(tokens.verify(header))).isEqualTo(Reason.UNREADABLE);
  }

  @Property(tries = 1_000)
  void verify_anyText_neverThrowsAndIsWorthless(@ForAll String text) {
    reason(tokens.verify(text));
    reason(tokens.verify(base64("{\"alg\":\"HS256\"}") + "." + base64(text) + ".AAAA"));
    reason(tokens.verify(base64(text) + "." + base64(text) + "." + base64(text)));
  }

  @Example
  void hs256_shortSecret_isRefusedAtTheStart() {
    assertThatThrownBy(() -> ShopKeys.hs256(new byte[31])).hasMessageContaining("32 bytes");
  }
}
