package io.doorbuster.cli.edge;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration for nginx; what it does and why stands in its text, and in docs/edge.md.
 *
 * @param tls null where something in front ends it
 * @param root of the published pages; null where others are asked for them
 * @param bucket that is asked for them; null where there is a root, or the gates are
 * @param networks of the CDN, whose word about an address is taken
 * @param operators networks of those who may drop what is cached
 * @param origins of pages on other hosts that may have the page's files, and may call
 * @param connections of a worker
 * @param addressConnections open at a time of an address
 */
record NginxConf(
    String host,
    List<String> gates,
    int port,
    @Nullable Tls tls,
    @Nullable Path root,
    @Nullable BucketOrigin bucket,
    Path cache,
    String accessLog,
    List<String> networks,
    List<String> operators,
    List<String> origins,
    Rates rates,
    int connections,
    int addressConnections,
    boolean brotli,
    boolean testPayments) {

  /** The names of both files. */
  record Tls(Path certificate, Path key) {
    String lines() {
      return INSIDE
          + "ssl_certificate "
          + certificate
          + ";\n"
          + INSIDE
          + "ssl_certificate_key "
          + key
          + ";\n";
    }
  }

  /**
   * Requests a second.
   *
   * @param stranger of an address without a pass
   * @param flood of an address, with one or without
   * @param total to all gates
   */
  record Rates(int buyer, int stranger, int flood, int total) {}

  private static final String INSIDE = " ".repeat(8);

  /** nginx takes those of an outer level only where an inner one has none. */
  private static final List<String> PROXY_HEADERS =
      List.of(
          "Connection \"\"",
          "Host $host",
          "X-Forwarded-For $remote_addr",
          "X-Forwarded-Proto $scheme");

  private static final String HSTS =
      "add_header Strict-Transport-Security max-age=31536000 always;";

  String text(String command) {
    Map<String, String> values = new HashMap<>();
    values.put("command", command);
    values.put("host", host);
    values.put("files", Integer.toString(2 * connections));
    values.put("connections", Integer.toString(connections));
    values.put("sockets", Integer.toString(addressConnections));
    values.put("cache", cache.toString());
    values.put(
        "accessLog", accessLog.equals("off") ? "off" : accessLog + " sale buffer=64k flush=1s");
    values.put("listen", port + (tls == null ? "" : " ssl http2"));
    values.put("root", String.valueOf(root));
    values.put("buyerRate", Integer.toString(rates.buyer));
    values.put("buyerBurst", Integer.toString(2 * rates.buyer));
    values.put("strangerRate", Integer.toString(rates.stranger));
    values.put("strangerBurst", Integer.toString(2 * rates.stranger));
    values.put("floodRate", Integer.toString(rates.flood));
    values.put("wholeRate", Integer.toString(rates.total));
    values.put("retrySeconds", "2");
    values.put("retryMs", "2000");
    values.put("operators", lines(INSIDE + "%s 1;\n", operators));
    values.put("origins", lines(INSIDE + "\"%1$s\" \"%1$s\";\n", origins));
    values.put("pageOrigins", pageOrigins());
    values.put("answerOrigins", origins.isEmpty() ? "" : allow("$allowed_origin"));
    values.put("realAddress", realAddress());
    values.put("gates", lines(INSIDE + "server %s max_fails=1 fail_timeout=2s;\n", gates));
    values.put("proxyHeaders", lines(INSIDE + "    proxy_set_header %s;\n", PROXY_HEADERS));
    values.put(
        "brotliModule", brotli ? "load_module modules/ngx_http_brotli_static_module.so;\n" : "");
    values.put("brotliOn", brotli ? "\n" + INSIDE + "    brotli_static on;" : "");
    secure(values);
    values.put("pay", testPayments ? EdgeText.fill("pay.conf", values) : "");
    values.put("bucket", bucket == null ? "" : bucket.upstream(values));
    values.put("page", page(values));
    return EdgeText.fill("nginx.conf", values);
  }

  private String page(Map<String, String> values) {
    if (bucket == null) {
      values.put("cachedAsk", EdgeText.fill("page-cached-ask.conf", values));
      return EdgeText.fill(root == null ? "page-cached.conf" : "page-files.conf", values);
    }
    values.put("bucketAsk", EdgeText.fill("page-bucket-ask.conf", values));
    return EdgeText.fill("page-bucket.conf", values);
  }

  private void secure(Map<String, String> values) {
    if (tls == null) {
      values.put("refuseOthers", INSIDE + "return 444;\n");
      values.put("redirect", "");
      values.put("tls", "");
      values.put("tlsForms", "");
      values.put("hsts", "");
      return;
    }
    values.put("refuseOthers", tls.lines() + INSIDE + "ssl_reject_handshake on;\n");
    values.put("redirect", EdgeText.fill("redirect.conf", values));
    values.put("tlsForms", EdgeText.fill("tls.conf", values));
    values.put("tls", tls.lines() + INSIDE + HSTS + "\n");
    values.put("hsts", INSIDE + "    " + HSTS + "\n");
  }

  /** The only origin may be told to everybody: then one copy does for all, at any CDN. */
  private String pageOrigins() {
    return switch (origins.size()) {
      case 0 -> "";
      case 1 -> allow(origins.getFirst());
      default -> allow("$allowed_origin") + INSIDE + "    add_header Vary Origin always;\n";
    };
  }

  private static String allow(String origin) {
    return lines(
        INSIDE + "    add_header Access-Control-%s always;\n",
        List.of("Allow-Origin " + origin, "Expose-Headers \"Location, Retry-After, Age\""));
  }

  private String realAddress() {
    return networks.isEmpty()
        ? ""
        : "    # Behind the CDN: its word about an address is taken, and nobody else's.\n"
            + lines("    set_real_ip_from %s;\n", networks)
            + "    real_ip_header X-Forwarded-For;\n    real_ip_recursive on;\n\n";
  }

  private static String lines(String form, List<String> values) {
    StringBuilder lines = new StringBuilder();
    values.forEach(value -> lines.append(form.formatted(value)));
    return lines.toString();
  }
}
