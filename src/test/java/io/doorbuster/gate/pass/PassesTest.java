package io.doorbuster.gate.pass;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.doorbuster.sale.BuyerId;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;

final class PassesTest {
  private static final Instant NOW = Instant.parse("2027-01-10T10:00:00Z");
  private static final Instant END = NOW.plusSeconds(600);
  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}";

  private final PassKeys keys = new PassKeys(List.of(key("k1", 'a')));
  private final Passes passes = new Passes(keys);
  private final Pass pass = new Pass("boots", new BuyerId("anna"), 2, END, "cart-7");

  private static PassKeys.Key key(String id, char letter) {
    return new PassKeys.Key(id, String.valueOf(letter).repeat(32).getBytes(UTF_8));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  @Example
  void verify_ownPass_givesItBack() {
    assertThat(passes.verify(passes.issue(pass), NOW)).contains(pass);
    Pass bare = new Pass("boots", new BuyerId("ben"), 1, END, null);
    assertThat(passes.verify(passes.issue(bare), NOW)).contains(bare);
  }

  @Example
  void issue_sameBuyer_givesTheSamePassWithoutATimeOfItsOwn() throws Exception {
    assertThat(passes.issue(pass)).isEqualTo(passes.issue(pass));
    SignedJWT jwt = SignedJWT.parse(passes.issue(pass));
    assertThat(jwt.getHeader().getKeyID()).isEqualTo("k1");
    assertThat(jwt.getJWTClaimsSet().getIssueTime()).isNull();
    assertThat(jwt.getJWTClaimsSet().getSubject()).isEqualTo("anna");
    assertThat(jwt.getJWTClaimsSet().getClaim("sale")).isEqualTo("boots");
    assertThat(jwt.getJWTClaimsSet().getExpirationTime()).isEqualTo(END);
  }

  @Example
  void issue_anyPass_isAStandardJwt() throws Exception {
    JWSVerifier standard = new MACVerifier("a".repeat(32));
    assertThat(SignedJWT.parse(passes.issue(pass)).verify(standard)).isTrue();
  }

  @Example
  void issue_longestOfAll_isShorterThanItsBound() {
    String worst = "\u0001".repeat(ShopTokens.SHOP_REF_CHARS_MAX);
    BuyerId longest = new BuyerId("\u20ac".repeat(BuyerId.LENGTH_MAX));
    Pass long1 = new Pass("s".repeat(64), longest, Integer.MAX_VALUE, END, worst);
    Passes withLongKeyId = new Passes(new PassKeys(List.of(key("k".repeat(32), 'a'))));
    String token = withLongKeyId.issue(long1);
    assertThat(token.length()).isLessThanOrEqualTo(Passes.LENGTH_MAX);
    assertThat(withLongKeyId.verify(token, NOW)).contains(long1);
  }

  @Example
  void verify_expired_isRefusedFromTheSecondOn() {
    String token = passes.issue(pass);
    assertThat(passes.verify(token, END.minusMillis(1))).isPresent();
    assertThat(passes.verify(token, END)).isEmpty();
  }

  @Example
  void verify_algorithmNone_isRefused() {
    String payload = passes.issue(pass).split("\\.", -1)[1];
    for (String alg : List.of("none", "None", "NONE", "nOnE")) {
      String header = base64("{\"alg\":\"" + alg + "\",\"typ\":\"JWT\",\"kid\":\"k1\"}");
      assertThat(passes.verify(header + "." + payload + ".", NOW)).isEmpty();
      assertThat(passes.verify(header + "." + payload, NOW)).isEmpty();
    }
    assertThat(passes.verify(base64(HEADER) + "." + payload + ".", NOW)).isEmpty();
  }

  @Example
  void verify_wrongKey_isRefused() {
    Passes other = new Passes(new PassKeys(List.of(key("k1", 'b'))));
    assertThat(passes.verify(other.issue(pass), NOW)).isEmpty();
  }

  @Example
  void verify_otherHeaderWithTheRightKey_isRefused() throws Exception {
    for (JWSAlgorithm algorithm : List.of(JWSAlgorithm.HS256, JWSAlgorithm.HS512)) {
      JWTClaimsSet claims =
          new JWTClaimsSet.Builder()
              .subject("anna")
              .claim("sale", "boots")
              .claim("v", 2)
              .claim("exp", END.getEpochSecond())
              .build();
      SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID("k1").build(), claims);
      jwt.sign(
          new MACSigner(
              "a".repeat(64).substring(0, algorithm.equals(JWSAlgorithm.HS256) ? 32 : 64)));
      assertThat(passes.verify(jwt.serialize(), NOW)).isEmpty();
    }
  }

  /** Another sale, buyer, version or time in a pass that was signed for something else. */
  @Example
  void verify_changedClaims_areRefused() {
    String[] parts = passes.issue(pass).split("\\.", -1);
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
    for (String[] change :
        List.of(
            new String[] {"anna", "anne"},
            new String[] {"boots", "coats"},
            new String[] {"\"v\":2", "\"v\":9"},
            new String[] {"\"exp\":1", "\"exp\":2"},
            new String[] {"cart-7", "cart-8"})) {
      String changed = claims.replace(change[0], change[1]);
      assertThat(changed).isNotEqualTo(claims);
      assertThat(passes.verify(parts[0] + "." + base64(changed) + "." + parts[2], NOW)).isEmpty();
    }
  }

  /** Signed by our key, yet no pass: another program may have had the key. */
  @Example
  void verify_signedClaimsThatAreNoPass_areRefused() {
    for (String claims :
        List.of(
            "{}",
            "null",
            "[]",
            "7",
            "",
            "{\"sub\":\"anna\",\"sale\":\"boots\",\"v\":2}",
            "{\"sub\":\"anna\",\"sale\":\"boots\",\"exp\":9999999999}",
            "{\"sub\":\"anna\",\"v\":2,\"exp\":9999999999}",
            "{\"sale\":\"boots\",\"v\":2,\"exp\":9999999999}",
            "{\"sub\":\"\",\"sale\":\"boots\",\"v\":2,\"exp\":9999999999}",
            "{\"sub\":\"anna\",\"sale\":\"boots\",\"v\":\"2\",\"exp\":9999999999}",
            "{\"sub\":\"anna\",\"sale\":\"boots\",\"v\":2,\"exp\":9223372036854775807}",
            "{\"sub\":\"anna\",\"sale\":\"boots\",\"v\":2,\"exp\":{}}")) {
      assertThat(passes.verify(sign(base64(HEADER) + "." + base64(claims)), NOW))
          .as(claims)
          .isEmpty();
    }
    assertThat(passes.verify(sign(base64(HEADER) + ".%%%"), NOW)).isEmpty();
    assertThat(passes.verify(sign(base64(HEADER) + "."), NOW)).isEmpty();
  }

  private static String sign(String signed) {
    byte[] mac = io.doorbuster.sale.Hmac.sha256("a".repeat(32).getBytes(UTF_8), signed);
    return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
  }

  @Example
  void verify_garbage_isRefused() {
    String token = passes.issue(pass);
    for (String odd :
        List.of(
            "",
            ".",
            "..",
            "...",
            "a",
            "a.b",
            "a.b.c",
            "\u0000",
            " " + token,
            token + " ",
            token + ".",
            "." + token,
            token + "." + token,
            "x".repeat(10_240),
            token + "A".repeat(10_240),
            ".".repeat(10_240))) {
      assertThat(passes.verify(odd, NOW)).isEmpty();
    }
  }

  @Property(tries = 2_000)
  void verify_anyText_neverThrows(@ForAll String text) {
    assertThat(passes.verify(text, NOW)).isEmpty();
    assertThat(passes.verify(base64(HEADER) + "." + text, NOW)).isEmpty();
    assertThat(passes.verify(base64(HEADER) + "." + base64(text) + ".", NOW)).isEmpty();
  }

  @Property(tries = 1_000)
  void verify_anySignedClaims_neverThrows(@ForAll String text) {
    assertThat(passes.verify(sign(base64(HEADER) + "." + base64(text)), NOW)).isEmpty();
  }

  /** Also the last one, where some bits stand for nothing. */
  @Property(tries = 2_000)
  void verify_oneCharacterChanged_isRefused(
      @ForAll @IntRange(max = 10_000) int at,
      @ForAll @AlphaChars @NumericChars @Chars({'-', '_', '.', '='}) char with) {
    String token = passes.issue(pass);
    int place = at % token.length();
    String changed = token.substring(0, place) + with + token.substring(place + 1);
    assertThat(passes.verify(changed, NOW).isPresent()).isEqualTo(changed.equals(token));
  }

  @Property(tries = 500)
  void verify_issuedForAnybody_givesItBack(
      @ForAll @StringLength(min = 1, max = 128) String buyer,
      @ForAll @StringLength(max = 512) @Nullable String shopRef,
      @ForAll int version) {
    // Half a surrogate pair has no UTF-8.
    if (!BuyerId.isValid(buyer) || !encodable(buyer) || !encodable(shopRef)) {
      return;
    }
    Pass any = new Pass("boots", new BuyerId(buyer), version, END, shopRef);
    assertThat(passes.verify(passes.issue(any), NOW)).contains(any);
  }

  private static boolean encodable(@Nullable String text) {
    return text == null || UTF_8.newEncoder().canEncode(text);
  }

  @Example
  void rotate_keys_twoAreValidAndTheThirdIsNot() {
    String first = passes.issue(pass);
    assertThat(keys.rotate(key("k2", 'b')))
        .extracting(PassKeys.Key::id)
        .containsExactly("k2", "k1");
    String second = passes.issue(pass);
    assertThat(second).isNotEqualTo(first);
    assertThat(passes.verify(first, NOW)).contains(pass);
    assertThat(passes.verify(second, NOW)).contains(pass);

    keys.rotate(key("k3", 'c'));
    assertThat(passes.verify(first, NOW)).isEmpty();
    assertThat(passes.verify(second, NOW)).contains(pass);
  }

  @Example
  void passKeys_impossible_areRefused() {
    assertThatThrownBy(() -> new PassKeys(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PassKeys(List.of(key("k1", 'a'), key("k1", 'b'))))
        .hasMessageContaining("two ids");
    assertThatThrownBy(() -> keys.rotate(key("k1", 'b'))).hasMessageContaining("an id of its own");
    assertThatThrownBy(() -> new PassKeys.Key("k1", new byte[31])).hasMessageContaining("32");
    assertThatThrownBy(() -> new PassKeys.Key("k 1\"", new byte[32]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
