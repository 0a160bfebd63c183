package io.doorbuster.cli.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.doorbuster.Stage;
import io.doorbuster.cli.preflight.FakeTime;
import io.doorbuster.cli.preflight.TlsHost;
import io.doorbuster.console.preflight.Preflight;
import io.doorbuster.drill.servers.Child;
import io.doorbuster.sale.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A sale before its start on a real server: all that can be is green, then one red at a time. */
@Tag("store")
final class PreflightIT {
  private static final String ALL_FREE = "tee 20 of 20, all free";

  private record Ran(int exit, String out, String err) {
    /** The line of a check. */
    String line(String check) {
      return out.lines()
          .filter(line -> line.substring(Math.min(line.length(), 13)).startsWith(check))
          .findFirst()
          .orElseThrow(() -> new AssertionError(check + " in\n" + out + err));
    }
  }

  private static TlsHost host;
  private static FakeTime time;

  @TempDir private Path folder;
  private Path data;
  private Path token;
  private HttpServer edge;
  private volatile String cache = "HIT";
  private Stage stage;
  private List<String> all;

  @BeforeAll
  static void openOnce(@TempDir Path once) throws Exception {
    host = new TlsHost(once, "localhost", -10, 100);
    time = new FakeTime(Duration.ZERO);
  }

  @AfterAll
  static void closeOnce() throws IOException {
    time.close();
    host.close();
  }

  @BeforeEach
  void open() throws Exception {
    data = Files.createDirectory(folder.resolve("data"));
    token = Files.writeString(folder.resolve("token"), Stage.TOKEN + "\n");
    edge = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    edge.createContext(
        "/s/boots/",
        exchange -> {
          exchange.getResponseHeaders().set("X-Cache", cache);
          exchange.sendResponseHeaders(200, 1);
          exchange.getResponseBody().write('x');
          exchange.close();
        });
    edge.start();
    stage = new Stage(data, "https://localhost:" + host.port);
    all =
        List.of(
            "--edge",
            edgeUrl() + "=sale.example",
            "--gate",
            stage.adminUrl(),
            "--ntp",
            "127.0.0.1:" + time.port(),
            "--ca",
            host.authority.toString());
  }

  @AfterEach
  void close() {
    stage.close();
    edge.stop(0);
  }

  private String edgeUrl() {
    return "http://127.0.0.1:" + edge.getAddress().getPort();
  }

  private static Ran run(Stream<String> words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new SaleCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(words.toArray(String[]::new));
    return new Ran(exit, out.toString(), err.toString());
  }

  private Ran sale(String... words) {
    return run(
        Stream.concat(
            Stream.of(words),
            Stream.of("--admin", stage.adminUrl(), "--token-file", token.toString())));
  }

  /** With everything that there is to look at, and what is said besides. */
  private Ran preflight(String... more) {
    List<String> words = new ArrayList<>(List.of("preflight", "boots"));
    words.addAll(all);
    words.addAll(List.of(more));
    return sale(words.toArray(String[]::new));
  }

  /** Like {@link #preflight}, with another value for one of the options. */
  private Ran preflightBut(String option, String value) {
    List<String> words = new ArrayList<>(all);
    words.set(words.indexOf(option) + 1, value);
    return sale(
        Stream.concat(Stream.of("preflight", "boots"), words.stream()).toArray(String[]::new));
  }

  private void register(String more) throws IOException {
    String opensAt = "opensAt: " + Instant.now().plusSeconds(600);
    Path file = folder.resolve("sale.yaml");
    Files.writeString(file, stage.yaml("boots", 20, more).replaceFirst("opensAt: .*", opensAt));
    Ran added = sale("add", file.toString());
    assertThat(added.exit()).as(added.err()).isZero();
  }

  private void publish(String more) throws IOException {
    register(more);
    assertThat(sale("publish", "boots").exit()).isZero();
  }

  private void publish() throws IOException {
    publish("expect: {buyers: 1000, peak: 10s, reservedGbps: 10}");
  }

  private static void assertRed(Ran ran, String check, String... words) {
    assertThat(ran.exit()).as(ran.out() + ran.err()).isEqualTo(1);
    assertThat(ran.line(check)).startsWith("RED ").contains(words).contains(" -> ");
    assertThat(ran.out()).contains(", 1 red, ");
  }

