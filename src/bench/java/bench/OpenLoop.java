package bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Asks at a fixed rate, whatever the answers do.
 *
 * <h2>Design</h2>
 *
 * Each answer is timed from the moment at which its request was due: one that waits for a free
 * connection waits like a buyer. The timer ticks once a millisecond, so a figure is up to that much
 * too high.
 */
final class OpenLoop {
  /** What has no answer by then is noted as if it had come now. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final long HIGHEST_US = 60_000_000;
  private static final int DIGITS = 3;

  private final Context context;

  /** Held, since Vert.x closes a client, and all that it opened, once nobody does. */
  private final NetClient client;

  private final List<Connection> all = new ArrayList<>();
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final Deque<Asked> backlog = new ArrayDeque<>();

  private record Asked(int number, Buffer request, long dueNs) {}

  /** What is asked next, after an answer; null where it was the last. */
  @FunctionalInterface
  interface Next {
    @Nullable Buffer after(int request, Buffer answer);
  }

  private volatile @Nullable Run run;

  /**
   * What came back.
   *
   * @param bySecond all last answers, by the second in which their first request was due
   * @param accepted answers with 202 alone
   * @param statuses how many of each; 0 where no answer came
   */
  record Outcome(List<Histogram> bySecond, Histogram accepted, Map<Integer, Long> statuses) {
    static double p99Ms(Histogram histogram) {
      return histogram.getValueAtPercentile(99) / 1_000.0;
    }

    Histogram all() {
      Histogram all = new Histogram(HIGHEST_US, DIGITS);
      bySecond.forEach(all::add);
      return all;
    }
  }

  /** One run; on the loop alone. */
  private final class Run {
    final CompletableFuture<Outcome> over = new CompletableFuture<>();
    final List<Histogram> bySecond = new ArrayList<>();
    final Histogram accepted = new Histogram(HIGHEST_US, DIGITS);
    final Map<Integer, Long> statuses = new TreeMap<>();
    final IntFunction<Buffer> requests;
    final Next next;
    final double perSecond;
    final int total;
    final long startNs;
    int sent;
    int answered;

    Run(double perSecond, int total, long startNs, IntFunction<Buffer> requests, Next next) {
      this.perSecond = perSecond;
      this.total = total;
      this.startNs = startNs;
      this.requests = requests;
      this.next = next;
    }

    long dueNs(int request) {
      return startNs + (long) (request * 1e9 / perSecond);
    }

    void tick(long timer) {
      long now = System.nanoTime();
      while (sent < total && dueNs(sent) <= now) {
        ask(new Asked(sent, requests.apply(sent), dueNs(sent)));
        sent++;
      }
      boolean tooLate = sent == total && now - dueNs(total) > PATIENCE.toNanos();
      if (answered == total || tooLate) {
        context.owner().cancelTimer(timer);
        backlog.forEach(waiting -> note(0, waiting.dueNs()));
        backlog.clear();
        all.forEach(connection -> connection.giveUp(this));
        over.complete(new Outcome(bySecond, accepted, statuses));
      }
    }

    void note(int status, long dueNs) {
      long now = System.nanoTime();
      int second = (int) ((dueNs - startNs) / 1_000_000_000);
      while (bySecond.size() <= second) {
        bySecond.add(new Histogram(HIGHEST_US, DIGITS));
      }
      long us = Math.min(HIGHEST_US, Math.max(0, (now - dueNs) / 1_000));
      bySecond.get(second).recordValue(us);
      if (status == 202) {
        accepted.recordValue(us);
      }
      statuses.merge(status, 1L, Long::sum);
      answered++;
    }
  }

  /** A connection with one request under way at most. */
  private final class Connection {
    private final NetSocket socket;
    private Buffer seen = Buffer.buffer();
    private @Nullable Asked asked;

    Connection(NetSocket socket) {
      this.socket = socket;
      socket.handler(this::read);
      socket.closeHandler(closed -> idle.remove(this));
    }

    void send(Asked next) {
      asked = next;
      socket.write(next.request());
    }

    void giveUp(Run over) {
      if (asked != null) {
        over.note(0, asked.dueNs());
        asked = null;
      }
    }

    private void read(Buffer bytes) {
      seen = seen.length() == 0 ? bytes : seen.appendBuffer(bytes);
      if (!Answers.isWhole(seen)) {
        return;
      }
      Buffer answer = seen;
      seen = Buffer.buffer();
      Run running = run;
      if (running != null && asked != null) {
        Buffer further = running.next.after(asked.number(), answer);
        if (further != null) {
          send(new Asked(asked.number(), further, asked.dueNs()));
          return;
        }
        running.note(Answers.status(answer), asked.dueNs());
      }
      asked = null;
      Asked next = backlog.poll();
      if (next != null) {
        send(next);
      } else {
        idle.add(this);
      }
    }
  }

  OpenLoop(Vertx vertx, int port, int connections) throws Exception {
    context = vertx.getOrCreateContext();
    client = vertx.createNetClient();
    CompletableFuture<Void> open = new CompletableFuture<>();
    context.runOnContext(
        go -> {
          List<Future<?>> opening = new ArrayList<>();
          for (int i = 0; i < connections; i++) {
            opening.add(client.connect(port, "127.0.0.1").onSuccess(this::add));
          }
          Future.all(opening)
              .onSuccess(all -> open.complete(null))
              .onFailure(open::completeExceptionally);
        });
    open.get(60, TimeUnit.SECONDS);
  }

  private void add(NetSocket socket) {
    Connection connection = new Connection(socket);
    all.add(connection);
    idle.add(connection);
  }

  private void ask(Asked asked) {
    Connection free = idle.poll();
    if (free != null) {
      free.send(asked);
    } else {
      backlog.add(asked);
    }
  }

  /**
   * Asks so many times in all, the first one after a time; returns when all is answered.
   *
   * @param requests the bytes of the request of a number, counted from 0
   */
  CompletableFuture<Outcome> start(
      double perSecond, int total, Duration after, IntFunction<Buffer> requests) {
    return start(perSecond, total, after, requests, (request, answer) -> null);
  }

  /**
   * The same, with more requests after some answers; the last answer counts, from the first due.
   */
  CompletableFuture<Outcome> start(
      double perSecond, int total, Duration after, IntFunction<Buffer> requests, Next next) {
    Run starting = new Run(perSecond, total, System.nanoTime() + after.toNanos(), requests, next);
    context.runOnContext(
        go -> {
          run = starting;
          context.owner().setPeriodic(1, starting::tick);
        });
    return starting.over;
  }

  /** A POST with a body of JSON. */
  static Buffer post(String path, String bearer, String body) {
    return Buffer.buffer(
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nContent-Type: "
                .formatted(path, bearer)
            + "application/json\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body));
  }

  static Buffer buy(String sale, String pass) {
    String wish = "{\"sku\":\"" + Server.SKU + "\",\"quantity\":1}";
    return post("/api/sales/" + sale + "/orders", pass, wish);
  }

  static Buffer get(String path, String bearer, String header) {
    return Buffer.buffer(
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n%s\r\n"
            .formatted(path, bearer, header));
  }
}
