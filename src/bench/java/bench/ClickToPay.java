package bench;

import static bench.Machine.text;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * From the click to the answer that leads to the pay page, by the order's long poll, at half of the
 * rate that this whole path holds; gate, writer, Redis, PostgreSQL and the load share two cores.
 */
final class ClickToPay implements Race {
  private static final double GOAL_MS = 250;
  private static final int QUEUED = 202;
  private static final int ORDERS = 40_000;
  private static final int QUICK_ORDERS = 20_000;

  /** Of clicks, a second: more than can be held. */
  private static final double FLOOD = 20_000;

  /** Enough for all who wait for their order at a time. */
  private static final int CONNECTIONS = 2_000;

  private static final Duration AHEAD = Duration.ofSeconds(1);

  /** What one sale made. */
  private record Run(double perSecond, OpenLoop.Outcome outcome) {}

  @Override
  public List<String> lines() {
    return List.of("click-to-pay");
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    int orders = lab.quick() ? QUICK_ORDERS : ORDERS;
    Backends backends = Backends.start(lab, Lab.BOTH_CORES);
    Server server = backends.serve(lab, Lab.BOTH_CORES, orders);
    sell(lab, server, "settling", orders, FLOOD);
    double most = sell(lab, server, "most", orders, FLOOD).perSecond();
    List<Double> p99 = new ArrayList<>();
    List<String> details = new ArrayList<>();
    details.add(text("%,.0f clicks/s, half of %,.0f/s, open loop", most / 2, most));
    for (int run = 0; run < lab.pairs(); run++) {
      OpenLoop.Outcome outcome = sell(lab, server, "half-" + run, orders, most / 2).outcome();
      Histogram times = outcome.all();
      p99.add(OpenLoop.Outcome.p99Ms(times));
      details.add(
          text(
              "p50 %.1f ms, p99 %.1f ms, answers %s",
              times.getValueAtPercentile(50) / 1_000.0, p99.getLast(), outcome.statuses()));
    }
    return List.of(new Result("click-to-pay", GOAL_MS / Lab.median(p99), 1.0, details));
  }

  /** Each buyer clicks once, and waits until his order is no longer queued. */
  private static Run sell(Lab lab, Server server, String sale, int orders, double perSecond)
      throws Exception {
    server.sell(sale, orders, Orders.allAtOnce(orders), "5s", Duration.ofMillis(500));
    Server.Signer signer = server.signer(sale);
    String[] passes = new String[orders];
    Buffer[] clicks = new Buffer[orders];
    for (int buyer = 0; buyer < orders; buyer++) {
      passes[buyer] = signer.pass(buyer);
      clicks[buyer] = OpenLoop.buy(sale, passes[buyer]);
    }
    String[] places = new String[orders];
    OpenLoop.Next poll =
        (buyer, answer) -> {
          if (Answers.status(answer) != QUEUED) {
            return null;
          }
          if (places[buyer] == null) {
            places[buyer] = Answers.header(answer, "Location");
          }
          return OpenLoop.get(places[buyer], passes[buyer], "Prefer: wait=10\r\n");
        };
    // New connections, since the server closes those on which nobody has asked for long.
    OpenLoop loop = lab.openLoop(server.port(), CONNECTIONS);
    long startNs = System.nanoTime() + AHEAD.toNanos();
    OpenLoop.Outcome outcome =
        loop.start(perSecond, orders, AHEAD, buyer -> clicks[buyer], poll).get();
    return new Run(orders * 1e9 / (System.nanoTime() - startNs), outcome);
  }
}
