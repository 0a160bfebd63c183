package bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A drill through the edge with the buyers' pages open, on all cores together with what it tests.
 *
 * @param report as the drill writes it
 * @param edge what the edge's log says
 * @param gatePages requests for a page, its files or its state that came to the gate
 */
record Rehearsal(JsonObject report, EdgeLog edge, long gatePages) {
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
        gate.counter(PAGES) - before);
  }
}
