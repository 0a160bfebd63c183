package io.doorbuster.page.cdn;

import java.util.Locale;
import java.util.Optional;

/**
 * What buyers call the page, and a provider's CDN answers to.
 *
 * @param edge the same place to be asked
 */
public record CdnSite(CdnEdge edge) {
  /** Reads {@code https://sale.shop.example}; a path has no place in it. */
  public static Optional<CdnSite> parse(String text) {
    return text.contains("=")
        ? Optional.empty()
        : CdnEdge.parse(text.toLowerCase(Locale.ROOT)).map(CdnSite::new);
  }

  /** With a port where it is not the usual one. */
  public String host() {
    boolean usual = edge.port() == (edge.tls() ? 443 : 80);
    return usual ? edge.host() : edge.host() + ":" + edge.port();
  }

  /** The whole address of a file. */
  public String url(String path) {
    return (edge.tls() ? "https://" : "http://") + host() + path;
  }
}
