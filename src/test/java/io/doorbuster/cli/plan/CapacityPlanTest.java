package io.doorbuster.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.doorbuster.cli.plan.PlanSheet.Line;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class CapacityPlanTest {
  private static final Weights WEIGHTS = new Weights(11_500, 3, 120_000, 2_600, 230);
  private static final Site SITE = new Site(0.5, 4, 50, 200_000_000, 0);
  private static final Path SCALING = Path.of("docs/scaling.md");

  private static Crowd crowd(long buyers, long units, long wave) {
    return new Crowd(
        buyers,
        units,
        1,
        Duration.ofSeconds(10),
        Duration.ofSeconds(300),
        Duration.ofSeconds(5),
        wave,
        Duration.ofSeconds(5),
        true);
  }

  private static PlanSheet plan(Crowd crowd) {
    return CapacityPlan.of(crowd, WEIGHTS, SITE, PerCore.DOCUMENTED);
  }

  private static double value(PlanSheet plan, String part, String name) {
    List<Line> found =
        plan.lines().stream()
            .filter(line -> line.part().equals(part) && line.name().equals(name))
            .toList();
    assertThat(found).as("%s: %s", part, name).hasSize(1);
    return found.getFirst().value();
  }

  /** The rows of the page's table, by their first cells. */
  private static Map<String, List<String>> crowdsOfThePage() throws IOException {
    Map<String, List<String>> rows = new TreeMap<>();
    boolean inside = false;
    for (String line : Files.readAllLines(SCALING)) {
      inside = line.startsWith("## ") ? line.equals("## Three crowds") : inside;
      if (inside && line.startsWith("| ")) {
        List<String> cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
        rows.put(cells.get(1), cells.subList(2, 5));
      }
    }
    return rows;
  }

  @Test
  void lines_ofThePagesCrowds_areThePagesFigures() throws IOException {
    Map<String, List<String>> rows = crowdsOfThePage();
    long[] buyers = {100_000, 2_000_000, 10_000_000};
    long[] units = {1_000, 5_000, 50_000};
    long[] orders = {100, 500, 5_000};
    for (int i = 0; i < buyers.length; i++) {
      PlanSheet plan = plan(crowd(buyers[i], units[i], orders[i] * 5));
      Map<String, String> computed =
          Map.of(
              "the stock lasts",
              text("%,.0f s", value(plan, "the sale", "the stock lasts")),
              "requests/s at the gates",
              text("%,.0f", value(plan, "edge", "requests that it passes on")),
              "cores of gates",
              text("%.1f", value(plan, "gates", "cores")),
              "gates of 4 cores, one of them spare",
              text("%.0f", value(plan, "gates", "gates of 4 cores")),
              "order writers",
              text("%.0f", value(plan, "order writers", "order writers")),
              "cores of Redis in use",
              text("%.2f", roundUp(value(plan, "Redis", "cores in use"))),
              "cores of PostgreSQL",
              text("%.2f", value(plan, "PostgreSQL", "cores")),
              "bandwidth of the gates",
              text("%.1f Gbit/s", value(plan, "edge", "bandwidth to reserve")));
      for (Map.Entry<String, String> one : computed.entrySet()) {
        List<String> row = rows.getOrDefault(one.getKey(), List.of());
        assertThat(row).as(one.getKey()).hasSize(3);
        assertThat(row.get(i)).as(one.getKey()).isEqualTo(one.getValue());
      }
    }
  }

  /** A hundredth of a core is the least that the page names. */
  private static double roundUp(double cores) {
    return Math.max(0.01, cores);
  }

  private static String text(String form, double value) {
    return String.format(Locale.ROOT, form, value);
  }

  @Test
  void figures_ofThePage_areTheDocumentedOnes() throws IOException {
    String page = Files.readString(SCALING);
    PerCore core = PerCore.DOCUMENTED;
    assertThat(page)
        .contains(
            text("| `refusal` | %.1f us", core.refusalMicros()),
            text("| `signIn` | %.0f us", core.signInMicros()),
            text("| `order` | %.0f us", core.orderMicros()),
            text("| `reserve` | %.0f us", core.reserveMicros()),
            text("| `shard` | %,.0f reservations/s", core.reservationsPerSecond()),
            text("| `commit` | %.0f us", core.commitMicros()),
            text("| `writer` | %,.0f orders/s", core.ordersPerSecond()),
            text("| `buyer` | %.0f bytes", core.buyerBytes()),
            text("| `connection` | %.0f KB", core.connectionBytes() / 1_024));
  }

  @Test
  void formulas_haveTheirNumbers() {
    assertThat(plan(crowd(100_000, 1_000, 500)).lines())
        .filteredOn(line -> line.name().equals("cores") && line.part().equals("gates"))
        .extracting(Line::formula)
        .containsExactly(
            "(20,930/s * 12.8 us + 333/s * 34 us + 100/s * 57 us) / 0.50"
                .replace("333/s", "333 sign-ins/s")
                .replace("100/s", "100 orders/s"));
  }

  @Test
  void requests_areAsksAndWhatFollowsThem() {
    PlanSheet plan = plan(crowd(100_000, 1_000, 500));
    double waiting = 500 * (1 + Math.log(100_000 / 500.0));
    assertThat(value(plan, "edge", "requests that it passes on"))
        .isCloseTo(20_000 + waiting / 5 + 3 * 100, within(0.01));
    assertThat(value(plan, "the sale", "requests a wave")).isEqualTo(100_000);
    Crowd first =
        new Crowd(
            100_000,
            1_000,
            1,
            Duration.ofSeconds(10),
            Duration.ofSeconds(300),
            Duration.ofSeconds(5),
            500,
            Duration.ofSeconds(5),
            false);
    assertThat(value(plan(first), "edge", "requests that it passes on"))
        .as("nobody waits for a draw")
        .isEqualTo(20_300);
  }

  /** The script of the page asks after 1 to 1.6 s; the photo is a file more. */
  @Test
  void requests_atTheCdn_areAsThePageMakesThem() {
    PlanSheet plan = plan(crowd(130_000, 1_000, 500));
    assertThat(value(plan, "CDN", "requests for the state")).isEqualTo(100_000);
    assertThat(value(plan, "CDN", "requests"))
        .isCloseTo(100_000 + 130_000 / 300.0 * 4, within(0.01));
  }

  @Test
  void warnings_nameWhatIsCrossed() {
    assertThat(plan(crowd(100_000, 200, 10)).warnings()).isEmpty();
    assertThat(plan(crowd(100_000, 200, 200)).warnings())
        .singleElement()
        .asString()
        .contains("release.wave");
    PlanSheet large =
        CapacityPlan.of(
            crowd(10_000_000, 5_000_000, 500_000),
            WEIGHTS,
            new Site(0.5, 4, 50, 200_000, 10),
            PerCore.DOCUMENTED);
    assertThat(String.join("\n", large.warnings()))
        .contains("one row of PostgreSQL")
        .contains("10 Gbit/s are reserved")
        .contains("gate.buyersMax")
        .contains("nothing has run with more than 2");
  }

  @Test
  void figures_ofABench_replaceTheDocumentedOnes() {
    PerCore.Read read =
        PerCore.read(new JsonObject().put("figures", new JsonObject().put("refusalMicros", 6.4)));
    assertThat(read.figures().refusalMicros()).isEqualTo(6.4);
    assertThat(read.figures().signInMicros()).isEqualTo(PerCore.DOCUMENTED.signInMicros());
    assertThat(read.documented()).contains("signInMicros").doesNotContain("refusalMicros");
    assertThatThrownBy(
            () ->
                PerCore.read(
                    new JsonObject().put("figures", new JsonObject().put("refusalMicros", 0))))
        .hasMessageContaining("refusalMicros");
    assertThatThrownBy(
            () -> PerCore.read(new JsonObject().put("figures", new JsonObject().put("refusal", 1))))
        .hasMessageContaining("refusal");
  }
}
