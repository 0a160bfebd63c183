package io.doorbuster.gate.pass;

import static io.doorbuster.gate.pass.ShopJwts.claims;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import io.doorbuster.gate.pass.ShopTokens.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Public keys from a file, and from a real server that comes and goes. */
@Execution(ExecutionMode.CONCURRENT)
final class JwksKeysTest {
  private static final RSAKey RSA = ShopJwts.rsa("rsa-1");
  private static final ECKey EC = ShopJwts.ec("ec-1");
  private static final RSAKey NEXT = ShopJwts.rsa("rsa-2");
  private static final JwksKeys.Refresh SELDOM =
      new JwksKeys.Refresh(Duration.ofHours(1), Duration.ofHours(1));
  private static final JwksKeys.Refresh AT_UNKNOWN =
      new JwksKeys.Refresh(Duration.ofHours(1), Duration.ofMillis(300));

  private final AtomicInteger fetches = new AtomicInteger();
  @TempDir private Path folder;
  private volatile String body = "";
  private volatile int status = 200;
  private HttpServer server = newServer();

  private static HttpServer newServer() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void start() {
    server.createContext(
        "/jwks",
        call -> {
          fetches.incrementAndGet();
          byte[] bytes = body.getBytes(UTF_8);
          call.sendResponseHeaders(status, bytes.length);
          call.getResponseBody().write(bytes);
          call.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
  }

  private static String jwks(JWK... keys) {
    return new JWKSet(List.of(keys)).toString(true);
  }

  private static ShopTokens tokens(ShopKeys keys) {
    return new ShopTokens(keys, ShopJwts.RULES, () -> ShopJwts.NOW);
  }

  private static boolean isGood(ShopTokens tokens, String token) {
    return tokens.verify(token) instanceof ShopTokens.Result.Verified;
  }

  private static Reason reason(ShopTokens tokens, String token) {
    ShopTokens.Result result = tokens.verify(token);
    assertThat(result).isInstanceOf(ShopTokens.Result.Worthless.class);
    return ((ShopTokens.Result.Worthless) result).reason();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("jwks.json"), text);
  }

  /** A virtual one, woken by a pass worker, can get a carrier that has the spare time only. */
  @Test
  void at_anUrl_fetchesOnAThreadOfThePlatform() {
    try (JwksKeys keys = JwksKeys.at(url(), SELDOM)) {
      assertThat(keys.algorithms()).isNotEmpty();
      assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName).contains("jwks");
    }
  }

  @Test
  void find_inAFile_verifiesRs256AndEs256() throws Exception {
    try (JwksKeys keys = JwksKeys.in(file(jwks(RSA, EC)), SELDOM)) {
      ShopTokens tokens = tokens(keys);
      assertThat(isGood(tokens, ShopJwts.rs256(claims().build(), RSA, "rsa-1"))).isTrue();
      assertThat(isGood(tokens, ShopJwts.es256(claims().build(), EC, "ec-1"))).isTrue();
      assertThat(isGood(tokens, ShopJwts.rs256(claims().build(), RSA, null))).isTrue();
      assertThat(reason(tokens, ShopJwts.rs256(claims().build(), NEXT, "rsa-1")))
          .isEqualTo(Reason.WRONG_SIGNATURE);
      assertThat(reason(tokens, ShopJwts.rs256(claims().build(), RSA, "ec-1")))
          .isEqualTo(Reason.UNKNOWN_KEY);
    }
  }

  /** The public key is no secret: taken as an HMAC key it would let anybody sign. */
  @Test
  void find_hs256WithThePublicKey_isNeverTried() throws Exception {
    OctetSequenceKey secret = new OctetSequenceKey.Builder(ShopJwts.SECRET).keyID("oct").build();
    try (JwksKeys keys = JwksKeys.in(file(privateJwks(RSA, EC, secret)), SELDOM)) {
      ShopTokens tokens = tokens(keys);
      String pem =
          "-----BEGIN PUBLIC KEY-----\n"
              + Base64.getMimeEncoder().encodeToString(RSA.toRSAPublicKey().getEncoded())
              + "\n-----END PUBLIC KEY-----\n";
      for (byte[] asSecret :
          List.of(
              RSA.toRSAPublicKey().getEncoded(),
              pem.getBytes(UTF_8),
              EC.toECPublicKey().getEncoded(),
              RSA.getModulus().decode(),
              ShopJwts.SECRET)) {
        for (String id : List.of("rsa-1", "ec-1", "oct")) {
          String token =
              ShopJwts.sign(JWSAlgorithm.HS256, id, claims().build(), new MACSigner(asSecret));
          assertThat(reason(tokens, token)).isEqualTo(Reason.WRONG_ALGORITHM);
        }
      }
    }
  }

  private static String privateJwks(JWK... keys) {
    return new JWKSet(List.of(keys)).toString(false);
  }

