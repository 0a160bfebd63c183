package bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A drill through the edge with the buyers' pages open, on all cores together with what it tests.
 *
 * @param report as the drill writes it
 * @param edge what the edge's log says
 * @param gatePages requests for a page, its files or its state that came to the gate
 * @param usage of gate and edge meanwhile
 */
record Rehearsal(JsonObject report, EdgeLog edge, long gatePages, Usage usage) {
  private static final String PAGES = "doorbuster_page_requests_total";
  private static final int MINUTES_MAX = 8;

  /**
   * Rehearses one sale.
   *
   * @param options of the drill, its crowd and its sale
   */
  static Rehearsal run(Lab lab, Server gate, Edge edge, List<String> options)
      throws IOException, InterruptedException {
    Path folder = lab.newFolder("drill");
    Path report = folder.resolve("report.json");
    List<String> command = new ArrayList<>();
    command.addAll(List.of("./doorbuster", "drill", "--look", "--json", report.toString()));
    command.addAll(List.of("--target", edge.address()));
    command.addAll(List.of("--admin", "http://127.0.0.1:" + gate.adminPort()));
    command.addAll(List.of("--token-file", gate.folder().resolve("data/admin-token").toString()));
    command.addAll(options);
    long before = gate.counter(PAGES);
    long read = Files.size(edge.log());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    try (Usage usage = Usage.start(gate, edge)) {
      Process drill = lab.start(Lab.BOTH_CORES, builder);
      boolean over = drill.waitFor(MINUTES_MAX, TimeUnit.MINUTES);
      lab.end(drill);
      if (!over || drill.exitValue() != 0) {
        throw new IOException("the drill: " + Files.readString(folder.resolve("log")));
      }
      // The edge keeps its log back for a second.
      Lab.pause(Duration.ofSeconds(2));
      return new Rehearsal(
          new JsonObject(Files.readString(report)),
          EdgeLog.read(edge.log(), read),
          gate.counter(PAGES) - before,
          usage);
    }
  }

  /** Seconds from the opening until the gate had no unit left for the first time. */
  double stockLasts() throws IOException {
    JsonObject samples = report.getJsonObject("series").getJsonObject("samples");
    JsonArray at = samples.getJsonArray("at");
    JsonArray available = samples.getJsonArray("available");
    for (int i = 0; i < at.size(); i++) {
      Long left = available.getLong(i);
      if (left != null && left == 0 && at.getDouble(i) > 0) {
        return at.getDouble(i);
      }
    }
    throw new IOException("the stock was never gone: " + available);
  }

  long seconds() throws IOException {
    return Math.round(stockLasts());
  }

  long fromMs() {
    return Instant.parse(report.getString("opensAt")).toEpochMilli();
  }

  long untilMs() throws IOException {
    return fromMs() + seconds() * 1_000;
  }

  /** What came to the edge from the opening until the stock was gone. */
  EdgeLog.Second whileItLasts() throws IOException {
    return edge.between(fromMs() / 1_000, untilMs() / 1_000);
  }

  /** Of an entry, over all waves that had places. */
  double chance() {
    JsonObject waves = report.getJsonObject("series").getJsonObject("waves");
    JsonArray places = waves.getJsonArray("places");
    double entries = 0;
    double admitted = 0;
    for (int i = 0; i < places.size(); i++) {
      if (places.getLong(i) > 0) {
        entries += waves.getJsonArray("entries").getLong(i);
        admitted += waves.getJsonArray("admitted").getLong(i);
      }
    }
    return admitted / entries;
  }

  /** Of the operator's pause, which each drill has. */
  double pausedSeconds() {
    JsonArray marks = report.getJsonObject("series").getJsonArray("marks");
    double paused = 0;
    for (int i = 0; i < marks.size(); i++) {
      JsonObject mark = marks.getJsonObject(i);
      if (mark.getString("what").equals("PAUSED")) {
        paused += mark.getDouble("until") - mark.getDouble("from");
      }
    }
    return paused;
  }
}
