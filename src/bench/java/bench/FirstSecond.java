package bench;

import static bench.Machine.text;

import bench.OpenLoop.Outcome;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The first second of a sale on a server just started, against its tenth. */
final class FirstSecond implements Race {
  private static final double GOAL = 1.0;
  private static final double TIMES = 1.5;
  private static final int RATE = 20_000;
  private static final int BUYERS = 20_000;
  private static final int SECONDS = 11;
  private static final int CONNECTIONS = 1_000;

  /** 1,000 admissions a second; the rest is refused by the wave, or has an order. */
  private static final String WAVES = "\"wave\": 100, \"every\": \"100ms\", \"pick\": \"first\"";

  private static final String TRY_EVERY = "500ms";

  @Override
  public List<String> lines() {
    return List.of("first-second");
  }

  private record Run(double first, double tenth, String answers) {
    String describe() {
      return text("p99 %.1f ms in the first, %.1f ms in the tenth %s", first, tenth, answers);
    }
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    List<Double> ratios = new ArrayList<>();
    List<String> details = new ArrayList<>();
    settle(lab);
    for (int run = 0; run < lab.pairs(); run++) {
      Run warm = run(lab, "20s");
      ratios.add(TIMES * warm.tenth() / warm.first());
      details.add(warm.describe());
    }
    details.add("without the server's warm-up: " + run(lab, "0s").describe());
    details.addFirst(
        text(
            "%,d/s by an open loop, %d connections, %,d buyers; server on one core",
            RATE, CONNECTIONS, BUYERS));
    return List.of(new Result("first-second", Lab.median(ratios), GOAL, details));
  }

  /** The load needs its compilers as well; they learn at nginx. */
  private static void settle(Lab lab) throws Exception {
    OpenLoop loop = lab.openLoop(lab.nginx().port(), CONNECTIONS);
    Buffer request = OpenLoop.buy("none", "none");
    loop.start(RATE, RATE * lab.warmUpSeconds(), Duration.ZERO, i -> request).get();
  }

  private static Run run(Lab lab, String warmUp) throws Exception {
    try (Server server = lab.server(Lab.SERVER_CORE, "gate: {warmUp: " + warmUp + "}")) {
      OpenLoop loop = lab.openLoop(server.port(), CONNECTIONS);
      Instant opens = server.sell("race", BUYERS, WAVES, TRY_EVERY, Duration.ofSeconds(3));
      Server.Signer signer = server.signer("race");
      Buffer[] requests = new Buffer[BUYERS];
      for (int buyer = 0; buyer < BUYERS; buyer++) {
        requests[buyer] = OpenLoop.buy("race", signer.pass(buyer));
      }
      Duration after = Duration.between(Instant.now(), opens);
      Outcome outcome = loop.start(RATE, RATE * SECONDS, after, i -> requests[i % BUYERS]).get();
      return new Run(
          Outcome.p99Ms(outcome.bySecond().get(0)),
          Outcome.p99Ms(outcome.bySecond().get(9)),
          outcome.statuses().toString());
    }
  }
}
