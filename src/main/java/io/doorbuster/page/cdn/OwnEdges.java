package io.doorbuster.page.cdn;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Edges of our own, nginx or Varnish, each by its address: warmed by asking them for every file in
 * every form, emptied by the method PURGE. All are asked side by side, and each for a few files at
 * a time, since an edge that is filled asks the gates.
 */
public final class OwnEdges implements CdnProvider {
  private static final int AT_A_TIME = 4;
  private static final int TRIES = 8;

  /** Of an edge that does not answer at all; after the first such file one try is enough. */
  private static final int TRIES_AWAY = 3;

  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String AWAY = "does not answer";
  private static final List<String> FORMS = List.of("br", "gzip", "identity");
  private static final HttpMethod PURGE = HttpMethod.valueOf("PURGE");

  /** One ask of an edge; gives why it is not as wanted, or nothing. */
  @FunctionalInterface
  private interface Step {
    String run(CdnEdge edge, String path, String form) throws InterruptedException;
  }

  private final Vertx vertx = Vertx.vertx();
  private final List<CdnEdge> edges;
  private final Function<MultiMap, String> judge;
  private final HttpClient client;

  public OwnEdges(List<CdnEdge> edges) {
    this(edges, OwnEdges::cold);
  }

  /**
   * Edges that are asked in the same way, and tell in one of their own what they did.
   *
   * @param judge says of an answer's headers why it is not as wanted, or nothing
   */
  OwnEdges(List<CdnEdge> edges, Function<MultiMap, String> judge) {
    this.edges = List.copyOf(edges);
    this.judge = judge;
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout((int) TIMEOUT.toMillis())
            .setDecompressionSupported(false);
    client = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(AT_A_TIME));
  }

  @Override
  public int count(Task task, int paths) {
    return edges.size() * paths * FORMS.size();
  }

  @Override
  public List<Outcome> prewarm(List<String> paths, Consumer<Outcome> done)
      throws InterruptedException {
    return run(paths, done, this::fetch, TRIES);
  }

  /** Asks for each once, and fills nothing that is not filled already by being asked. */
  public List<Outcome> look(List<String> paths) throws InterruptedException {
    return run(paths, outcome -> {}, this::fetch, 1);
  }

  @Override
  public List<Outcome> purge(List<String> paths, Consumer<Outcome> done)
      throws InterruptedException {
    return run(paths, done, this::drop, TRIES);
  }

  private List<Outcome> run(List<String> paths, Consumer<Outcome> done, Step step, int most)
      throws InterruptedException {
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Outcome>> running = new ArrayList<>();
      for (CdnEdge edge : edges) {
        Semaphore places = new Semaphore(AT_A_TIME);
        AtomicBoolean away = new AtomicBoolean();
        for (String path : paths) {
          for (String form : FORMS) {
            running.add(
                pool.submit(
                    () -> {
                      places.acquire();
                      try {
                        Outcome outcome = insist(edge, path, form, step, away, most);
                        done.accept(outcome);
                        return outcome;
                      } finally {
                        places.release();
                      }
                    }));
          }
        }
      }
      List<Outcome> all = new ArrayList<>();
      for (Future<Outcome> one : running) {
        all.add(one.get());
      }
      return all;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Outcome insist(
      CdnEdge edge, String path, String form, Step step, AtomicBoolean away, int most)
      throws InterruptedException {
    int tries = 1;
    String wrong = step.run(edge, path, form);
    while (!wrong.isEmpty() && tries < Math.min(most, triesOf(wrong, away))) {
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      wrong = step.run(edge, path, form);
      tries++;
    }
    away.set(wrong.startsWith(AWAY));
    return new Outcome(edge.toString(), path, form, tries, wrong);
  }

  private static int triesOf(String wrong, AtomicBoolean away) {
    return !wrong.startsWith(AWAY) ? TRIES : away.get() ? 1 : TRIES_AWAY;
  }

  private String fetch(CdnEdge edge, String path, String form) throws InterruptedException {
    Answer answer = ask(edge, HttpMethod.GET, path, form);
    return answer.status == 200 ? judge.apply(answer.headers) : answer.wrong();
  }

  private static String cold(MultiMap headers) {
    return switch (CacheAnswer.of(headers)) {
      case HIT -> "";
      case MISS -> "is cold: it asks behind it each time";
      case UNTOLD -> "does not say whether its cache answered";
    };
  }

  private String drop(CdnEdge edge, String path, String form) throws InterruptedException {
    Answer answer = ask(edge, PURGE, path, form);
    return answer.status / 100 == 2 || answer.status == 404 ? "" : answer.wrong();
  }

  /**
   * What an edge said.
   *
   * @param status 0 where there is none
   * @param fault why there is none
   */
  private record Answer(int status, MultiMap headers, String fault) {
    static Answer none(String fault) {
      return new Answer(0, MultiMap.caseInsensitiveMultiMap(), fault);
    }

    String wrong() {
      return status == 0 ? fault : "answers " + status;
    }
  }

  private Answer ask(CdnEdge edge, HttpMethod method, String path, String form)
      throws InterruptedException {
    RequestOptions request =
        new RequestOptions()
            .setMethod(method)
            .setServer(SocketAddress.inetSocketAddress(edge.port(), edge.address()))
            .setHost(edge.host())
            .setPort(edge.port())
            .setSsl(edge.tls())
            .setURI(path)
            .setTimeout(TIMEOUT.toMillis())
            .putHeader("Accept-Encoding", form);
    try {
      return client
          .request(request)
          .compose(
              sending -> {
                // Listened for ahead of the sending: once it is there, a body is not kept.
                var answer =
                    sending.response().compose(head -> head.body().map(body -> read(head, body)));
                return sending.end().compose(sent -> answer);
              })
          .toCompletionStage()
          .toCompletableFuture()
          .get(3 * TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return Answer.none(AWAY + ": " + cause.getMessage());
    } catch (TimeoutException e) {
      return Answer.none(AWAY + " in time");
    }
  }

  private static Answer read(HttpClientResponse answer, Buffer body) {
    boolean whole = answer.statusCode() != 200 || body.length() > 0;
    return whole
        ? new Answer(answer.statusCode(), answer.headers(), "")
        : Answer.none("answers with nothing");
  }

  @Override
  public void close() {
    client.close();
    vertx.close();
  }
}
