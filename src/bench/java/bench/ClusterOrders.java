package bench;

import static bench.Machine.text;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Accepted orders from the first request to the last commit, with the stock in Redis and the orders
 * in PostgreSQL; gate, writer, both servers and the load share two cores.
 */
final class ClusterOrders implements Race {
  private static final double GOAL = 15;
  private static final double P99_MS = 100;
  private static final int CONNECTIONS = 256;
  private static final int QUICK_ORDERS = 20_000;

  /** CPU seconds of a thousand orders, in microseconds of one. */
  private static final double MICROS_OF_A_THOUSANDTH = 1e6 / 1_000;

  private static final int CORES = 2;
  private static final Duration BOUND = Duration.ofMinutes(2);

  /** Of the fastest open system that was built and run on two such cores. */
  private static final double FASTEST_PEER = 659;

  /** What one sale made: orders a second, and CPU seconds for a thousand of them. */
  private record Run(double perSecond, double server, double backends) {}

  @Override
  public List<String> lines() {
    return List.of("cluster-orders", "cluster-orders-p99");
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    int orders = lab.quick() ? QUICK_ORDERS : Orders.ORDERS;
    Backends backends = Backends.start(lab, Lab.BOTH_CORES);
    Server server = backends.serve(lab, Lab.BOTH_CORES, orders);
    sellOut(lab, backends, server, "settling", orders);
    List<Double> rates = new ArrayList<>();
    List<Double> serverMicros = new ArrayList<>();
    List<Double> redisMicros = new ArrayList<>();
    List<String> details = new ArrayList<>();
    for (int run = 0; run < lab.pairs(); run++) {
      Run ours = sellOut(lab, backends, server, "orders-" + run, orders);
      rates.add(ours.perSecond());
      serverMicros.add(ours.server() * MICROS_OF_A_THOUSANDTH);
      redisMicros.add(ours.backends() * MICROS_OF_A_THOUSANDTH);
      details.add(
          text(
              "%,.0f orders/s; CPU-seconds a thousand: server %.3f, Redis %.3f",
              ours.perSecond(), ours.server(), ours.backends()));
    }
    double most = Lab.median(rates);
    details.addFirst(
        text(
            "%,d orders, %d connections, against %.0f/s",
            orders, Orders.CONNECTIONS, FASTEST_PEER));
    OpenLoop loop = lab.openLoop(server.port(), CONNECTIONS);
    List<Double> p99 = new ArrayList<>();
    List<String> latencies = new ArrayList<>();
    for (int run = 0; run <= lab.pairs(); run++) {
      OpenLoop.Outcome outcome = atHalf(server, loop, "half-" + run, orders, most / 2);
      double ms = OpenLoop.Outcome.p99Ms(outcome.accepted());
      if (run > 0) {
        p99.add(ms);
        latencies.add(
            text(
                "p50 %.1f ms, p99 %.1f ms, answers %s",
                outcome.accepted().getValueAtPercentile(50) / 1_000.0, ms, outcome.statuses()));
      }
    }
    latencies.addFirst(text("%,.0f orders/s, half of %,.0f/s, open loop", most / 2, most));
    List<String> profile =
        Profile.of(lab, server, () -> sellOut(lab, backends, server, "profile", orders));
    double order = Lab.median(serverMicros);
    double reserve = Lab.median(redisMicros);
    return List.of(
        new Result("cluster-orders", most / FASTEST_PEER, GOAL, details, profile)
            .with(
                Map.of(
                    "orderMicros",
                    order,
                    "reserveMicros",
                    reserve,
                    "commitMicros",
                    CORES * 1e6 / most - order - reserve)),
        new Result("cluster-orders-p99", P99_MS / Lab.median(p99), 1.0, latencies));
  }

  private static Run sellOut(Lab lab, Backends backends, Server server, String sale, int orders)
      throws IOException, InterruptedException, SQLException {
    Path passes = server.signer(sale).write(lab.folder().resolve(sale), 0, orders);
    Duration ahead = Duration.ofSeconds(3);
    Instant opens = server.sell(sale, orders, Orders.allAtOnce(orders), "5s", ahead);
    Lab.pause(Duration.between(Instant.now(), opens.plusMillis(300)));
    try (Books books = new Books(backends.connect(), sale)) {
      Wrk wrk = new Wrk(lab, Orders.CONNECTIONS, passes, sale);
      double before = Machine.cpuSeconds(server.pid());
      double redisBefore = Machine.cpuSeconds(backends.redisPid());
      long[] endMs = new long[1];
      Thread watch = Thread.ofVirtual().start(() -> endMs[0] = books.awaitSold(orders, BOUND));
      wrk.once(Lab.BOTH_CORES, server.port());
      watch.join();
      if (endMs[0] == 0) {
        throw new IOException(
            "%d of %d orders after %s: %s"
                .formatted(books.sold(), orders, BOUND, server.verdicts()));
      }
      double thousands = orders / 1_000.0;
      return new Run(
          orders * 1_000.0 / (endMs[0] - books.firstAdmittedMs()),
          (Machine.cpuSeconds(server.pid()) - before) / thousands,
          (Machine.cpuSeconds(backends.redisPid()) - redisBefore) / thousands);
    }
  }

  private static OpenLoop.Outcome atHalf(
      Server server, OpenLoop loop, String sale, int orders, double perSecond) throws Exception {
    server.sell(sale, orders, Orders.allAtOnce(orders), "5s", Duration.ofMillis(500));
    Server.Signer signer = server.signer(sale);
    Buffer[] requests = new Buffer[orders];
    for (int buyer = 0; buyer < orders; buyer++) {
      requests[buyer] = OpenLoop.buy(sale, signer.pass(buyer));
    }
    return loop.start(perSecond, orders, Duration.ofSeconds(1), i -> requests[i]).get();
  }
}
