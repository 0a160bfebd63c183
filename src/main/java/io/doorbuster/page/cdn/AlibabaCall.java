package io.doorbuster.page.cdn;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One signed call of an API of Alibaba Cloud, its signature method V3 (ACS3-HMAC-SHA256): what is
 * asked stands in the query, the body is empty.
 *
 * @param api where it goes; its path is the root
 * @param version of the API, a date
 * @param at to the second; the service allows 15 minutes of difference
 * @param nonce never the same twice
 */
record AlibabaCall(
    URI api,
    String action,
    String version,
    SortedMap<String, String> query,
    Instant at,
    String nonce) {
  private static final String ALGORITHM = "ACS3-HMAC-SHA256";

  AlibabaCall {
    query = new TreeMap<>(query);
  }

  HttpRequest sign(AlibabaCdn.Key key) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(api.resolve("/?" + canonicalQuery()))
            .POST(BodyPublishers.noBody())
            .header("Accept", "application/json")
            .header("Authorization", authorization(key));
    headers()
        .forEach(
            (name, value) -> {
              if (!name.equals("host")) { // the client sends that one itself
                request.header(name, value);
              }
            });
    return request.build();
  }

  String authorization(AlibabaCdn.Key key) {
    String toSign = ALGORITHM + "\n" + sha256(canonicalRequest());
    return "%s Credential=%s,SignedHeaders=%s,Signature=%s"
        .formatted(ALGORITHM, key.id(), signedHeaders(), hmac(key.secret(), toSign));
  }

  private String canonicalRequest() {
    String headers =
        headers().entrySet().stream()
            .map(header -> header.getKey() + ":" + header.getValue() + "\n")
            .collect(Collectors.joining());
    return String.join("\n", "POST", "/", canonicalQuery(), headers, signedHeaders(), sha256(""));
  }

  private SortedMap<String, String> headers() {
    String host = api.getPort() < 0 ? api.getHost() : api.getHost() + ":" + api.getPort();
    return new TreeMap<>(
        Map.of(
            "host", host,
            "x-acs-action", action,
            "x-acs-content-sha256", sha256(""),
            "x-acs-date", at.truncatedTo(ChronoUnit.SECONDS).toString(),
            "x-acs-signature-nonce", nonce,
            "x-acs-version", version));
  }

  private String signedHeaders() {
    return String.join(";", headers().keySet());
  }

  private String canonicalQuery() {
    return query.entrySet().stream()
        .map(one -> encode(one.getKey()) + "=" + encode(one.getValue()))
        .collect(Collectors.joining("&"));
  }

  /** By RFC 3986, in which a form's encoding differs at three places. */
  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private static String sha256(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a JVM without SHA-256", e);
    }
  }

  private static String hmac(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a JVM without HmacSHA256", e);
    }
  }
}
