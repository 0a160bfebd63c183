package io.doorbuster.drill;

import io.doorbuster.drill.workload.Call;
import io.doorbuster.drill.workload.Calls;
import io.doorbuster.drill.workload.Reply;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFile;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The operator's calls. Each is repeated until it took effect, since the server may be killed. */
final class AdminApi {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration READING_TIMEOUT = Duration.ofMillis(900);
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration BETWEEN = Duration.ofMillis(150);

  /** In good time for a server that starts and replays its books. */
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final ServerProcess server;
  private final Calls calls;
  private final List<Calls> all;
  private final InstantSource clock;

  /**
   * @param calls to the operators' side that takes their words
   * @param all to that of every process
   */
  AdminApi(ServerProcess server, Calls calls, List<Calls> all, InstantSource clock) {
    this.server = server;
    this.calls = calls;
    this.all = all;
    this.clock = clock;
  }

  /** Waits until every process says that it takes requests. */
  void awaitReady() throws InterruptedException {
    for (Calls process : all) {
      until("the server is not ready", () -> get(process, "/readyz", READY_TIMEOUT), Reply::ok);
    }
  }

  void create(Sale sale) throws InterruptedException {
    Buffer body = SaleFile.toJson(sale).toBuffer();
    until(
        "the sale can not be added",
        () -> {
          Reply known = get(path(sale.id(), ""));
          return known.ok() ? known : send(HttpMethod.POST, "/admin/api/sales", body);
        },
        Reply::ok);
  }

  /** Sends an operator's word once; its answer may be lost. */
  Reply tell(String sale, String verb) throws InterruptedException {
    return send(HttpMethod.POST, path(sale, "/" + verb), Buffer.buffer());
  }

  /** Repeats an operator's word until the sale is in one of the phases; returns the last answer. */
  Reply tellUntil(String sale, String verb, String... phases) throws InterruptedException {
    Reply[] said = new Reply[1];
    until(
        "`" + verb + "` has no effect",
        () -> {
          Reply reply = tell(sale, verb);
          said[0] = reply;
          return reply.ok() ? withPhase(sale, reply) : get(path(sale, ""));
        },
        reply -> isIn(reply, phases));
    return said[0];
  }

  private Reply withPhase(String sale, Reply reply) throws InterruptedException {
    return reply.json().containsKey("phase") ? reply : get(path(sale, ""));
  }

  private static boolean isIn(Reply reply, String... phases) {
    String phase = reply.json().getString("phase", "");
    for (String wanted : phases) {
      if (phase.equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  JsonObject audit(String sale) throws InterruptedException {
    return ask(path(sale, "/audit"));
  }

  JsonObject draws(String sale) throws InterruptedException {
    return ask(path(sale, "/draws"));
  }

  private JsonObject ask(String uri) throws InterruptedException {
    return until("no answer to " + uri, () -> get(uri), reply -> reply.status() == 200).json();
  }

  /** What the server now says of itself; asked once, and soon given up. */
  Optional<Sample.Reading> reading(String sale) throws InterruptedException {
    Reply reply = send(HttpMethod.GET, "/admin/api/sales", Buffer.buffer(), READING_TIMEOUT);
    return reply.ok() ? Sample.read(sale, reply.json()) : Optional.empty();
  }

  /** A counter's value over all processes and tags; 0 where it has not counted yet. */
  long counter(String name) throws InterruptedException {
    long sum = 0;
    for (Calls process : all) {
      sum += counter(get(process, "/metrics", TIMEOUT).text(), name);
    }
    return sum;
  }

  private static long counter(String metrics, String name) {
    double sum = 0;
    for (String line : metrics.split("\n", -1)) {
      boolean match = line.startsWith(name + " ") || line.startsWith(name + "{");
      if (match) {
        sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
      }
    }
    return (long) sum;
  }

  private static String path(String sale, String rest) {
    return "/admin/api/sales/" + sale + rest;
  }

  private Reply get(String uri) throws InterruptedException {
    return send(HttpMethod.GET, uri, Buffer.buffer());
  }

  private Reply send(HttpMethod method, String uri, Buffer body) throws InterruptedException {
    return send(method, uri, body, TIMEOUT);
  }

  private Reply get(Calls process, String uri, Duration timeout) throws InterruptedException {
    return process.send(HttpMethod.GET, uri, headers(), Buffer.buffer(), timeout);
  }

  private Reply send(HttpMethod method, String uri, Buffer body, Duration timeout)
      throws InterruptedException {
    return calls.send(method, uri, headers(), body, timeout);
  }

  private Map<String, String> headers() {
    return Map.of("Authorization", "Bearer " + server.token(), "Content-Type", "application/json");
  }

  /** One try. */
  @FunctionalInterface
  private interface Try {
    Reply run() throws InterruptedException;
  }

  private Reply until(String otherwise, Try attempt, Predicate<Reply> done)
      throws InterruptedException {
    long untilMs = clock.millis() + BOUND.toMillis();
    while (true) {
      Reply reply = attempt.run();
      if (done.test(reply)) {
        return reply;
      }
      if (server.findDeath().isPresent() && reply.outcome() != Call.Outcome.ANSWERED) {
        // A kill of ours looks the same for a moment, until it is started again.
        Thread.sleep(BETWEEN.multipliedBy(2));
      }
      if (clock.millis() > untilMs) {
        String death = server.findDeath().map(d -> "; " + d).orElse("");
        throw new DrillFailed(
            "%s after %d s: %s%s".formatted(otherwise, BOUND.toSeconds(), reply.describe(), death));
      }
      Thread.sleep(BETWEEN);
    }
  }
}
