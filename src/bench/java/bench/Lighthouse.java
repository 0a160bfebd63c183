package bench;

import static bench.Machine.text;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** The page through the edge in Chromium, judged by Lighthouse as on a slow phone. */
final class Lighthouse implements Race {
  private static final double GOAL = 1.0;
  private static final double SCORE = 95;

  /** The last that takes Node 20, which is older than what its successor needs. */
  private static final String VERSION = "12.8.2";

  private static final Path HOME = Path.of("target/lighthouse").toAbsolutePath();
  private static final int MINUTES_MAX = 5;
  private static final List<String> CATEGORIES =
      List.of("performance", "accessibility", "best-practices");

  @Override
  public List<String> lines() {
    return List.of("lighthouse");
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    String chromium = Machine.program("chromium", "as root on Debian: apt-get install chromium");
    String node = Machine.program("node", "install Node.js, 18.16 or newer");
    install();
    Path pages = Edge.openFolder(lab, "pages");
    Server gate = lab.server(Lab.BOTH_CORES, "page: {folder: '" + pages + "'}");
    gate.sell("race", 1_000, Refusals.fairWaves(), "5s", Duration.ofHours(1));
    Edge edge = Edge.start(lab, Lab.BOTH_CORES, gate.port(), List.of("--root", pages.toString()));
    List<Double> ratios = new ArrayList<>();
    List<String> details = new ArrayList<>();
    for (int run = 0; run < lab.pairs(); run++) {
      JsonObject report = judge(lab, node, chromium, edge.address() + "/s/race/");
      Map<String, Double> scores = scores(report);
      ratios.add(scores.values().stream().mapToDouble(Double::doubleValue).min().orElse(0) / SCORE);
      details.add(scores + "; below the best: " + lacking(report));
    }
    details.addFirst(
        "Lighthouse " + VERSION + " with its defaults, a slow phone, through the edge");
    return List.of(new Result("lighthouse", Lab.median(ratios), GOAL, details));
  }

  /** Once; it stays in the build's folder. */
  private static void install() throws IOException, InterruptedException {
    Path known = HOME.resolve("node_modules/lighthouse/package.json");
    if (Files.exists(known)
        && new JsonObject(Files.readString(known)).getString("version").equals(VERSION)) {
      return;
    }
    String npm = Machine.program("npm", "install Node.js with npm");
    Files.createDirectories(HOME);
    Process process =
        new ProcessBuilder(
                npm,
                "install",
                "--prefix",
                HOME.toString(),
                "--no-save",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "lighthouse@" + VERSION)
            .redirectErrorStream(true)
            .redirectOutput(HOME.resolve("npm.log").toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new CanNotRun("Lighthouse can not be installed: see " + HOME.resolve("npm.log"));
    }
  }

  private static JsonObject judge(Lab lab, String node, String chromium, String url)
      throws IOException, InterruptedException {
    Path folder = lab.newFolder("lighthouse");
    Path report = folder.resolve("report.json");
    ProcessBuilder builder =
        new ProcessBuilder(
                node,
                HOME.resolve("node_modules/lighthouse/cli/index.js").toString(),
                url,
                "--quiet",
                "--no-enable-error-reporting",
                "--only-categories=" + String.join(",", CATEGORIES),
                "--output=json",
                "--output-path=" + report,
                "--chrome-flags=--headless --no-sandbox --user-data-dir="
                    + folder.resolve("profile"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().put("CHROME_PATH", chromium);
    builder.environment().put("TMPDIR", folder.toString());
    Process process = lab.start(Lab.BOTH_CORES, builder);
    boolean over = process.waitFor(MINUTES_MAX, TimeUnit.MINUTES);
    lab.end(process);
    if (!over || process.exitValue() != 0 || !Files.exists(report)) {
      throw new IOException("Lighthouse: " + Files.readString(folder.resolve("log")));
    }
    // Chromium's last files are written after its parent has gone.
    Lab.pause(Duration.ofSeconds(1));
    return new JsonObject(Files.readString(report));
  }

  private static Map<String, Double> scores(JsonObject report) throws IOException {
    Map<String, Double> scores = new TreeMap<>();
    for (String category : CATEGORIES) {
      Double score = report.getJsonObject("categories").getJsonObject(category).getDouble("score");
      if (score == null) {
        throw new IOException("Lighthouse has no score for " + category);
      }
      scores.put(category, 100 * score);
    }
    return scores;
  }

  /** What is judged with less than the best and counts. */
  private static String lacking(JsonObject report) {
    TreeSet<String> names = new TreeSet<>();
    JsonObject audits = report.getJsonObject("audits");
    for (String category : CATEGORIES) {
      var refs =
          report.getJsonObject("categories").getJsonObject(category).getJsonArray("auditRefs");
      for (int i = 0; i < refs.size(); i++) {
        String id = refs.getJsonObject(i).getString("id");
        Double score = audits.getJsonObject(id).getDouble("score");
        boolean counts = refs.getJsonObject(i).getDouble("weight") > 0;
        if (counts && score != null && score < 1) {
          names.add(text("%s %.2f", id, score));
        }
      }
    }
    return names.isEmpty() ? "nothing" : String.join(", ", names);
  }
}
