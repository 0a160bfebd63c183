package shop;

import com.sun.net.httpserver.HttpExchange;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The little that every page and call of the shop needs from HTTP. */
final class Web {
  /** Doorbuster's events and calls are far smaller; a larger body is not from it. */
  private static final int BODY_BYTES_MAX = 64 * 1024;

  private Web() {}

  /** The raw body, as it was signed; empty when it is too large. */
  static Optional<byte[]> body(HttpExchange call) throws IOException {
    byte[] body = call.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
    return body.length > BODY_BYTES_MAX ? Optional.empty() : Optional.of(body);
  }

  static Map<String, String> parameters(String rawQueryOrForm) {
    Map<String, String> parameters = new HashMap<>();
    for (String part : rawQueryOrForm == null ? new String[0] : rawQueryOrForm.split("&", -1)) {
      int at = part.indexOf('=');
      if (at > 0) {
        parameters.put(decode(part.substring(0, at)), decode(part.substring(at + 1)));
      }
    }
    return parameters;
  }

  static void json(HttpExchange call, int status, JsonObject body) throws IOException {
    send(call, status, "application/json", body.encode());
  }

  static void problem(HttpExchange call, int status, String detail) throws IOException {
    json(call, status, new JsonObject().put("status", status).put("detail", detail));
  }

  static void page(HttpExchange call, int status, String title, String html) throws IOException {
    String page =
        """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>%1$s</title>
        <meta name="viewport" content="width=device-width">
        <style>body{font:18px system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}
        button,input{font:inherit;padding:.5rem 1rem;margin:.25rem}</style>
        <h1>%1$s</h1>%2$s</html>
        """
            .formatted(escape(title), html);
    // A sign-in link or a payment link in a Referer would tell other sites what is not theirs.
    call.getResponseHeaders().set("Referrer-Policy", "no-referrer");
    call.getResponseHeaders().set("X-Frame-Options", "DENY");
    send(call, status, "text/html; charset=utf-8", page);
  }

  static void redirect(HttpExchange call, String where) throws IOException {
    call.getResponseHeaders().set("Location", where);
    send(call, 303, "text/plain", "");
  }

  /** Text made safe for HTML, inside attributes too. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static void send(HttpExchange call, int status, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    call.getResponseHeaders().set("Content-Type", type);
    call.getResponseHeaders().set("Cache-Control", "no-store");
    call.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    call.getResponseBody().write(bytes);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
