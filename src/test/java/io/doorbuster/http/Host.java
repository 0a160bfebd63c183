package io.doorbuster.http;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server with a route for each thing that a handler does. */
final class Host implements AutoCloseable {
  static final int BODY_BYTES_MAX = 4_096;
  static final String PAGE_ORIGIN = "https://sale.shop.example";

  /** Short, so that a test need not wait long. */
  static final Patience PATIENCE =
      new Patience(
          Duration.ofMillis(600),
          Duration.ofMillis(600),
          Duration.ofMillis(2_000),
          Duration.ofMillis(400));

  final AtomicInteger handled = new AtomicInteger();
  final Server server;
  final int port;
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));

  Host(int connectionsMax, Set<String> origins, Patience patience) {
    Server.Options options = new Server.Options("127.0.0.1", 0, 2, connectionsMax, origins);
    server = new Server(vertx, routes(), options, Host::problem, patience);
    port = server.start();
  }

  Host() {
    this(20_000, Set.of(PAGE_ORIGIN), PATIENCE);
  }

  private static Problem problem(Throwable fault) {
    return Problem.of("internal", 500, "broken", String.valueOf(fault.getMessage()));
  }

  private Router routes() {
    return new Router()
        .get("/hello", exchange -> exchange.json(200, new JsonObject().put("hello", "you")))
        .get(
            "/varies",
            e -> e.send(200, "text/plain", Buffer.buffer(), Map.of("Vary", "Accept-Encoding")))
        .get("/items/mine", exchange -> echo(exchange, "mine"))
        .get("/items/{id}", exchange -> echo(exchange, exchange.parameter("id")))
        .post("/items/{id}", exchange -> echo(exchange, "posted"))
        .get("/query", exchange -> echo(exchange, String.valueOf(exchange.query("q"))))
        .get("/bearer", exchange -> echo(exchange, String.valueOf(exchange.bearer())))
        .get(
            "/wait",
            exchange -> echo(exchange, exchange.preferredWait(Duration.ofSeconds(25)).toString()))
        .get("/retry/{ns}", Host::retry)
        .post("/orders", exchange -> exchange.body(BODY_BYTES_MAX, body -> answer(exchange, body)))
        .post("/unread", exchange -> echo(exchange, "refused unread"))
        .post("/unread/offloaded", exchange -> exchange.answer(JsonObject::new))
        .get("/later", exchange -> exchange.after(Duration.ofMillis(200), () -> echo(exchange, "")))
        .get("/twice", Host::twice)
        .get("/faults/loop", exchange -> fail("on the loop"))
        .get("/faults/error", Host::overflow)
        .get("/faults/offloaded", exchange -> exchange.offload(() -> fail("offloaded")))
        .get("/faults/checked", exchange -> exchange.answer(Host::failChecked))
        .get(
            "/faults/after",
            exchange -> exchange.after(Duration.ofMillis(1), () -> fail("afterwards")))
        .post("/faults/body", exchange -> exchange.body(10, body -> fail("with the body")));
  }

  private void echo(Exchange exchange, String text) {
    handled.incrementAndGet();
    exchange.json(200, new JsonObject().put("text", text));
  }

  private static void retry(Exchange exchange) {
    Duration wait = Duration.ofNanos(Long.parseLong(exchange.parameter("ns")));
    exchange.problem(
        Problem.of("too-fast", 429, "Too fast.").withRetryAfter(wait).withLocation("/there"));
  }

  private void answer(Exchange exchange, Optional<Buffer> body) {
    handled.incrementAndGet();
    if (body.isEmpty()) {
      exchange.problem(Problem.of("invalid", 400, "No body."));
    } else {
      exchange.json(200, new JsonObject().put("bytes", body.get().length()), "/orders/1");
    }
  }

  private static void twice(Exchange exchange) {
    exchange.send(200, "text/plain", Buffer.buffer("first"), Map.of("Cache-Control", "max-age=1"));
    exchange.send(500, "text/plain", Buffer.buffer("second"), Map.of());
    exchange.offload(() -> exchange.json(500, new JsonObject()));
  }

  private static void fail(String where) {
    throw new IllegalStateException(where);
  }

  private static JsonObject failChecked() throws Exception {
    throw new java.io.IOException("checked");
  }

  private static void overflow(Exchange exchange) {
    throw new StackOverflowError("too deep");
  }

  @Override
  public void close() {
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
