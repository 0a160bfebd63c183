package io.doorbuster.console;

import io.doorbuster.http.Exchange;
import io.doorbuster.http.Router;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Consumer;

/** The live page: three small files, which ask the admin API with the token typed into them. */
final class ConsolePage {
  /** No script but ours, no frame around it, no other host. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  void routes(Router router) {
    router
        .get("/console", file("console.html", "text/html; charset=utf-8"))
        .get("/console/console.js", file("console.js", "text/javascript; charset=utf-8"))
        .get("/console/console.css", file("console.css", "text/css; charset=utf-8"));
  }

  private static Consumer<Exchange> file(String name, String contentType) {
    Buffer body = Buffer.buffer(read(name));
    Map<String, String> headers =
        Map.of(
            "Content-Security-Policy", POLICY,
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cache-Control", "no-cache");
    return exchange -> exchange.send(200, contentType, body, headers);
  }

  private static byte[] read(String name) {
    try (InputStream in = ConsolePage.class.getResourceAsStream("/console/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks console/" + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
