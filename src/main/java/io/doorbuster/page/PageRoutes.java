package io.doorbuster.page;

import io.doorbuster.http.Exchange;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.metrics.Meters;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Serves the published pages and their state, all from memory on the event loop. */
public final class PageRoutes {
  private static final String A_SECOND = "public, max-age=1";
  private static final Map<String, String> STATE_HEADERS =
      Map.of("Cache-Control", A_SECOND, "X-Content-Type-Options", "nosniff");

  private final StaticFiles files;
  private final StateJson states;
  private final Meters meters;

  /**
   * @param nanoTime a steady clock, such as {@link System#nanoTime}
   */
  public PageRoutes(
      PagePublisher publisher, SaleStateSource source, LongSupplier nanoTime, Meters meters) {
    this.meters = meters;
    this.files = publisher.files();
    this.states = new StateJson(source, nanoTime);
  }

  public void routes(Router router) {
    router
        .get("/s/{sale}", counted(this::addSlash))
        .get("/s/{sale}/state.json", counted(this::state))
        .get("/s/{sale}/{file}", counted(this::file));
  }

  /** An edge should keep nearly all of them away; the count shows whether it does. */
  private Consumer<Exchange> counted(Consumer<Exchange> answer) {
    return exchange -> {
      meters.pageRequest();
      answer.accept(exchange);
    };
  }

  /** The page names its files relative to itself. */
  private void addSlash(Exchange exchange) {
    String sale = exchange.parameter("sale");
    if (files.find(sale, "", null, null).isEmpty()) {
      missing(exchange, "sale");
      return;
    }
    exchange.send(308, "text/plain", Buffer.buffer(), Map.of("Location", "/s/" + sale + "/"));
  }

  private void state(Exchange exchange) {
    states
        .find(exchange.parameter("sale"))
        .ifPresentOrElse(
            bytes -> exchange.send(200, "application/json", bytes, STATE_HEADERS),
            () -> missing(exchange, "sale"));
  }

  private void file(Exchange exchange) {
    files
        .find(
            exchange.parameter("sale"),
            exchange.parameter("file"),
            exchange.header("Accept-Encoding"),
            exchange.header("If-None-Match"))
        .ifPresentOrElse(
            found ->
                exchange.send(found.status(), found.contentType(), found.body(), found.headers()),
            () -> {
              if (PageRenderer.keepsItsName(exchange.parameter("file"))) {
                missing(exchange, "page");
              } else {
                exchange.problem(Problem.notFound("page")); // of such names there is no end
              }
            });
  }

  /**
   * A cache keeps it a second: what was taken down takes the place of what it had, and a crowd in
   * front of a page that is not there yet asks us once.
   */
  private static void missing(Exchange exchange, String what) {
    Buffer body = Problem.notFound(what).toJson().toBuffer();
    exchange.send(404, "application/problem+json", body, Map.of("Cache-Control", A_SECOND));
  }
}
