package io.doorbuster.page.cdn;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Answers as a provider's API does, by answers in the form of its documentation. */
public final class FakeProvider implements AutoCloseable {
  /** Of the tests: short pauses, and time enough for an answer on a busy machine. */
  static final Patience QUICK =
      new Patience(
          Duration.ofSeconds(10),
          Duration.ofMillis(20),
          Duration.ofMillis(1_500),
          Duration.ofMillis(30));

  /** Where no answer will come. */
  static final Patience HASTY =
      new Patience(Duration.ofMillis(600), QUICK.pause(), QUICK.busy(), QUICK.poll());

  /** What came in; the headers by name in small letters. */
  public record Call(String method, URI uri, UnaryOperator<String> header, String body) {}

  /** Writes one answer. */
  @FunctionalInterface
  public interface Reply {
    void write(HttpExchange exchange) throws IOException;
  }

  public final List<Call> calls = new CopyOnWriteArrayList<>();

  /** The answers to the next calls; the last one stays. */
  public final Deque<Reply> replies = new ConcurrentLinkedDeque<>();

  private final CountDownLatch closed = new CountDownLatch(1);
  private final HttpServer server;

  public FakeProvider() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    UnaryOperator<String> header =
        name -> String.valueOf(exchange.getRequestHeaders().getFirst(name));
    calls.add(new Call(exchange.getRequestMethod(), exchange.getRequestURI(), header, body));
    Reply reply = replies.size() > 1 ? replies.poll() : replies.peek();
    if (reply == null) {
      throw new IllegalStateException("no reply is prepared");
    }
    try (exchange) {
      reply.write(exchange);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  public void reply(Reply... more) {
    replies.addAll(List.of(more));
  }

  public static String recorded(String name) {
    try (InputStream file = FakeProvider.class.getResourceAsStream("/page/cdn/" + name + ".json")) {
      if (file == null) {
        throw new IllegalStateException("no recorded answer " + name);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Reply json(int status, String name) {
    return text(status, recorded(name));
  }

  static Reply later(int status, String name, int retryAfter) {
    return exchange -> {
      exchange.getResponseHeaders().set("Retry-After", "" + retryAfter);
      json(status, name).write(exchange);
    };
  }

  public static Reply text(int status, String body) {
    return exchange -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** Says nothing until the test is over. */
  Reply silence() {
    return exchange -> awaitClose(Duration.ofMinutes(1));
  }

  /** Begins an answer and never ends it, a byte at a time. */
  Reply drip() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      while (!awaitClose(Duration.ofMillis(100))) {
        exchange.getResponseBody().write(' ');
        exchange.getResponseBody().flush();
      }
    };
  }

  private boolean awaitClose(Duration most) {
    try {
      return closed.await(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
