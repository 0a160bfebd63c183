package shop;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Tells Doorbuster who the buyer is: a short-lived JWT, brought back in the page's fragment, which
 * no server log and no Referer ever shows.
 */
public final class SignIn {
  public static final String ISSUER = "example-shop";
  public static final String AUDIENCE = "doorbuster";

  /** Long enough for one redirect and a slow phone, short enough to be worthless when found. */
  private static final Duration LIFE = Duration.ofMinutes(5);

  private final URI doorbuster;
  private final InstantSource clock;
  private final JWSHeader header;
  private final JWSSigner signer;
  private final JWKSet publicKeys;

  SignIn(JWSAlgorithm algorithm, Path folder, URI doorbuster, InstantSource clock) {
    this.doorbuster = doorbuster;
    this.clock = clock;
    try {
      if (algorithm.equals(JWSAlgorithm.HS256)) {
        header = new JWSHeader(algorithm);
        signer = new MACSigner(Secrets.bytes(folder.resolve("identity.secret")));
        publicKeys = new JWKSet();
      } else {
        JWK key =
            JWK.parse(Secrets.text(folder.resolve(algorithm + ".jwk"), () -> make(algorithm)));
        header = new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build();
        signer =
            algorithm.equals(JWSAlgorithm.RS256)
                ? new RSASSASigner(key.toRSAKey())
                : new ECDSASigner(key.toECKey());
        publicKeys = new JWKSet(key).toPublicJWKSet();
      }
    } catch (JOSEException | ParseException e) {
      throw new IllegalStateException("cannot sign with " + algorithm, e);
    }
  }

  /** {@code GET /sign-in?return=...}: a real shop skips this for a buyer who is signed in. */
  void page(HttpExchange call) throws IOException {
    String back = Web.parameters(call.getRequestURI().getRawQuery()).getOrDefault("return", "");
    if (ours(back).isEmpty()) {
      Web.page(call, 400, "Sign in", "<p>This link leads to a place that the shop does not know.");
      return;
    }
    Web.page(
        call,
        200,
        "Sign in",
        """
        <form method="post"><input name="name" placeholder="Your name" required autofocus
        maxlength="40"><input type="hidden" name="return" value="%s"><button>Sign in</button></form>
        """
            .formatted(Web.escape(back)));
  }

  /** {@code POST /sign-in}: back to the sale, with the token. */
  void signIn(HttpExchange call, byte[] body) throws IOException {
    Map<String, String> form = Web.parameters(new String(body, StandardCharsets.UTF_8));
    String back = form.getOrDefault("return", "");
    String name = form.getOrDefault("name", "").strip().toLowerCase(Locale.ROOT);
    Optional<String> sale = ours(back);
    if (sale.isEmpty() || name.isEmpty() || name.length() > 40) {
      Web.page(call, 400, "Sign in", "<p>The shop wants a name, and a sale to return to.");
      return;
    }
    Web.redirect(call, sale.get() + "#token=" + token(name, "cart-of-" + name));
  }

  /** {@code GET /.well-known/jwks.json}: the public keys, by which anyone can verify a token. */
  void keys(HttpExchange call) throws IOException {
    Web.json(call, 200, new JsonObject(publicKeys.toString()));
  }

  /**
   * A token for this buyer. {@code shopRef} (512 characters at most) is the shop's own note, an
   * address or a cart say; it comes back, untouched, in every event of the buyer's order.
   */
  public String token(String buyer, String shopRef) {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .audience(AUDIENCE)
            .subject(buyer)
            .expirationTime(Date.from(clock.instant().plus(LIFE)))
            .claim("shopRef", shopRef)
            .build();
    SignedJWT token = new SignedJWT(header, claims);
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return token.serialize();
  }

  /**
   * Tokens go to Doorbuster's pages only, or any link could collect them. Who came by this
   * machine's other name goes on by the one that Doorbuster knows: a browser keeps a pass by name.
   */
  private Optional<String> ours(String back) {
    if (back.indexOf('#') >= 0) {
      return Optional.empty();
    }
    if (back.startsWith(doorbuster + "/")) {
      return Optional.of(back);
    }
    return otherName(doorbuster)
        .filter(other -> back.startsWith(other + "/"))
        .map(other -> doorbuster + back.substring(other.length()));
  }

  /** The same address by the other of {@code localhost} and {@code 127.0.0.1}, where it is one. */
  static Optional<String> otherName(URI address) {
    String other =
        switch (String.valueOf(address.getHost())) {
          case "localhost" -> "127.0.0.1";
          case "127.0.0.1" -> "localhost";
          default -> "";
        };
    return other.isEmpty()
        ? Optional.empty()
        : Optional.of(address.toString().replaceFirst(address.getHost(), other));
  }

  private static String make(JWSAlgorithm algorithm) {
    try {
      JWK key =
          algorithm.equals(JWSAlgorithm.RS256)
              ? new RSAKeyGenerator(2048)
                  .algorithm(algorithm)
                  .keyUse(KeyUse.SIGNATURE)
                  .keyIDFromThumbprint(true)
                  .generate()
              : new ECKeyGenerator(Curve.P_256)
                  .algorithm(algorithm)
                  .keyUse(KeyUse.SIGNATURE)
                  .keyIDFromThumbprint(true)
                  .generate();
      return key.toJSONString();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