  @Test
  void in_keysThatAreNotForThis_areNotTaken() throws Exception {
    RSAKey weak = new RSAKeyGenerator(1_024, true).keyID("weak").generate();
    ECKey other = new ECKeyGenerator(Curve.P_384).keyID("p384").generate();
    RSAKey encrypting =
        new RSAKeyGenerator(2_048).keyUse(KeyUse.ENCRYPTION).keyID("enc").generate();
    RSAKey rs512 = new RSAKeyGenerator(2_048).algorithm(JWSAlgorithm.RS512).keyID("512").generate();
    assertThatThrownBy(() -> JwksKeys.in(file(jwks(weak, other, encrypting, rs512)), SELDOM))
        .hasMessageContaining("no key for RS256");
    assertThatThrownBy(() -> JwksKeys.in(file("{}"), SELDOM))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> JwksKeys.in(folder.resolve("missing"), SELDOM))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void in_fileThatChanges_isReadAgain() throws Exception {
    Path file = file(jwks(RSA));
    JwksKeys.Refresh often = new JwksKeys.Refresh(Duration.ofMillis(50), Duration.ofMillis(50));
    try (JwksKeys keys = JwksKeys.in(file, often)) {
      ShopTokens tokens = tokens(keys);
      file(jwks(NEXT));
      String token = ShopJwts.rs256(claims().build(), NEXT, "rsa-2");
      await().until(() -> isGood(tokens, token));
      file("not JSON");
      Thread.sleep(200);
      assertThat(isGood(tokens, token)).isTrue();
    }
  }

  @Test
  void at_url_fetchesOnceAndCaches() {
    body = jwks(RSA);
    try (JwksKeys keys = JwksKeys.at(url(), SELDOM)) {
      ShopTokens tokens = tokens(keys);
      String token = ShopJwts.rs256(claims().build(), RSA, "rsa-1");
      await().until(() -> isGood(tokens, token));
      for (int i = 0; i < 50; i++) {
        assertThat(isGood(tokens, token)).isTrue();
      }
      assertThat(fetches).hasValue(1);
    }
  }

  @Test
  void at_urlInTheBackground_learnsNewKeysAndDropsOldOnes() {
    body = jwks(RSA);
    JwksKeys.Refresh often = new JwksKeys.Refresh(Duration.ofMillis(50), Duration.ofHours(1));
    try (JwksKeys keys = JwksKeys.at(url(), often)) {
      ShopTokens tokens = tokens(keys);
      String old = ShopJwts.rs256(claims().build(), RSA, "rsa-1");
      await().until(() -> isGood(tokens, old));
      body = jwks(NEXT);
      await().until(() -> isGood(tokens, ShopJwts.rs256(claims().build(), NEXT, "rsa-2")));
      assertThat(isGood(tokens, old)).isFalse();
    }
  }

  @Test
  void find_unknownKeyId_fetchesAgainAtABoundedRate() throws Exception {
    body = jwks(RSA);
    try (JwksKeys keys = JwksKeys.at(url(), AT_UNKNOWN)) {
      ShopTokens tokens = tokens(keys);
      String old = ShopJwts.rs256(claims().build(), RSA, "rsa-1");
      await().until(() -> isGood(tokens, old));
      body = jwks(RSA, NEXT);
      String token = ShopJwts.rs256(claims().build(), NEXT, "rsa-2");
      await().pollInterval(Duration.ofMillis(10)).until(() -> isGood(tokens, token));

      int before = fetches.get();
      long start = System.nanoTime();
      for (int i = 0; System.nanoTime() - start < Duration.ofSeconds(1).toNanos(); i++) {
        tokens.verify(ShopJwts.es256(claims().build(), EC, "stranger-" + i));
      }
      assertThat(fetches.get() - before).isBetween(1, 4);
    }
  }

  @Test
  void at_urlDown_keepsTheOldKeysAndSaysLaterForUnknownOnes() {
    body = jwks(RSA);
    try (JwksKeys keys = JwksKeys.at(url(), AT_UNKNOWN)) {
      ShopTokens tokens = tokens(keys);
      String old = ShopJwts.rs256(claims().build(), RSA, "rsa-1");
      await().until(() -> isGood(tokens, old));
      status = 500;
      String token = ShopJwts.rs256(claims().build(), NEXT, "rsa-2");
      await()
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                reason(tokens, token);
                return fetches.get() >= 3;
              });
      assertThat(isGood(tokens, old)).isTrue();
      assertThat(reason(tokens, token)).isEqualTo(Reason.KEYS_AWAY);
      status = 200;
      body = jwks(RSA, NEXT);
      await().until(() -> isGood(tokens, token));
    }
  }

  @Test
  void at_urlDownFromTheStart_isAskedAgainUntilItAnswers() {
    int port = server.getAddress().getPort();
    server.stop(0);
    try (JwksKeys keys =
        JwksKeys.at(url(), new JwksKeys.Refresh(Duration.ofHours(1), Duration.ofMillis(100)))) {
      ShopTokens tokens = tokens(keys);
      String token = ShopJwts.rs256(claims().build(), RSA, "rsa-1");
      assertThat(reason(tokens, token)).isEqualTo(Reason.KEYS_AWAY);
      body = jwks(RSA);
      try {
        server =
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      start();
      await().until(() -> isGood(tokens, token));
    }
  }

  @Test
  void at_urlWithAnEndlessBody_isNotRead() {
    body = " ".repeat(300 * 1024) + jwks(RSA);
    try (JwksKeys keys = JwksKeys.at(url(), AT_UNKNOWN)) {
      ShopTokens tokens = tokens(keys);
      await().until(() -> fetches.get() >= 2);
      assertThat(reason(tokens, ShopJwts.rs256(claims().build(), RSA, "rsa-1")))
          .isEqualTo(Reason.KEYS_AWAY);
    }
  }
}
