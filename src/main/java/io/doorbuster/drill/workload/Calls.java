package io.doorbuster.drill.workload;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Blocking HTTP for virtual threads over one bounded pool of connections. */
public final class Calls implements AutoCloseable {
  /** Beyond the client's own timeouts: a net under them. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  /**
   * Shorter than the server's patience, also with a connection that the pool opened and never used:
   * the server is never the one that closes a connection just being used.
   */
  private static final int KEEP_ALIVE_SECONDS = 10;

  private final HttpClient client;

  /** Of those who leave: the connection that they close may be nobody else's by then. */
  private final HttpClient leaving;

  private final String host;
  private final int port;
  private final InstantSource clock;

  /** What came back, ahead of its times. */
  private record Answer(HttpClientResponse response, Buffer body) {}

  public Calls(Vertx vertx, URI base, int connectionsMax, InstantSource clock) {
    this.client = client(vertx, connectionsMax, true);
    this.leaving = client(vertx, connectionsMax, false);
    this.host = base.getHost();
    this.port = base.getPort() < 0 ? 80 : base.getPort();
    this.clock = clock;
  }

  private static HttpClient client(Vertx vertx, int connectionsMax, boolean keepAlive) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setKeepAlive(keepAlive)
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setTcpNoDelay(true)
            .setConnectTimeout(5_000);
    PoolOptions pool =
        new PoolOptions().setHttp1MaxSize(connectionsMax).setMaxWaitQueueSize(2 * Plan.BUYERS_MAX);
    // A broken connection is an outcome here, not an error to be logged for each.
    return vertx
        .httpClientBuilder()
        .with(options)
        .with(pool)
        .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
        .build();
  }

  /** Sends and waits for the whole answer, or until the time is over. */
  public Reply send(
      HttpMethod method, String uri, Map<String, String> headers, Buffer body, Duration timeout)
      throws InterruptedException {
    long sentMs = clock.millis();
    Future<Answer> answer =
        client
            .request(options(method, uri, headers, timeout))
            .compose(request -> exchange(request, body));
    try {
      return answered(await(answer, timeout.plus(MARGIN)), sentMs);
    } catch (TimeoutException e) {
      return failed(Call.Outcome.TIMED_OUT, sentMs);
    } catch (ExecutionException e) {
      // Vert.x tells of a timeout by an exception of its own whose name says so.
      boolean late = String.valueOf(e.getCause()).contains("imeout");
      return failed(late ? Call.Outcome.TIMED_OUT : Call.Outcome.CUT, sentMs);
    }
  }

  /** The answer is listened for ahead of the sending: once it is there, a body is not kept. */
  private static Future<Answer> exchange(HttpClientRequest request, Buffer body) {
    Future<Answer> answer =
        request
            .response()
            .compose(response -> response.body().map(bytes -> new Answer(response, bytes)));
    return request.end(body).compose(sent -> answer);
  }

  /** Sends, and closes the connection without waiting for the answer. */
  public Reply sendAndLeave(
      HttpMethod method, String uri, Map<String, String> headers, Buffer body, Duration timeout)
      throws InterruptedException {
    long sentMs = clock.millis();
    Future<Void> left =
        leaving
            .request(options(method, uri, headers, timeout))
            .compose(request -> request.end(body).compose(sent -> leave(request)));
    try {
      await(left, timeout);
      return failed(Call.Outcome.LEFT, sentMs);
    } catch (ExecutionException | TimeoutException e) {
      return failed(Call.Outcome.CUT, sentMs);
    }
  }

  private static Future<Void> leave(HttpClientRequest request) {
    return request.connection().close();
  }

  private RequestOptions options(
      HttpMethod method, String uri, Map<String, String> headers, Duration timeout) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setHost(host)
            .setPort(port)
            .setURI(uri)
            .setTimeout(timeout.toMillis());
    headers.forEach(options::addHeader);
    return options;
  }

  private static <T> T await(Future<T> future, Duration timeout)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Reply answered(Answer answer, long sentMs) {
    String text = answer.body().toString();
    JsonObject json;
    try {
      json = text.startsWith("{") ? new JsonObject(text) : new JsonObject();
    } catch (DecodeException e) {
      json = new JsonObject();
    }
    return new Reply(
        Call.Outcome.ANSWERED,
        answer.response().statusCode(),
        json,
        text,
        answer.response().getHeader("Location"),
        sentMs,
        clock.millis());
  }

  private Reply failed(Call.Outcome outcome, long sentMs) {
    return new Reply(outcome, 0, new JsonObject(), "", null, sentMs, clock.millis());
  }

  @Override
  public void close() {
    client.close();
    leaving.close();
  }
}