  @Test
  void preflight_ofASaleWithAllInOrder_isGreen() throws Exception {
    publish();
    Ran ran = preflight();
    assertThat(ran.exit()).as(ran.out() + ran.err()).isZero();
    assertThat(ran.out()).doesNotContain("RED", "\u001b").contains(": 16 ok, 0 red, 1 not checked");
    assertThat(ran.line("sale ")).contains("ok", "PUBLISHED, opens in 9 min ");
    assertThat(ran.line("first view")).contains("ok", " bytes compressed in 3 files");
    assertThat(ran.line("edge " + edgeUrl())).contains("all 18 answers came from its cache");
    assertThat(ran.line("certificate localhost")).contains("89 days left");
    assertThat(ran.line("bandwidth")).contains("10.00 Gbit/s are reserved");
    assertThat(ran.line("gate " + stage.adminUrl())).contains("ready");
    assertThat(ran.line("stock")).contains(ALL_FREE);
    assertThat(ran.line("events")).startsWith("not checked").contains("events.testSales: send");
    assertThat(ran.line("database"))
        .startsWith("ok")
        .contains(Stores.areFiles() ? "SQLite" : "PostgreSQL");
    assertThat(ran.line("clock of the database"))
        .contains(Stores.areFiles() ? "a file there" : " ms (within ");
  }

  @Test
  void preflight_asJson_hasTheSame() throws Exception {
    publish();
    JsonObject json = new JsonObject(preflight("--json").out());
    assertThat(json.getBoolean("ok")).isTrue();
    JsonArray checks = json.getJsonArray("checks");
    assertThat(checks).hasSize(17);
    assertThat(checks.getJsonObject(0).getString("check")).isEqualTo("sale");
    assertThat(checks.getJsonObject(16).getString("state")).isEqualTo("not-checked");
  }

  @Test
  void preflight_withNothingNamed_checksWhatItCanAndSaysHowToHaveTheRest() throws Exception {
    publish("");
    Ran ran = sale("preflight", "boots");
    assertThat(ran.line("edge")).startsWith("not checked").contains("--edge https://");
    assertThat(ran.line("bandwidth")).startsWith("not checked").contains("expect: {buyers");
    assertThat(ran.line("clock here")).startsWith("not checked").contains("--ntp HOST");
    assertThat(ran.line("stock")).startsWith("ok").contains(ALL_FREE);
    assertRed(ran, "certificate localhost", "browsers would refuse it");
  }

