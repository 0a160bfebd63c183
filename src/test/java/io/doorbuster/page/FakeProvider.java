package io.doorbuster.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** Signs everybody in, by the code flow; a code counts once, and with its verifier only. */
final class FakeProvider implements AutoCloseable {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** What was asked for, by the code that was given. */
  private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();

  private final HttpServer server;
  volatile boolean refuses;
  volatile String nonceInstead = "";

  FakeProvider() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/authorize", this::authorize);
    server.createContext("/token", this::token);
    server.start();
  }

  PageRenderer.Oidc oidc() {
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new PageRenderer.Oidc(
        base.resolve("/authorize?tenant=1"), base.resolve("/token"), "boots", "openid email");
  }

  private void authorize(HttpExchange exchange) throws IOException {
    Map<String, String> asked = values(exchange.getRequestURI().getRawQuery());
    String code = "code-" + codes.size();
    codes.put(code, asked);
    String said = refuses ? "error=access_denied" : "code=" + code;
    exchange
        .getResponseHeaders()
        .set(
            "Location",
            asked.get("redirect_uri")
                + "?"
                + said
                + "&state="
                + URLEncoder.encode(asked.getOrDefault("state", ""), UTF_8));
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> given = values(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    String code = given.getOrDefault("code", "");
    Map<String, String> asked = codes.getOrDefault(code, Map.of());
    codes.remove(code);
    boolean right =
        List.of("1", "boots", "openid email", "S256")
                .equals(values(asked, "tenant", "client_id", "scope", "code_challenge_method"))
            && List.of("authorization_code", "boots")
                .equals(values(given, "grant_type", "client_id"))
            && values(asked, "redirect_uri").equals(values(given, "redirect_uri"))
            && values(asked, "code_challenge")
                .equals(List.of(sha256(given.getOrDefault("code_verifier", ""))));
    JsonObject answer = new JsonObject();
    if (right) {
      String nonce = nonceInstead.isEmpty() ? asked.getOrDefault("nonce", "") : nonceInstead;
      String claims = new JsonObject().put("sub", "ada").put("nonce", nonce).encode();
      answer.put("id_token", "e30." + BASE64.encodeToString(claims.getBytes(UTF_8)) + ".sig");
    }
    byte[] bytes = answer.encode().getBytes(UTF_8);
    exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(right ? 200 : 400, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static List<String> values(Map<String, String> of, String... names) {
    return Stream.of(names).map(name -> of.getOrDefault(name, "")).toList();
  }

  private static Map<String, String> values(String form) {
    Map<String, String> values = new HashMap<>();
    for (String pair : form.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      values.put(parts[0], URLDecoder.decode(parts.length < 2 ? "" : parts[1], UTF_8));
    }
    return values;
  }

  private static String sha256(String text) {
    try {
      return BASE64.encodeToString(
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
