package bench;

import static bench.Machine.text;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The whole refusal, pass, limiter and wave, against nginx' limit_req on the same header. */
record Refusals(int connections, double goal) implements Race {
  private static final int BUYERS = 20_000;

  /** As in a sale: what a plan is to reckon with. */
  private static final int MANY = 1_000;

  @Override
  public List<String> lines() {
    return List.of("refusals-" + connections);
  }

  /** One measured run, with what it cost the server. */
  private record Run(Wrk.Run load, double cpuSeconds) {
    double microsecondsEach() {
      return cpuSeconds * 1e6 / load.requests();
    }

    String describe() {
      return text(
          "%,.0f/s (%,.0f per CPU-second, %.2f us each, p99 %s, %.1f %% refused)",
          load.perSecond(),
          load.requests() / cpuSeconds,
          microsecondsEach(),
          load.p99(),
          100.0 * load.refused() / load.requests());
    }
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Nginx nginx = lab.nginx();
    Server server = lab.server(Lab.SERVER_CORE);
    server.sell("race", 100_000, fairWaves(), "5s", Duration.ofSeconds(1));
    Path passes = server.signer("race").write(lab.folder().resolve("passes"), 0, BUYERS);
    Wrk wrk = new Wrk(lab, connections, passes, "race");
    wrk.run(Lab.LOAD_CORE, server.port(), lab.warmUpSeconds());
    List<Double> ratios = new ArrayList<>();
    List<Double> micros = new ArrayList<>();
    List<String> details = new ArrayList<>();
    for (int pair = 0; pair <= lab.pairs(); pair++) {
      Run theirs = measure(lab, wrk, nginx.port(), nginx.worker());
      Run ours = measure(lab, wrk, server.port(), server.pid());
      if (pair > 0) {
        micros.add(ours.microsecondsEach());
        ratios.add(ours.load().perSecond() / theirs.load().perSecond());
        details.add("nginx " + theirs.describe() + "; doorbuster " + ours.describe());
      }
    }
    details.addFirst(
        text(
            "%d connections, %,d buyers, server on one core, wrk on another", connections, BUYERS));
    List<String> profile =
        Profile.of(lab, server, () -> measure(lab, wrk, server.port(), server.pid()));
    Result result = new Result(lines().getFirst(), Lab.median(ratios), goal, details, profile);
    return List.of(
        connections < MANY ? result : result.with(Map.of("refusalMicros", Lab.median(micros))));
  }

  static String fairWaves() {
    return "\"wave\": 10, \"every\": \"5s\", \"pick\": \"fair\"";
  }

  private static Run measure(Lab lab, Wrk wrk, int port, long pid)
      throws IOException, InterruptedException {
    double before = Machine.cpuSeconds(pid);
    Wrk.Run load = wrk.run(Lab.LOAD_CORE, port, lab.measureSeconds());
    return new Run(load, Machine.cpuSeconds(pid) - before);
  }
}
