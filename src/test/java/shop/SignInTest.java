package shop;

import static java.net.URLEncoder.encode;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignInTest {
  private static final String SALE = ShopFixture.DOORBUSTER + "/s/sale-1/";

  @TempDir Path folder;

  @Test
  void signIn_byName_returnsToTheSaleWithAToken() throws Exception {
    try (Shop shop = ShopFixture.start(folder)) {
      HttpResponse<String> answer = signIn(shop, " Ann ", SALE);
      assertThat(answer.statusCode()).isEqualTo(303);
      String where = answer.headers().firstValue("Location").orElseThrow();
      assertThat(where).startsWith(SALE + "#token=");
      SignedJWT token = SignedJWT.parse(where.substring(where.indexOf('=') + 1));
      assertThat(token.verify(new MACVerifier(ShopFixture.secret(folder, "identity")))).isTrue();
      JWTClaimsSet claims = token.getJWTClaimsSet();
      assertThat(claims.getIssuer()).isEqualTo("example-shop");
      assertThat(claims.getAudience()).containsExactly("doorbuster");
      assertThat(claims.getSubject()).isEqualTo("ann");
      assertThat(claims.getStringClaim("shopRef")).isEqualTo("cart-of-ann");
      assertThat(claims.getExpirationTime()).isEqualTo(ShopFixture.NOW.plus(Duration.ofMinutes(5)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "ES256"})
  void token_byKeyPair_verifiesByThePublishedKeySetAfterARestart(String algorithm)
      throws Exception {
    JWSAlgorithm alg = JWSAlgorithm.parse(algorithm);
    SignedJWT token;
    try (Shop shop = ShopFixture.start(folder, alg, ShopFixture.DOORBUSTER)) {
      token = SignedJWT.parse(shop.signIn().token("ann", "cart-1"));
    }
    try (Shop shop = ShopFixture.start(folder, alg, ShopFixture.DOORBUSTER)) {
      String keys = ShopFixture.get(shop.address().resolve("/.well-known/jwks.json")).body();
      JWK key = JWKSet.parse(keys).getKeyByKeyId(token.getHeader().getKeyID());
      assertThat(key.isPrivate()).isFalse();
      assertThat(
              token.verify(
                  alg.equals(JWSAlgorithm.RS256)
                      ? new RSASSAVerifier(key.toRSAKey())
                      : new ECDSAVerifier(key.toECKey())))
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://evil.example/", "http://127.0.0.1:9.evil.example/", "/s/sale-1/", ""})
  void signIn_returnToAnotherSite_givesNoToken(String back) throws Exception {
    try (Shop shop = ShopFixture.start(folder)) {
      HttpResponse<String> answer = signIn(shop, "ann", back);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.headers().firstValue("Location")).isEmpty();
    }
  }

  @Test
  void signIn_fromThisMachinesOtherName_goesOnByTheOneThatIsConfigured() throws Exception {
    try (Shop shop = ShopFixture.start(folder)) {
      HttpResponse<String> answer = signIn(shop, "ann", SALE.replace("127.0.0.1", "localhost"));
      assertThat(answer.statusCode()).isEqualTo(303);
      assertThat(answer.headers().firstValue("Location").orElseThrow())
          .startsWith(SALE + "#token=");
      assertThat(signIn(shop, "ann", "http://localhost:8/s/sale-1/").statusCode()).isEqualTo(400);
      assertThat(shop.settings())
          .contains("publicUrl: http://127.0.0.1:9\n", "allowedOrigins: http://localhost:9\n");
    }
    URI web = URI.create("https://sale.example");
    try (Shop shop = ShopFixture.start(folder.resolve("web"), JWSAlgorithm.HS256, web)) {
      assertThat(signIn(shop, "ann", "https://localhost/s/sale-1/").statusCode()).isEqualTo(400);
      assertThat(shop.settings()).doesNotContain("allowedOrigins");
    }
  }

  private static HttpResponse<String> signIn(Shop shop, String name, String back) throws Exception {
    String form = "name=" + encode(name, UTF_8) + "&return=" + encode(back, UTF_8);
    return ShopFixture.send(
        HttpRequest.newBuilder(shop.address().resolve("/sign-in"))
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build());
  }
}