  @Test
  void sale_thatIsNotPublished_isRed() throws Exception {
    register("expect: {buyers: 1000, reservedGbps: 10}");
    Ran ran = preflight();
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.line("sale ")).contains("RED", "DRAFT", "doorbuster sale publish boots");
    assertThat(ran.line("page")).contains("RED", "not published");
    for (String dependent : List.of("first view", "edge", "bandwidth", "gates", "stock")) {
      assertThat(ran.line(dependent)).startsWith("not checked");
    }
  }

  @Test
  void sale_thatIsPaused_isRed() throws Exception {
    publish();
    assertThat(sale("pause", "boots").exit()).isZero();
    assertRed(preflight(), "sale ", "PAUSED", "doorbuster sale resume boots");
  }

  @Test
  void sale_thatIsNotThere_isSaidOnce() {
    Ran ran = preflight();
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err()).startsWith("doorbuster: There is no such sale.");
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void page_whoseFolderWasEmptied_isRedAndMendedAsItSays() throws Exception {
    publish();
    Path page = data.resolve("pages").resolve("boots");
    Files.delete(page.resolve("index.html.gz"));
    assertRed(preflight(), "page", "1 files are not whole", "index.html.gz", "publish boots");
    assertThat(sale("publish", "boots").exit()).isZero();
    assertThat(preflight().exit()).isZero();
    Files.writeString(page.resolve("index.html"), "cut o");
    assertRed(preflight(), "page", "index.html");
  }

  @Test
  void edge_thatIsColdOrAway_isRed() throws Exception {
    publish();
    cache = "MISS";
    assertRed(preflight(), "edge", "18 of 18", "cold", "sale prewarm boots --edge " + edgeUrl());
    String away = "http://127.0.0.1:" + Child.freePort();
    assertRed(preflightBut("--edge", away), "edge " + away, "does not answer");
  }

  @Test
  void stock_thatIsNotAsAllotted_isRed() throws Exception {
    publish();
    stage.engine.withdraw("by-hand", "boots", "tee", 3);
    assertRed(preflight(), "stock", "available 17", "20 are allotted", "--repair");
    stage.worker.close(); // which would load it anew
    stage.engine.unload("boots");
    Ran unloaded = preflight();
    assertThat(unloaded.line("stock")).contains("RED", "has not loaded it");
    assertThat(unloaded.line("server")).contains("RED", "the engine has not loaded boots");
  }

  @Test
  void stock_withAMoveUnderWay_isRed() throws Exception {
    publish();
    stage.worker.close();
    try (var connection = Stores.outside(data);
        var statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO intent (id, sale, sku, kind, quantity, shard, not_before)"
              + " VALUES ('x', 'boots', 'tee', 'TAKE', 2, 0, 0)");
    }
    assertRed(preflight(), "stock", "1 move of units is under way", "sale audit boots");
  }

  @Test
  void stock_afterAWithdrawal_isGreenWithWhatIsLeft() throws Exception {
    publish();
    assertThat(sale("withdraw", "boots", "tee", "5").exit()).isZero();
    stage.awaitMoves();
    assertThat(preflight().line("stock")).contains("ok", "tee 15 of 20, all free");
    assertThat(sale("withdraw", "boots", "tee", "15").exit()).isZero();
    stage.awaitMoves();
    assertRed(preflight(), "stock", "tee: 0 free of 0");
  }

  @Test
  void clock_thatIsTwoSecondsOff_isRedHereAndAtTheServer() throws Exception {
    publish();
    try (FakeTime liar = new FakeTime(Duration.ofSeconds(2))) {
      Ran ran = preflightBut("--ntp", "127.0.0.1:" + liar.port());
      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.line("clock here")).contains("RED", "-2000.", "chrony");
      assertThat(ran.line("clock of the server")).startsWith("RED").contains("ms (within");
    }
  }

  @Test
  void certificate_thatHasEndedOrEndsSoon_isRed() throws Exception {
    publish();
    assertRed(preflight("--days", "90"), "certificate localhost", "89 days left", "renew");
    stage.close();
    try (TlsHost over = new TlsHost(folder.resolve("over"), "localhost", -30, 20)) {
      stage = new Stage(data, "https://localhost:" + over.port);
      all = new ArrayList<>(all);
      all.set(all.indexOf("--gate") + 1, stage.adminUrl());
      Ran ran = preflightBut("--ca", over.authority.toString());
      assertThat(ran.line("certificate localhost")).contains("RED", "it ended 10 days ago");
    }
  }

  @Test
  @Tag("file") // of PostgreSQL a lock is no outage: PreflightOnServersIT stops it
  void database_thatIsAway_isRedAndAskedOnce() throws Exception {
    publish();
    try (AutoCloseable _ = Stores.outage(data)) {
      Ran ran = preflight();
      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.line("database")).contains("RED", "does not answer");
      assertThat(ran.line("stock")).startsWith("not checked").contains("a store does not answer");
      assertThat(ran.line("edge")).startsWith("ok");
    }
    assertThat(preflight().exit()).isZero();
  }

  @Test
  void gate_thatIsNotReadyOrAway_isRed() throws Exception {
    publish();
    stage.missing.add("the warm-up is under way");
    Ran ran = preflight();
    assertThat(ran.line("gate http")).contains("RED", "not ready: the warm-up is under way");
    assertThat(ran.line("server")).contains("RED", "the warm-up is under way");
    stage.missing.clear();
    String away = "http://127.0.0.1:" + Child.freePort();
    assertRed(preflightBut("--gate", away), "gate " + away, "does not answer", "admin.port");
    assertRed(preflightBut("--gate", stage.buyerUrl()), "gate " + stage.buyerUrl(), "not ready");
  }

  @Test
  void bandwidth_thatIsTooSmall_isRed() throws Exception {
    publish("expect: {buyers: 1000000, peak: 10s, reservedGbps: 1}");
    assertRed(preflight(), "bandwidth", "1.00 Gbit/s are reserved", "for 1,000,000 buyers");
    assertThat(preflight("--photo-kb", "0").line("bandwidth")).doesNotContain("NaN");
  }

  @Test
  void payment_atNoPlaceOrTheDemos_isRed() throws Exception {
    publish();
    stage.payment = Preflight.Payment.DEMO;
    assertRed(preflight(), "payment", "takes no money", "payment.provider: redirect");
    stage.payment = Preflight.Payment.NONE;
    assertRed(preflight(), "payment", "no place to pay");
  }

  @Test
  void events_thatNobodyTakes_areRed() throws Exception {
    publish();
    stage.sinkAway = true;
    assertRed(preflight(), "events", "nobody takes them");
  }

  @Test
  void usage_thatIsWrong_exitsWith2AndNamesTheMend() {
    assertThat(sale("preflight").exit()).isEqualTo(2);
    assertUsage("--gate is an address such as http://gate-1:8081", "--gate", "gate-1:8081");
    assertUsage("--ntp is HOST or HOST:PORT", "--ntp", "http://time.example");
    assertUsage("is no edge such as https://", "--edge", "203.0.113.7");
    assertUsage("holds no certificates in PEM", "--ca", "README.md");
    assertUsage("there is no such file", "--ca", folder + "/none");
    assertUsage("--days", "--days", "-1");
    assertUsage("--days", "--days", "soon");
  }

  private void assertUsage(String mend, String... words) {
    Ran ran =
        sale(
            Stream.concat(Stream.of("preflight", "boots"), Stream.of(words))
                .toArray(String[]::new));
    assertThat(ran.exit()).as(mend).isEqualTo(2);
    assertThat(ran.err()).contains(mend);
  }
}
