package io.doorbuster.cli.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.doorbuster.Photos;
import io.doorbuster.RealBucket;
import io.doorbuster.Stage;
import io.doorbuster.cli.DataFolder;
import io.doorbuster.page.BucketTarget;
import io.doorbuster.page.StoredForm;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The operators' commands, each against a real server: what they print and their exit codes. */
final class CommandsIT {
  private record Ran(int exit, String out, String err) {}

  @TempDir private Path folder;
  private Path data;
  private Path token;
  private Stage stage;

  @BeforeEach
  void open() throws Exception {
    data = Files.createDirectory(folder.resolve("data"));
    token = Files.writeString(folder.resolve("token"), Stage.TOKEN + "\n");
    stage = new Stage(data);
  }

  @AfterEach
  void close() {
    stage.close();
  }

  private Ran run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--admin", stage.adminUrl(), "--token-file", token.toString()));
    return runBare(all.toArray(String[]::new));
  }

  private static Ran runBare(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        new CommandLine(new Root())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    int exit = line.execute(words);
    return new Ran(exit, out.toString(), err.toString());
  }

  /** The operators' commands beside each other, as in the program. */
  @CommandLine.Command(
      name = "doorbuster",
      subcommands = {
        SaleCommand.class,
        OrderCommand.class,
        EventsCommand.class,
        BlockCommand.class,
        KeysCommand.class
      })
  static final class Root {}

  @Test
  void sale_fromAddToSettle_isRunByCommands() throws Exception {
    String yaml = stage.yaml("boots", 20, "").replace("payWithin: 10m", "payWithin: 2h");
    Path file = Files.writeString(folder.resolve("sale.yaml"), yaml);
    Ran added = run("sale", "add", file.toString());
    assertThat(added.exit()).isZero();
    assertThat(added.out()).contains("boots is DRAFT", "sale publish boots", "warning: ");
    assertThat(run("sale", "publish", "boots").out())
        .contains(
            "boots is OPEN", "/s/boots/sale.", "first view: ", " bytes compressed, in 3 files")
        .contains("written to the folder " + data.toRealPath().resolve("pages") + ": ");
    assertThat(run("sale", "list").out()).contains("boots", "OPEN", "20");
    assertThat(run("sale", "show", "boots").out()).contains("tee", "available");
    assertThat(run("sale", "pause", "boots").out()).contains("PAUSED");
    assertThat(run("sale", "resume", "boots").out()).contains("OPEN");
    assertThat(run("sale", "withdraw", "boots", "tee", "4").out()).contains("4 units withdrawn");
    Ran fewer = run("sale", "withdraw", "boots", "tee", "400");
    assertThat(fewer.exit()).isZero();
    assertThat(fewer.out()).contains("16 units withdrawn from tee: no more than that were free\n");
    Ran none = run("sale", "withdraw", "boots", "tee", "1");
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.out()).contains("0 units withdrawn from tee: no more than that were free\n");
    assertThat(run("sale", "add-units", "boots", "tee", "1").out()).contains("1 unit added to tee");
    assertThat(run("sale", "audit", "boots").out()).contains("= sum", "OK");
    assertThat(run("sale", "draws", "boots").exit()).isEqualTo(1);
    Ran early = run("sale", "unpublish", "boots");
    assertThat(early.exit()).isEqualTo(1);
    assertThat(early.err()).contains("OPEN", "`sale close` or `sale void` it first");
    assertThat(run("sale", "close", "boots").exit()).isZero();
    assertThat(run("sale", "settle", "boots").out()).contains("boots is SETTLED");
    assertThat(run("sale", "unpublish", "boots").out())
        .contains("the page of boots is taken down, also from the folder ");
    assertThat(data.resolve("pages").resolve("boots")).doesNotExist();
    assertThat(run("sale", "show", "boots").out()).contains("taken down; sale publish");
    assertThat(run("sale", "publish", "boots").out()).contains("boots is SETTLED", "written to");
    assertThat(data.resolve("pages").resolve("boots").resolve("index.html")).exists();
    assertThat(run("sale", "show", "boots").out()).doesNotContain("taken down");
    assertThat(run("sale", "draws", "boots").out()).contains("seed");
    Ran watched = run("sale", "watch", "boots");
    assertThat(watched.exit()).isZero();
    assertThat(watched.out()).contains("SETTLED", "p99", "parked 0");
  }

  @Test
  void publish_toABucket_exitsWith1UntilItTakesThePage() throws Exception {
    stage.close();
    try (RealBucket bucket = new RealBucket(false)) {
      stage =
          new Stage(
              Files.createDirectory(folder.resolve("another")),
              new BucketTarget(
                  new BucketTarget.Options(
                      RealBucket.NAME,
                      bucket.endpoint(),
                      "us-east-1",
                      "",
                      true,
                      new BucketTarget.Keys(RealBucket.ACCESS_KEY, RealBucket.SECRET_KEY),
                      StoredForm.GZIP)));
      Path file = Files.writeString(folder.resolve("sale.yaml"), stage.yaml("boots", 20, ""));
      assertThat(run("sale", "add", file.toString()).exit()).isZero();
      Ran refused = run("sale", "publish", "boots");
      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.out()).contains("boots is ", "first view: ");
      assertThat(refused.err())
          .contains("is not there: make it, or mend page.bucket.name", "sale publish boots");
      bucket.make();
      Ran taken = run("sale", "publish", "boots");
      assertThat(taken.err()).isEmpty();
      assertThat(taken.exit()).isZero();
      assertThat(taken.out()).contains("written to the bucket " + bucket.endpoint());
      assertThat(bucket.get("s/boots/index.html").statusCode()).isEqualTo(200);
      assertThat(run("sale", "close", "boots").exit()).isZero();
      assertThat(run("sale", "unpublish", "boots").exit()).isZero();
      assertThat(bucket.get("s/boots/index.html").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void add_ofAFileWithMistakes_printsEachWithItsLine() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("sale.yaml"),
            stage.yaml("boots", 20, "surprise: 1").replace("price: 19.90", "price: -1"));
    Ran ran = run("sale", "add", file.toString());
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err())
        .contains(file + ":10: skus[0].price: ", file + ":11: surprise: ", "2 mistakes");
  }

  @Test
  void watch_ofARunningSale_printsALineASecond() {
    stage.open("boots", 20);
    await().until(() -> run("sale", "watch", "boots", "--lines", "1").out().contains(" 20, held"));
    Ran ran = run("sale", "watch", "boots", "--lines", "2");
    assertThat(ran.exit()).isZero();
    assertThat(ran.out().lines().toList())
        .hasSize(2)
        .allSatisfy(
            line -> assertThat(line).contains("OPEN", "admitted", "available 20", "queue 0"));
  }

  @Test
  void voidSale_withoutYes_isWrongUsage() {
    stage.open("boots", 20);
    Ran ran = run("sale", "void", "boots");
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("--yes", "Usage: doorbuster sale void ");
    assertThat(ran.err()).doesNotContain("add-units");
    assertThat(run("sale", "void", "boots", "--yes").exit()).isZero();
  }

  /** Says that whatever it is asked for comes from its cache. */
  private static HttpServer warmEdge() throws IOException {
    HttpServer edge =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    edge.createContext(
        "/s/boots/",
        exchange -> {
          exchange.getResponseHeaders().set("X-Cache", "HIT");
          exchange.sendResponseHeaders(200, 1);
          exchange.getResponseBody().write('x');
          exchange.close();
        });
    edge.start();
    return edge;
  }

  @Test
  void prewarm_withOneEdgeDown_namesItAndExitsWith1() throws Exception {
    stage.open("boots", 20);
    HttpServer edge = warmEdge();
    try {
      String warm = "http://127.0.0.1:" + edge.getAddress().getPort();
      Ran one = run("sale", "prewarm", "boots", "--edge", warm + "=sale.example");
      assertThat(one.exit()).isZero();
      assertThat(one.out()).containsPattern(warm + " +18 +18 +0 +1\n");
      String away = "http://127.0.0.1:" + freePort();
      Path edges =
          Files.writeString(folder.resolve("edges"), "# ours\n" + warm + "\n" + away + "\n");
      Ran two = run("sale", "prewarm", "boots", "--edges", edges.toString());
      assertThat(two.exit()).isEqualTo(1);
      assertThat(two.out())
          .containsPattern(warm + " +18 +18 +0 +1\n")
          .containsPattern(away + " +18 +0 +18 +3\n")
          .contains("wrong: " + away + " /s/boots/ (br) does not answer", "wrong: and 8 more");
      assertThat(run("sale", "purge", "boots", "--edge", warm).exit()).isZero();
      assertThat(run("sale", "purge", "boots", "--edge", away).exit()).isEqualTo(1);
    } finally {
      edge.stop(0);
    }
  }

  @Test
  void prewarm_ofNothing_saysWhatToDo() throws Exception {
    Ran unnamed = run("sale", "prewarm", "boots");
    assertThat(unnamed.exit()).isEqualTo(2);
    assertThat(unnamed.err()).contains("--edge https://");
    Ran wrong = run("sale", "prewarm", "boots", "--edge", "203.0.113.7");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).contains("`203.0.113.7` is no edge such as https://");
    Path file = Files.writeString(folder.resolve("sale.yaml"), stage.yaml("boots", 20, ""));
    assertThat(run("sale", "add", file.toString()).exit()).isZero();
    Ran draft = run("sale", "prewarm", "boots", "--edge", "http://127.0.0.1:1");
    assertThat(draft.exit()).isEqualTo(1);
    assertThat(draft.err()).contains("doorbuster sale publish boots");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void usage_thatIsWrong_exitsWith2() {
    assertThat(run("sale").exit()).isEqualTo(2);
    assertThat(run("sale", "pause").exit()).isEqualTo(2);
    assertThat(run("sale", "add-units", "boots", "tee", "many").exit()).isEqualTo(2);
    assertThat(run("sale", "dance").exit()).isEqualTo(2);
    assertThat(runBare("sale", "list", "--admin", "nonsense").exit()).isEqualTo(2);
  }

  @Test
  void server_thatIsNotThere_isOneLineWithItsMend() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Ran ran =
        runBare(
            "sale",
            "list",
            "--admin",
            "http://127.0.0.1:" + port,
            "--token-file",
            token.toString());
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err().lines().toList()).hasSize(1);
    assertThat(ran.err()).contains("doorbuster serve", "--admin");
  }

  @Test
  void token_thatIsWrongOrMissing_isOneLineWithItsMend() throws Exception {
    Path wrong = Files.writeString(folder.resolve("wrong"), "not the token");
    Ran ran =
        runBare("sale", "list", "--admin", stage.adminUrl(), "--token-file", wrong.toString());
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err()).contains("does not take this token", "--token-file");
    Ran none =
        runBare("sale", "list", "--admin", stage.adminUrl(), "--token-file", folder + "/none");
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.err()).contains("can not be read", "DOORBUSTER_ADMIN_TOKEN");
  }

  @Test
  void audit_ofABrokenSale_exitsWith1() throws Exception {
    stage.open("boots", 20);
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + data.resolve("doorbuster.db"));
        var statement = connection.createStatement()) {
      statement.execute("UPDATE sku SET allotted = 21");
    }
    Ran ran = run("sale", "audit", "boots");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out()).contains("BROKEN promise 4");
    assertThat(new JsonObject(run("sale", "audit", "boots", "--json").out()).getBoolean("ok"))
        .isFalse();
  }

  @Test
  void audit_withRepair_showsWhatItWouldDoAndDoesItWhenTold() {
    stage.open("boots", 20);
    assertThat(run("sale", "audit", "boots", "--repair").out()).contains("nothing to repair");
    stage.engine.withdraw("by-hand", "boots", "tee", 3);
    Ran shown = run("sale", "audit", "boots", "--repair");
    assertThat(shown.exit()).isEqualTo(1);
    assertThat(shown.out()).contains("BROKEN", "tee: 20 free units", "--yes does it");
    assertThat(stage.engine.available("boots", "tee")).isEqualTo(17);
    Ran done = run("sale", "audit", "boots", "--repair", "--yes");
    assertThat(done.exit()).isZero();
    assertThat(done.out()).contains("Done, epoch", "OK");
    assertThat(stage.engine.available("boots", "tee")).isEqualTo(20);
  }

  @Test
  void audit_ofAFolderInUse_saysSo() {
    stage.open("boots", 20);
    try (DataFolder _ = DataFolder.take(data)) {
      Ran ran = run("sale", "audit", "boots", "--data", data.toString());
      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.err()).contains("another process uses the data folder " + data, "--data");
      assertThat(ran.err().lines().toList()).hasSize(1);
    }
  }

  @Test
  void sale_thatIsNotThere_isSaidOnce() {
    Ran ran = run("sale", "show", "nosuch");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err())
        .isEqualTo(
            "doorbuster: There is no such sale. None is called nosuch; `sale list` names all.\n");
  }

  @Test
  void add_ofOneMistakeOrNoFile_isSaidInWords() throws Exception {
    String yaml = stage.yaml("boots", 20, "").replaceFirst("closesAt: .*", "closesAt: 2020-01-01");
    Path file = folder.resolve("sale.yaml");
    Files.writeString(file, yaml);
    assertThat(run("sale", "add", file.toString()).err()).contains("doorbuster: 1 mistake;");
    Files.writeString(file, yaml.replace("2020-01-01", "2020-01-01T00:00:00Z"));
    assertThat(run("sale", "add", file.toString()).err()).contains("closesAt: has passed");
    assertThat(run("sale", "add", folder + "/none.yaml").err())
        .isEqualTo("doorbuster: " + folder + "/none.yaml can not be read: there is no such file\n");
  }

  @Test
  void audit_withoutAServer_readsTheDatabaseAlone() {
    stage.open("boots", 20);
    stage.close();
    Ran ran = runBare("sale", "audit", "boots", "--data", data.toString());
    assertThat(ran.err()).isEmpty();
    assertThat(ran.exit()).isZero();
    assertThat(ran.out()).contains("database alone: OK");
    assertThat(runBare("sale", "audit", "none", "--data", data.toString()).exit()).isEqualTo(1);
    assertThat(runBare("sale", "audit", "boots", "--data", folder + "/no").exit()).isEqualTo(1);
    stage = new Stage(data);
  }

  @Test
  void blocksKeysEventsAndPasses_haveTheirCommands() {
    assertThat(run("block", "add", "buyer", "bot", "--reason", "many").out()).contains("bot");
    assertThat(run("block", "list").out()).contains("many");
    assertThat(run("block", "remove", "buyer", "bot").out()).contains("nobody is blocked");
    assertThat(run("block", "remove", "buyer", "bot").exit()).isEqualTo(1);
    assertThat(run("keys", "rotate").out()).contains("key-");
    assertThat(run("events", "parked").out()).contains("no event is parked");
    assertThat(run("events", "retry").out()).contains("0 events");
    stage.open("boots", 20);
    assertThat(run("sale", "passes", "boots", "anna").err()).contains("no test sale");
    assertThat(run("order", "show", "none").exit()).isEqualTo(1);
    assertThat(run("order", "cancel", "none").exit()).isEqualTo(1);
  }

  @Test
  void add_withFiles_sendsThoseThatTheServerLacks() throws Exception {
    String yaml = stage.yaml("boots", 20, "image: boots.jpg\npage: {html: p/sale.html}");
    Path file = Files.writeString(folder.resolve("sale.yaml"), yaml);
    Ran missing = run("sale", "add", file.toString());
    assertThat(missing.exit()).isEqualTo(1);
    assertThat(missing.err())
        .contains("sale.yaml:11: image: `boots.jpg` can not be read beside this file: there is no")
        .contains("sale.yaml:12: page.html: `p/sale.html`", "2 mistakes; nothing was registered");
    assertThat(run("sale", "list").out()).doesNotContain("boots");

    Files.write(folder.resolve("boots.jpg"), Photos.jpeg(1_000, 800));
    Ran template = runBare("sale", "template", folder.resolve("p").toString());
    assertThat(template.exit()).as(template.err()).isZero();
    assertThat(runBare("sale", "template", folder.resolve("p").toString()).err())
        .contains("sale.css is there already");
    Ran added = run("sale", "add", file.toString());
    assertThat(added.exit()).as(added.err()).isZero();
    assertThat(added.out()).contains("sent boots.jpg", "sent p/sale.html", "sale publish boots");
    assertThat(run("sale", "add", file.toString()).out()).doesNotContain("sent ");
    assertThat(run("sale", "show", "boots").out()).contains("image  boots.jpg, SHA-256 ");

    Files.writeString(folder.resolve("p/sale.html"), "<p>\n{{titel}}");
    Ran refused = run("sale", "add", file.toString());
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("sale.html:2: {{titel}} is no gap", "mend them and add");
    assertThat(run("sale", "publish", "boots").out()).contains("/s/boots/boots-480.", "  -");
  }
}
