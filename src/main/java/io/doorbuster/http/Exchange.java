package io.doorbuster.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
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
  /** A body that is not there after so long is cut off: a slow sender holds nothing. */
  static final Duration BODY_TIMEOUT = Duration.ofSeconds(5);

  private static final Pattern WAIT = Pattern.compile("(?:^|[,; ])wait=(\\d{1,4})(?:$|[,; ])");

  private final HttpServerRequest request;
  private final Map<String, String> parameters;
  private final Context context;
  private final Function<Throwable, Problem> faults;
  private final Thread eventLoop = Thread.currentThread();

  /** Made on the connection's event loop. */
  Exchange(
      HttpServerRequest request,
      Map<String, String> parameters,
      Context context,
      Function<Throwable, Problem> faults) {
    this.request = request;
    this.parameters = parameters;
    this.context = context;
    this.faults = faults;
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

  public @Nullable String query(String name) {
    return request.getParam(name);
  }

  /** The path with its query, as it came. */
  public String uri() {
    return request.uri();
  }

  public String remoteAddress() {
    return request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
  }

  /** The token of {@code Authorization: Bearer ...}, or null. */
  public @Nullable String bearer() {
    String value = request.getHeader("Authorization");
    return value != null && value.startsWith("Bearer ") ? value.substring(7).strip() : null;
  }

  /** How long the asker would wait for news ({@code Prefer: wait=10}, RFC 7240). */
  public Duration preferredWait(Duration most) {
    String prefer = request.getHeader("Prefer");
    Matcher wait = WAIT.matcher(prefer == null ? "" : prefer);
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
    BodyReader.read(context, request, bytesMax, then);
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
      long seconds = Math.max(1, Math.ceilDiv(problem.retryAfter().toMillis(), 1_000));
      headers.put("Retry-After", Long.toString(seconds));
    }
    if (problem.location() != null) {
      headers.put("Location", problem.location());
    }
    send(problem.status(), "application/problem+json", problem.toJson().toBuffer(), headers);
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
          headers.forEach(response::putHeader);
          response.end(body);
        });
  }

  /** Runs blocking work on a virtual thread; what it throws becomes a problem body. */
  public void offload(Runnable work) {
    request.pause();
    Thread.ofVirtual()
        .name("request")
        .start(
            () -> {
              try {
                work.run();
              } catch (RuntimeException | Error e) {
                fail(e);
              }
            });
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
    long timer = context.owner().setTimer(Math.max(1, delay.toMillis()), id -> work.run());
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
