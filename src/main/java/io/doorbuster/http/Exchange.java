package io.doorbuster.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Its methods may be called from any thread: what touches the
 * connection is carried to the connection's event loop.
 */
public final class Exchange {
  private static final Pattern WAIT =
      Pattern.compile("(?:^|[,; \t])wait=(\\d{1,9})(?:$|[,; \t])", Pattern.CASE_INSENSITIVE);
  private static final String BEARER = "Bearer ";
  private static final CharSequence PROBLEM_JSON =
      HttpHeaders.createOptimized("application/problem+json");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  private static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("Retry-After");

  private final HttpServerRequest request;
  private final Map<String, String> parameters;
  private final Context context;
  private final Function<Throwable, Problem> faults;
  private final SlowBodies slowBodies;
  private final TrustedProxies proxies;
  private final Thread eventLoop = Thread.currentThread();

  /** Made on the connection's event loop. */
  Exchange(
      HttpServerRequest request,
      Map<String, String> parameters,
      Context context,
      Function<Throwable, Problem> faults,
      SlowBodies slowBodies,
      TrustedProxies proxies) {
    this.proxies = proxies;
    this.request = request;
    this.parameters = parameters;
    this.context = context;
    this.faults = faults;
    this.slowBodies = slowBodies;
  }

  public String method() {
    return request.method().name();
  }

  public String path() {
    String path = request.path();
    return path == null ? "" : path;
  }

  /** A segment of the path by its name in the route. */
  public String parameter(String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no {" + name + "}");
    }
    return value;
  }

  public @Nullable String header(String name) {
    return request.getHeader(name);
  }

  /** A value of the query, or null where there is none that can be read. */
  public @Nullable String query(String name) {
    try {
      return request.getParam(name);
    } catch (IllegalArgumentException e) {
      return null; // a broken escape
    }
  }

  /** The path with its query, as it came. */
  public String uri() {
    return request.uri();
  }

  /** The asker's address, as the proxies that we trust tell it, or as the connection has it. */
  public String remoteAddress() {
    if (request.remoteAddress() == null) {
      return "";
    }
    List<String> forwarded = request.headers().getAll("X-Forwarded-For");
    return proxies.address(
        request.remoteAddress().hostAddress(),
        forwarded.isEmpty() ? null : String.join(",", forwarded));
  }

  /** The token of {@code Authorization: Bearer ...}, or null. */
  public @Nullable String bearer() {
    String value = request.getHeader("Authorization");
    return value != null && value.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? value.substring(BEARER.length()).strip()
        : null;
  }

  /** How long the asker would wait for news ({@code Prefer: wait=10}, RFC 7240). */
  public Duration preferredWait(Duration most) {
    Matcher wait = WAIT.matcher(String.join(",", request.headers().getAll("Prefer")));
    if (!wait.find()) {
      return Duration.ZERO;
    }
    Duration asked = Duration.ofSeconds(Long.parseLong(wait.group(1)));
    return asked.compareTo(most) > 0 ? most : asked;
  }

  /**
   * Reads the body, on the event loop.
   *
   * @param then gets the body, or empty where it was too large, cut off or too slow
   */
  public void body(int bytesMax, Consumer<Optional<Buffer>> then) {
    BodyReader.read(request, bytesMax, slowBodies, body -> guard(() -> then.accept(body)));
  }

  /** As {@link #body(int, Consumer)}, but cut off only after so long. */
  public void body(int bytesMax, Duration patience, Consumer<Optional<Buffer>> then) {
    BodyReader.read(
        request, bytesMax, slowBodies, patience, body -> guard(() -> then.accept(body)));
  }

  public void json(int status, JsonObject json) {
    send(status, "application/json", json.toBuffer(), Map.of());
  }

  public void json(int status, JsonObject json, String location) {
    send(status, "application/json", json.toBuffer(), Map.of("Location", location));
  }

  public void problem(Problem problem) {
    Map<String, String> headers = new java.util.HashMap<>();
    if (problem.retryAfter() != null) {
      headers.put("Retry-After", Problem.retryAfterSeconds(problem.retryAfter()));
    }
    if (problem.location() != null) {
      headers.put("Location", problem.location());
    }
    send(problem.status(), "application/problem+json", problem.toJson().toBuffer(), headers);
  }

  /** Refuses, on the event loop, by what was prepared. */
  public void refuse(PreparedProblem problem, @Nullable Duration retryAfter) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(problem.status());
    response.putHeader(HttpHeaders.CONTENT_TYPE, PROBLEM_JSON);
    response.putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
    if (retryAfter != null) {
      response.putHeader(RETRY_AFTER, Problem.retryAfterSeconds(retryAfter));
    }
    response.end(problem.body(retryAfter));
    request.resume();
  }

  /** Sends an answer; where one was already sent, or the connection is gone, does nothing. */
  public void send(int status, String contentType, Buffer body, Map<String, String> headers) {
    onEventLoop(
        () -> {
          HttpServerResponse response = request.response();
          if (response.ended() || response.closed()) {
            return;
          }
          response.setStatusCode(status);
          response.putHeader("Content-Type", contentType);
          if (!headers.containsKey("Cache-Control")) {
            response.putHeader("Cache-Control", "no-store");
          }
          headers.forEach((name, value) -> response.putHeader(name, join(response, name, value)));
          if (request.method().equals(HttpMethod.HEAD)) {
            response.putHeader("Content-Length", Integer.toString(body.length()));
            response.end();
          } else {
            response.end(body);
          }
          request.resume(); // a body that nobody reads would hold up the connection
        });
  }

  /** The value; an answer varies by the asker's origin too, where that was said before. */
  private static String join(HttpServerResponse response, String name, String value) {
    String before = name.equals("Vary") ? response.headers().get(name) : null;
    return before == null ? value : before + ", " + value;
  }

  /** Runs blocking work on a virtual thread; what it throws becomes a problem body. */
  public void offload(Runnable work) {
    request.pause();
    Thread.ofVirtual().name("request").start(() -> guard(work));
  }

  /** Runs a handler's part; what it throws becomes a problem body. */
  void guard(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  /** As {@link #offload}, answering 200 with the work's JSON. */
  public void answer(Callable<JsonObject> work) {
    offload(
        () -> {
          try {
            json(200, work.call());
          } catch (RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** Runs something later on the event loop; returns what calls it off. */
  public Runnable after(Duration delay, Runnable work) {
    long timer = context.owner().setTimer(Math.max(1, delay.toMillis()), id -> guard(work));
    return () -> context.owner().cancelTimer(timer);
  }

  /** Answers what a handler threw. */
  public void fail(Throwable fault) {
    problem(faults.apply(fault));
  }

  private void onEventLoop(Runnable work) {
    if (Thread.currentThread().equals(eventLoop)) {
      work.run();
    } else {
      context.runOnContext(v -> work.run());
    }
  }
}
