package shop;

import com.nimbusds.jose.JWSAlgorithm;
import java.net.URI;
import java.nio.file.Path;

/** Writes the settings by which Doorbuster works with this shop: its settings file, or a part. */
final class DoorbusterSettings {
  private DoorbusterSettings() {}

  /**
   * @param doorbuster the buyers' side as browsers see it; its pages may be opened by this
   *     machine's other name too
   */
  static String yaml(URI shop, URI doorbuster, JWSAlgorithm algorithm, Path folder) {
    String identity =
        algorithm.equals(JWSAlgorithm.HS256)
            ? "hs256SecretFile: " + folder.resolve("identity.secret")
            : "jwksUrl: " + shop + "/.well-known/jwks.json";
    String origins =
        SignIn.otherName(doorbuster).map(other -> "\n  allowedOrigins: " + other).orElse("");
    return """
    http:
      publicUrl: %6$s%7$s
    identity:
      %2$s
      issuer: %3$s
      audience: %4$s
      signInUrl: %1$s/sign-in
    regularStock:
      adapter: http
      url: %1$s/stock
      secretFile: %5$s/stock.secret
    payment:
      provider: redirect
      url: %1$s/pay
      statusUrl: %1$s/pay/status
      secretFile: %5$s/payment.secret
    events:
      webhookUrl: %1$s/events
      secretFile: %5$s/events.secret
      perSecond: 50
      concurrency: 4
    """
        .formatted(shop, identity, SignIn.ISSUER, SignIn.AUDIENCE, folder, doorbuster, origins);
  }
}
