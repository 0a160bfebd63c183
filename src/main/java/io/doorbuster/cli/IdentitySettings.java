package io.doorbuster.cli;

import io.doorbuster.page.PageRenderer;
import io.doorbuster.sale.Fields;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads how buyers are known: the key {@code identity}. */
final class IdentitySettings {
  private IdentitySettings() {}

  static Settings.Identity read(Fields fields) {
    Settings.Identity identity =
        new Settings.Identity(
            SettingValues.secret(fields, "hs256Secret"),
            SettingValues.uri(fields, "jwksUrl"),
            SettingValues.path(fields, "jwksFile"),
            SettingsReader.or(fields.findText("issuer"), "shop"),
            SettingsReader.or(fields.findText("audience"), "doorbuster"),
            SettingsReader.or(fields.findText("buyerClaim"), "sub"),
            fields.duration("leeway", Duration.ofSeconds(30), Duration.ZERO, Duration.ofHours(1)),
            fields.findText("signInUrl"),
            oidc(fields.fields("oidc")));
    int ways = 0;
    ways += identity.hs256Secret() == null ? 0 : 1;
    ways += identity.jwksUrl() == null ? 0 : 1;
    ways += identity.jwksFile() == null ? 0 : 1;
    if (ways > 1) {
      fields.reject("hs256Secret", "give one of hs256Secret, jwksUrl and jwksFile, not " + ways);
    }
    fields.finish();
    return identity;
  }

  private static PageRenderer.@Nullable Oidc oidc(Fields fields) {
    URI authorizeUrl = SettingValues.uri(fields, "authorizeUrl");
    URI tokenUrl = SettingValues.uri(fields, "tokenUrl");
    String clientId = fields.findText("clientId");
    String scope = SettingsReader.or(fields.findText("scope"), "openid");
    fields.finish();
    if (authorizeUrl != null && tokenUrl != null && clientId != null) {
      return new PageRenderer.Oidc(authorizeUrl, tokenUrl, clientId, scope);
    }
    if (authorizeUrl != null || tokenUrl != null || clientId != null) {
      fields.reject(
          "clientId", "authorizeUrl, tokenUrl and clientId belong together: give all three");
    }
    return null;
  }
}
