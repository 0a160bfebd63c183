package io.doorbuster.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** One port: a router behind limits on headers, time and connections. */
public final class Server implements AutoCloseable {
  /** Idle connections are kept longer than proxies keep theirs (60 s): they are to close first. */
  private static final Patience PATIENCE =
      new Patience(
          Duration.ofSeconds(15),
          Duration.ofSeconds(75),
          Duration.ofSeconds(75),
          Duration.ofSeconds(5));

  static final int LINE_BYTES_MAX = 2_048;
  static final int HEADER_BYTES_MAX = 16_384;

  /**
   * Where and how a server listens.
   *
   * @param port 0 takes a free one
   * @param eventLoops threads that read and answer
   * @param connectionsMax further ones are closed at once
   * @param allowedOrigins of pages on other hosts that may call us (CORS)
   * @param proxies whose word about a buyer's address is taken
   */
  public record Options(
      String host,
      int port,
      int eventLoops,
      int connectionsMax,
      Set<String> allowedOrigins,
      TrustedProxies proxies) {

    /** Behind no proxy. */
    public Options(
        String host, int port, int eventLoops, int connectionsMax, Set<String> allowedOrigins) {
      this(host, port, eventLoops, connectionsMax, allowedOrigins, TrustedProxies.NONE);
    }
  }

  private final Vertx vertx;
  private final Router router;
  private final Options options;
  private final Function<Throwable, Problem> faults;
  private final Origins origins;
  private final Patience patience;
  private final AtomicInteger connections = new AtomicInteger();
  private volatile int port;
  private volatile String deployment = "";

  /**
   * Does not listen yet.
   *
   * @param faults what a handler threw in, what to answer out
   */
  public Server(Vertx vertx, Router router, Options options, Function<Throwable, Problem> faults) {
    this(vertx, router, options, faults, PATIENCE);
  }

  Server(
      Vertx vertx,
      Router router,
      Options options,
      Function<Throwable, Problem> faults,
      Patience patience) {
    this.patience = patience;
    this.vertx = vertx;
    this.router = router;
    this.options = options;
    this.origins = new Origins(options.allowedOrigins());
    this.faults = faults;
  }

  /**
   * Listens; returns the port.
   *
   * @throws CanNotListen where the port is in use, or the host is not ours
   */
  public int start() {
    // All event loops must share one port, so a free one is chosen ahead of them.
    port = options.port() == 0 ? probe(options.host(), 0) : options.port();
    DeploymentOptions many = new DeploymentOptions().setInstances(options.eventLoops());
    try {
      deployment =
          await(
              vertx.deployVerticle(Listener::new, many).toCompletionStage().toCompletableFuture());
    } catch (IllegalStateException e) {
      Throwable outer = e.getCause() == null ? e : e.getCause();
      throw new CanNotListen(
          options.host(), port, outer.getCause() == null ? outer : outer.getCause());
    }
    return port;
  }

  /**
   * Tries whether a port can be listened on, and leaves it again; returns it.
   *
   * @param port 0 finds a free one
   * @throws CanNotListen where the port is in use, or the host is not ours
   */
  public static int probe(String host, int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName(host))) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new CanNotListen(host, port, e);
    }
  }

  /** Where it listens, once it does. */
  public int port() {
    return port;
  }

  public int connections() {
    return connections.get();
  }

  /** Stops listening; open connections are closed. */
  @Override
  public void close() {
    await(vertx.undeploy(deployment).toCompletionStage().toCompletableFuture());
  }

  private static <T> T await(java.util.concurrent.CompletableFuture<T> future) {
    try {
      return future.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the server did not start or stop: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while waiting for the server", e);
    }
  }

  /** One event loop's share of the port. */
  private final class Listener extends AbstractVerticle {
    private final Connections open =
        new Connections(patience, connections, options.connectionsMax());
    private final SlowBodies slowBodies = new SlowBodies(patience.body());

    @Override
    public void start(Promise<Void> started) {
      HttpServerOptions http =
          new HttpServerOptions()
              .setHost(options.host())
              .setPort(port)
              .setMaxInitialLineLength(LINE_BYTES_MAX)
              .setMaxHeaderSize(HEADER_BYTES_MAX)
              .setIdleTimeout((int) patience.idle().toMillis())
              .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
              .setTcpNoDelay(true)
              .setAcceptBacklog(4_096)
              .setHttp2ClearTextEnabled(false);
      HttpServer server = vertx.createHttpServer(http);
      server.connectionHandler(open::accept);
      server.invalidRequestHandler(Listener::refuse);
      server.requestHandler(this::handle);
      vertx.setPeriodic(patience.sweepEveryMs(), timer -> sweep());
      server.listen().<Void>mapEmpty().onComplete(started);
    }

    private void handle(HttpServerRequest request) {
      open.asked(request);
      Server.this.handle(context, request, slowBodies);
    }

    private void sweep() {
      slowBodies.cutOff();
      open.closeSlow();
    }

    private static void refuse(HttpServerRequest request) {
      Throwable cause = request.decoderResult().cause();
      int status =
          switch (cause) {
            case TooLongHttpLineException e -> 414;
            case TooLongHttpHeaderException e -> 431;
            case null, default -> 400;
          };
      Problem problem = Problem.of("invalid", status, "This is not a request that we can read.");
      request
          .response()
          .setStatusCode(problem.status())
          .putHeader("Content-Type", "application/problem+json")
          .putHeader("Connection", "close")
          .end(problem.toJson().toBuffer())
          .onComplete(sent -> request.connection().close());
    }
  }

  private void handle(Context context, HttpServerRequest request, SlowBodies slowBodies) {
    if (origins.answer(request)) {
      return;
    }
    String path = request.path();
    Router.Match match = router.find(request.method().name(), path == null ? "" : path);
    Exchange exchange =
        new Exchange(request, match.parameters(), context, faults, slowBodies, options.proxies());
    Consumer<Exchange> handler = match.handler();
    if (handler == null) {
      refuse(exchange, request, match.allowed());
      return;
    }
    exchange.guard(() -> handler.accept(exchange));
  }

  private static void refuse(Exchange exchange, HttpServerRequest request, Set<String> allowed) {
    if (allowed.isEmpty()) {
      exchange.problem(Problem.notFound("page"));
    } else {
      request.response().putHeader("Allow", String.join(", ", allowed));
      exchange.problem(Problem.of("method-not-allowed", 405, "This path has another method."));
    }
  }
}
