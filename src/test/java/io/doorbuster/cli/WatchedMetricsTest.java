package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.gate.Refusal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Holds the alerts, the dashboard and the table of metrics against what the program tells. */
final class WatchedMetricsTest {
  private static final Path ALERTS = Path.of("deploy/prometheus/alerts.yaml");
  private static final Path DASHBOARD = Path.of("deploy/grafana/doorbuster.json");

  /** Words of PromQL that these files use; any other word must be a metric. */
  private static final Set<String> WORDS =
      Set.of(
          "sum", "max", "min_over_time", "rate", "increase", "delta", "absent", "and", "or", "by");

  /** Labels that Prometheus adds, and those of the program. */
  private static final Set<String> LABELS = Set.of("job", "instance", "verdict", "quantile");

  private static final Pattern SERIES = Pattern.compile("(?m)^(doorbuster_\\w+)(\\{.*})? (\\S+)$");
  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) ");
  private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
  private static final Pattern WORD = Pattern.compile("(?<![\\w.])[A-Za-z_:][\\w:]*");
  private static final Pattern TABLE_ROW = Pattern.compile("(?m)^\\| `(doorbuster_\\w+)` \\|");

  @TempDir private static Path folder;
  private static String scraped = "";
  private static String readiness = "";

  /** The program as it runs, with one buy request behind it, so that there is a verdict. */
  @BeforeAll
  static void scrape() throws Exception {
    Settings settings =
        Settings.read(
            null,
            Map.of(),
            Map.of(
                "http.port", "0",
                "admin.port", "0",
                "admin.openMetrics", "true",
                "gate.warmUp", "0s",
                "data", folder.toString()));
    try (Application application =
            Application.open(settings, DataFolder.take(folder), false, InstantSource.system());
        HttpClient client = HttpClient.newHttpClient()) {
      int port = application.start();
      application.awaitReady();
      String admin = "http://127.0.0.1:" + application.adminPort();
      send(
          client,
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + port + "/api/sales/unknown/orders"))
              .POST(HttpRequest.BodyPublishers.ofString("{}")));
      readiness = send(client, HttpRequest.newBuilder(URI.create(admin + "/readyz")));
      scraped = send(client, HttpRequest.newBuilder(URI.create(admin + "/metrics")));
    }
  }

  @AfterAll
  static void forget() {
    scraped = "";
  }

  private static String send(HttpClient client, HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  private static Set<String> series() {
    return SERIES.matcher(scraped).results().map(hit -> hit.group(1)).collect(Collectors.toSet());
  }

  private static double value(String name) {
    return SERIES
        .matcher(scraped)
        .results()
        .filter(hit -> hit.group(1).equals(name))
        .mapToDouble(hit -> Double.parseDouble(hit.group(3)))
        .sum();
  }

  /** What is wrong with an expression; empty where it asks for what there is. */
  private static List<String> faults(String expr) {
    List<String> faults = new ArrayList<>();
    Set<String> verdicts =
        Stream.concat(
                Arrays.stream(Refusal.values()).map(Refusal::id), Stream.of("admitted", "waiting"))
            .collect(Collectors.toSet());
    Matcher matcher = MATCHER.matcher(expr);
    while (matcher.find()) {
      String label = matcher.group(1);
      checkLabel(label, faults);
      for (String value : matcher.group(3).split("\\|", -1)) {
        if (label.equals("verdict") && !verdicts.contains(value)) {
          faults.add("no verdict is called " + value);
        }
        if (label.equals("quantile") && !scraped.contains("quantile=\"" + value + "\"")) {
          faults.add("no quantile is told at " + value);
        }
      }
    }
    Matcher grouping = GROUPING.matcher(expr);
    while (grouping.find()) {
      Stream.of(grouping.group(1).split(",", -1))
          .forEach(label -> checkLabel(label.strip(), faults));
    }
    String bare =
        GROUPING
            .matcher(expr.replaceAll("\\{[^}]*}", " ").replaceAll("\\[[^\\]]*]", " "))
            .replaceAll(" ");
    WORD.matcher(bare)
        .results()
        .map(hit -> hit.group())
        .filter(word -> !WORDS.contains(word) && !series().contains(word))
        .forEach(word -> faults.add("the program tells no metric " + word));
    return faults;
  }

  private static void checkLabel(String label, List<String> faults) {
    if (!LABELS.contains(label)) {
      faults.add("no label is called " + label);
    }
  }

  private static Map<String, Map<?, ?>> alerts() throws Exception {
    Map<?, ?> file =
        map(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(ALERTS)));
    Map<String, Map<?, ?>> alerts = new TreeMap<>();
    for (Object group : (List<?>) Objects.requireNonNull(file.get("groups"))) {
      for (Object rule : (List<?>) Objects.requireNonNull(map(group).get("rules"))) {
        String name = text(map(rule), "alert");
        assertThat(alerts.put(name, map(rule))).as("a second " + name).isNull();
      }
    }
    return alerts;
  }

  private static Map<?, ?> map(@Nullable Object node) {
    assertThat(node).isInstanceOf(Map.class);
    return (Map<?, ?>) Objects.requireNonNull(node);
  }

  private static String text(Map<?, ?> node, String key) {
    assertThat(node.get(key)).as(key + " of " + node).isInstanceOf(String.class);
    String text = (String) Objects.requireNonNull(node.get(key));
    assertThat(text).as(key + " of " + node).isNotBlank();
    return text;
  }

  private static List<JsonObject> panels() throws Exception {
    JsonArray panels = new JsonObject(Files.readString(DASHBOARD)).getJsonArray("panels");
    return panels.stream().map(JsonObject.class::cast).toList();
  }

  @Test
  void expressions_ofTheAlerts_askForMetricsThatThereAre() throws Exception {
    Map<String, List<String>> faults = new TreeMap<>();
    alerts().forEach((name, rule) -> faults.put(name, faults(text(rule, "expr"))));
    assertThat(faults).hasSizeGreaterThan(12).allSatisfy((name, f) -> assertThat(f).isEmpty());
  }

  @Test
  void alerts_allOfThem_sayHowLongHowBadWhatAndWhatToDo() throws Exception {
    alerts()
        .forEach(
            (name, rule) -> {
              assertThat(text(rule, "for")).as(name).matches("\\d+[sm]");
              assertThat(text(map(rule.get("labels")), "severity")).isIn("critical", "warning");
              assertThat(text(map(rule.get("annotations")), "summary")).hasSizeLessThan(100);
              String runbook = text(map(rule.get("annotations")), "runbook");
              assertThat(runbook).as(name).containsPattern("`[^`]+`");
            });
  }

  @Test
  void expressions_ofTheDashboard_askForMetricsThatThereAre() throws Exception {
    int plots = 0;
    for (JsonObject panel : panels()) {
      if (panel.getString("type").equals("row")) {
        continue;
      }
      String title = panel.getString("title");
      assertThat(panel.getJsonArray("targets")).as(title).isNotEmpty();
      for (Object target : panel.getJsonArray("targets")) {
        assertThat(faults(((JsonObject) target).getString("expr"))).as(title).isEmpty();
      }
      plots++;
    }
    assertThat(plots).isGreaterThan(10);
  }

  @Test
  void panels_ofTheDashboard_haveAPlaceOfTheirOwn() throws Exception {
    Set<Integer> ids = new HashSet<>();
    Set<String> taken = new HashSet<>();
    for (JsonObject panel : panels()) {
      JsonObject place = panel.getJsonObject("gridPos");
      assertThat(ids.add(panel.getInteger("id"))).as(panel.getString("title")).isTrue();
      assertThat(place.getInteger("x") + place.getInteger("w")).isLessThanOrEqualTo(24);
      for (int x = 0; x < place.getInteger("w"); x++) {
        for (int y = 0; y < place.getInteger("h"); y++) {
          String cell = (place.getInteger("x") + x) + "," + (place.getInteger("y") + y);
          assertThat(taken.add(cell)).as(panel.getString("title") + " at " + cell).isTrue();
        }
      }
    }
  }

  @Test
  void variables_ofTheDashboard_chooseTheDataSourceAndTheProcess() throws Exception {
    JsonObject dashboard = new JsonObject(Files.readString(DASHBOARD));
    assertThat(dashboard.getInteger("schemaVersion")).isPositive();
    JsonArray variables = dashboard.getJsonObject("templating").getJsonArray("list");
    assertThat(variables.getJsonObject(0).getString("name")).isEqualTo("datasource");
    JsonObject instance = variables.getJsonObject(1);
    assertThat(instance.getString("name")).isEqualTo("instance");
    Matcher values =
        Pattern.compile("label_values\\((\\w+), instance\\)")
            .matcher(instance.getJsonObject("query").getString("query"));
    assertThat(values.matches()).isTrue();
    assertThat(series()).contains(values.group(1));
  }

  @Test
  void metrics_ofTheProgram_areThoseOfTheTable() throws Exception {
    String page = Files.readString(Path.of("docs/operating.md"));
    Set<String> told =
        TABLE_ROW.matcher(page).results().map(hit -> hit.group(1)).collect(Collectors.toSet());
    Set<String> types =
        TYPE.matcher(scraped).results().map(hit -> hit.group(1)).collect(Collectors.toSet());
    assertThat(new TreeSet<>(told)).isEqualTo(new TreeSet<>(types));
  }

  @Test
  void gauges_ofAProcessThatIsWell_sayWhatItsAnswersSay() {
    boolean ready = new JsonObject(readiness).getBoolean("ready");
    assertThat(ready).as(readiness).isTrue();
    assertThat(value("doorbuster_ready")).isEqualTo(1);
    assertThat(value("doorbuster_gate_ready")).isEqualTo(1);
    assertThat(value("doorbuster_lease_held")).isEqualTo(1);
    assertThat(value("doorbuster_store_away")).isZero();
    assertThat(value("doorbuster_engine_away")).isZero();
    assertThat(value("doorbuster_writer_fault")).isZero();
    assertThat(value("doorbuster_orders_queue_capacity")).isEqualTo(20_000);
    assertThat(value("doorbuster_connections_open")).isEqualTo(1);
    assertThat(value("doorbuster_verdicts_total")).isEqualTo(1);
    assertThat(value("doorbuster_backend_calls_on_event_loop_total")).isZero();
  }

  @Test
  void names_thatNobodyTells_areFound() {
    assertThat(faults("rate(doorbuster_orders_commited[1m])")).hasSize(1);
    assertThat(faults("doorbuster_verdicts_total{verdict=\"to-fast\"}")).hasSize(1);
    assertThat(faults("sum by (shop) (doorbuster_ready)")).hasSize(1);
    assertThat(faults("doorbuster_order_placed_after_ms{quantile=\"0.9\"}")).hasSize(1);
    assertThat(faults("sum by (job) (doorbuster_ready) == 0")).isEmpty();
  }
}
