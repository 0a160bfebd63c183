package bench;

import static bench.Machine.text;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code doorbuster plan} computes, against a drill of the same crowd through the edge.
 *
 * @param wave places a second
 */
record PlanDrill(int buyers, int wave) implements Race {
  private static final double GOAL = 1.0;

  /** So far a figure of the drill may be from the plan's. */
  private static final double BOUND = 0.2;

  private static final int TRY_SECONDS = 5;
  private static final int SELLING_SECONDS = 30;
  private static final double BITS_A_GIGABIT = 8 / 1e9;

  /** As the plan has it: what packets and TLS add to an answer, of which the log knows nothing. */
  private static final double PACKET_BYTES = 100;

  /** A figure of both. */
  private record Figure(String name, double plan, double drill) {
    double deviation() {
      return Math.abs(drill / plan - 1);
    }

    String describe() {
      return text("%s: plan %.4g, drill %.4g, %.2f of it", name, plan, drill, drill / plan);
    }
  }

  @Override
  public List<String> lines() {
    return List.of("plan-" + buyers);
  }

  private int units() {
    return wave * SELLING_SECONDS;
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Server gate = lab.server(Lab.BOTH_CORES, "http: {trustedProxies: 127.0.0.1}");
    List<String> options = new ArrayList<>(Edge.NO_LIMITS);
    options.add("--test-payments");
    Edge edge = Edge.start(lab, Lab.BOTH_CORES, gate.port(), options);
    JsonArray plan = plan();
    Rehearsal drill = drill(lab, gate, edge);
    List<Figure> figures = compare(drill, plan);
    double worst = figures.stream().mapToDouble(Figure::deviation).max().orElseThrow();
    List<String> details = new ArrayList<>();
    details.add(
        text(
            "%,d buyers, %,d units, %d places a second, a try each %d s",
            buyers, units(), wave, TRY_SECONDS));
    figures.forEach(figure -> details.add(figure.describe()));
    details.add(
        text(
            "not counted: cores of the gate: plan %.3f, drill %.3f; of the edge's worker %.3f",
            line(plan, "gates", "cores"),
            drill.usage().gateCpu(drill.fromMs(), drill.untilMs()) / drill.seconds(),
            drill.usage().edgeCpu(drill.fromMs(), drill.untilMs()) / drill.seconds()));
    details.add(text("refused by the edge %,d", drill.whileItLasts().refused()));
    return List.of(new Result(lines().getFirst(), BOUND / worst, GOAL, details));
  }

  private Rehearsal drill(Lab lab, Server gate, Edge edge)
      throws IOException, InterruptedException {
    return Rehearsal.run(
        lab,
        gate,
        edge,
        List.of(
            "--honest",
            "--buyers",
            "" + buyers,
            "--units",
            "" + units(),
            "--wave",
            "" + wave,
            "--every",
            "1s",
            "--seconds",
            "" + SELLING_SECONDS,
            "--rate",
            "" + buyers / TRY_SECONDS,
            "--try-every",
            TRY_SECONDS + "s"));
  }

  /** All pages are loaded and all passes given when the drill's sale opens: they came long ago. */
  private JsonArray plan() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("./doorbuster", "plan", "--json", "--load", "1", "--arrive", "24h"));
    command.addAll(List.of("--buyers", "" + buyers, "--units", "" + units()));
    command.addAll(List.of("--peak", TRY_SECONDS + "s", "--try-every", TRY_SECONDS + "s"));
    command.addAll(List.of("--wave", "" + wave, "--every", "1s", "--edges", "1"));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() > 1) {
      throw new IOException("the plan ends with " + process.exitValue());
    }
    return new JsonObject(json).getJsonArray("lines");
  }

  private static double line(JsonArray plan, String part, String name) throws IOException {
    for (int i = 0; i < plan.size(); i++) {
      JsonObject line = plan.getJsonObject(i);
      if (line.getString("part").equals(part) && line.getString("name").equals(name)) {
        return line.getDouble("value");
      }
    }
    throw new IOException("the plan has no line " + part + ": " + name);
  }

  private List<Figure> compare(Rehearsal drill, JsonArray plan) throws IOException {
    double selling = drill.stockLasts() - drill.pausedSeconds();
    long seconds = drill.seconds();
    EdgeLog.Second seen = drill.whileItLasts();
    double orders = drill.usage().orders(drill.fromMs(), drill.untilMs()) / selling;
    return List.of(
        new Figure(
            "seconds that the stock lasts", line(plan, "the sale", "the stock lasts"), selling),
        new Figure("orders/s", line(plan, "the sale", "orders"), orders),
        new Figure(
            "requests/s for the page at the edge",
            line(plan, "CDN", "requests"),
            (double) (seen.states() + seen.files()) / seconds),
        new Figure(
            "Mbit/s of the page",
            1_000 * line(plan, "CDN", "bandwidth to reserve"),
            1_000 * BITS_A_GIGABIT * (seen.stateBytes() + seen.states() * PACKET_BYTES) / seconds),
        new Figure(
            "requests/s at the gate",
            line(plan, "edge", "requests that it passes on"),
            (double) seen.calls() / seconds),
        new Figure(
            "chance of one try", line(plan, "the sale", "chance of one try"), drill.chance()));
  }
}
