package bench;

import static bench.Machine.text;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long the buy call takes while orders come at half the rate that the server can take. */
final class OrdersLatency implements Race {
  private static final double GOAL = 1.0;
  private static final double P99_MS = 50;
  private static final int CONNECTIONS = 256;

  @Override
  public List<String> lines() {
    return List.of("orders-p99");
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Server server = Orders.start(lab);
    Orders.sellOut(lab, server, "settle");
    double most = Orders.sellOut(lab, server, "most").perSecond();
    OpenLoop loop = lab.openLoop(server.port(), CONNECTIONS);
    List<Double> p99 = new ArrayList<>();
    List<String> details = new ArrayList<>();
    for (int run = 0; run <= lab.pairs(); run++) {
      OpenLoop.Outcome outcome = sell(server, loop, "latency-" + run, most / 2);
      double ms = OpenLoop.Outcome.p99Ms(outcome.accepted());
      if (run > 0) {
        p99.add(ms);
        details.add(
            text(
                "p50 %.1f ms, p99 %.1f ms, answers %s",
                outcome.accepted().getValueAtPercentile(50) / 1_000.0, ms, outcome.statuses()));
      }
    }
    details.addFirst(
        text(
            "%,.0f orders/s, half of %,.0f/s; %d connections, open loop, both cores",
            most / 2, most, CONNECTIONS));
    List<String> profile = Profile.of(lab, server, () -> sell(server, loop, "profile", most / 2));
    return List.of(new Result("orders-p99", P99_MS / Lab.median(p99), GOAL, details, profile));
  }

  private static OpenLoop.Outcome sell(Server server, OpenLoop loop, String sale, double perSecond)
      throws Exception {
    server.sell(sale, Orders.ORDERS, Orders.allAtOnce(Orders.ORDERS), "5s", Duration.ZERO);
    Server.Signer signer = server.signer(sale);
    Buffer[] requests = new Buffer[Orders.ORDERS];
    for (int buyer = 0; buyer < requests.length; buyer++) {
      requests[buyer] = OpenLoop.buy(sale, signer.pass(buyer));
    }
    return loop.start(perSecond, requests.length, Duration.ofMillis(500), i -> requests[i]).get();
  }
}
