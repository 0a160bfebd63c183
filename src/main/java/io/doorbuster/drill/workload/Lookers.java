package io.doorbuster.drill.workload;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The buyers' pages: each is loaded once, with its files, before the opening, and then asks for the
 * sale's state as its script does. They ask whatever their buyers do, until they are closed.
 */
public final class Lookers implements AutoCloseable {
  /** So many come in a second, at most, so that the loading is no crowd of its own. */
  private static final int ARRIVALS_A_SECOND = 500;

  private static final int CONNECTIONS_MAX = 500;

  /** The script's own bound. */
  private static final Duration TIMEOUT = Duration.ofSeconds(6);

  /** As the script has it: a second, and up to 600 ms more, so that a crowd does not ask as one. */
  private static final int BETWEEN_MS = 1_000;

  private static final int JITTER_MS = 600;

  private static final Map<String, String> AS_A_BROWSER = Map.of("Accept-Encoding", "gzip, br");
  private static final Pattern NAMED = Pattern.compile("(?:src|href)=\"([\\w.-]+)\"");

  private final Calls calls;
  private final String base;
  private final InstantSource clock;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final LongAdder requests = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private volatile @Nullable List<String> names;
  private volatile boolean stopped;

  /**
   * What they have asked for so far: the page, its files and the state.
   *
   * @param failed those with another answer than 200, or none
   */
  public record Looks(long requests, long failed) {}

  /**
   * Asks nothing yet.
   *
   * @param site scheme, host and port of what serves the page
   */
  public Lookers(Vertx vertx, URI site, String sale, InstantSource clock) {
    this.calls = new Calls(vertx, site, CONNECTIONS_MAX, clock);
    this.base = "/s/" + sale + "/";
    this.clock = clock;
  }

  /** How long so many need to come. */
  public static Duration arrival(int buyers) {
    return Duration.ofMillis(buyers * 1_000L / ARRIVALS_A_SECOND);
  }

  /** Sets so many going, 0 or more; the last one comes at the time. */
  public void start(int buyers, Instant until, SplittableRandom random) {
    long fromMs = clock.millis();
    double stepMs = Math.max(0.0, (double) (until.toEpochMilli() - fromMs)) / Math.max(1, buyers);
    for (int i = 0; i < buyers; i++) {
      long comesMs = fromMs + (long) (i * stepMs);
      SplittableRandom own = random.split();
      threads.execute(() -> look(comesMs, own));
    }
    threads.shutdown();
  }

  private void look(long comesMs, SplittableRandom random) {
    try {
      Thread.sleep(Math.max(0, comesMs - clock.millis()));
      get("", AS_A_BROWSER);
      for (String file : names()) {
        get(file, AS_A_BROWSER);
      }
      while (!stopped) {
        get("state.json", AS_A_BROWSER);
        Thread.sleep(BETWEEN_MS + random.nextInt(JITTER_MS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Read out of the page once, in plain: the others take it compressed, as a browser does. */
  private List<String> names() throws InterruptedException {
    List<String> known = names;
    if (known == null) {
      Reply page = get("", Map.of());
      known = files(page.text());
      names = page.ok() ? known : null;
    }
    return known;
  }

  /** Those that the page names and that lie beside it. */
  static List<String> files(String html) {
    return NAMED.matcher(html).results().map(found -> found.group(1)).distinct().toList();
  }

  private Reply get(String file, Map<String, String> headers) throws InterruptedException {
    Reply reply = calls.send(HttpMethod.GET, base + file, headers, Buffer.buffer(), TIMEOUT);
    if (!stopped) {
      requests.increment();
      if (reply.status() != 200) {
        failed.increment();
      }
    }
    return reply;
  }

  /** What was asked for so far; empty where nobody looks. */
  public Optional<Looks> looks() {
    long asked = requests.sum();
    return asked == 0 ? Optional.empty() : Optional.of(new Looks(asked, failed.sum()));
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdownNow();
    try {
      threads.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    calls.close();
  }
}
