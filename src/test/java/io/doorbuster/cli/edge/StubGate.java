package io.doorbuster.cli.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.doorbuster.drill.servers.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers as a gate does, and remembers who asked it for what. */
final class StubGate implements AutoCloseable {
  private static final String SHORT = "public, max-age=1";

  final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  final Set<String> passes = ConcurrentHashMap.newKeySet();
  final List<String> addresses = new CopyOnWriteArrayList<>();

  /** Of each request, empty where it came without one. */
  final List<String> origins = new CopyOnWriteArrayList<>();

  /** Forms that were asked for, empty where none was. */
  final Set<String> encodings = ConcurrentHashMap.newKeySet();

  /** What begins so is not here. */
  volatile String missing = "-";

  volatile long delayMs;
  private final int port;
  private final HttpServer server;

  StubGate() {
    this(Child.freePort());
  }

  private StubGate(int port) {
    this.port = port;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  int asked(String path) {
    AtomicInteger count = asked.get(path);
    return count == null ? 0 : count.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    int number = asked.computeIfAbsent(path, k -> new AtomicInteger()).incrementAndGet();
    String pass = exchange.getRequestHeaders().getFirst("Authorization");
    if (pass != null) {
      passes.add(pass);
    }
    addresses.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Forwarded-For")));
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    origins.add(origin == null ? "" : origin);
    exchange.getResponseHeaders().set("Vary", "Origin");
    if (origin != null) {
      exchange.getResponseHeaders().set("Access-Control-Allow-Origin", origin);
    }
    String encoding = exchange.getRequestHeaders().getFirst("Accept-Encoding");
    encodings.add(encoding == null ? "" : encoding);
    exchange.getRequestBody().readAllBytes();
    if (delayMs > 0) {
      try {
        Thread.sleep(delayMs);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    String body = path.startsWith("/s/") ? "{\"number\":" + number + "}" : "{\"order\":\"x\"}";
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (path.startsWith("/s/")) {
      exchange.getResponseHeaders().set("Cache-Control", SHORT);
    }
    byte[] bytes = body.getBytes(UTF_8);
    int status = path.startsWith(missing) ? 404 : path.startsWith("/api/") ? 202 : 200;
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** Nobody listens there any more. */
  void stop() {
    server.stop(0);
  }

  @Override
  public void close() {
    stop();
  }
}
