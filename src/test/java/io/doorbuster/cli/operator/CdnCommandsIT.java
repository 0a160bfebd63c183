package io.doorbuster.cli.operator;

import static io.doorbuster.page.cdn.FakeProvider.json;
import static io.doorbuster.page.cdn.FakeProvider.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.Stage;
import io.doorbuster.page.cdn.FakeProvider;
import io.doorbuster.page.cdn.FakeProvider.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Filling and emptying a provider's CDN with a real server's page: output and exit codes. */
final class CdnCommandsIT {
  private static final String ZONE = "023e105f4ecef8ad9ca31a8372d0c353";

  private record Ran(int exit, String out, String err) {}

  @TempDir private Path folder;
  private final FakeProvider api = new FakeProvider();
  private Stage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new Stage(Files.createDirectory(folder.resolve("data")));
    stage.open("boots", 20);
  }

  @AfterEach
  void close() {
    stage.close();
    api.close();
  }

  private Ran run(String task, String... options) throws Exception {
    Path admin = Files.writeString(folder.resolve("token"), Stage.TOKEN + "\n");
    List<String> all = new ArrayList<>(List.of(task, "boots"));
    all.addAll(List.of(options));
    all.addAll(List.of("--admin", stage.adminUrl(), "--token-file", admin.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        new CommandLine(new SaleCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    int exit = line.execute(all.toArray(String[]::new));
    return new Ran(exit, out.toString(), err.toString());
  }

  private Ran cloudflare(String task) throws Exception {
    Path token = Files.writeString(folder.resolve("cloudflare"), "a-token\n");
    return run(
        task,
        "--cdn",
        "cloudflare",
        "--site",
        api.url(),
        "--zone",
        ZONE,
        "--cdn-token-file",
        token.toString(),
        "--cdn-api",
        api.url() + "/client/v4");
  }

  private Ran alibaba(String task) throws Exception {
    Path secret = Files.writeString(folder.resolve("alibaba"), "a-secret\n");
    return run(
        task,
        "--cdn",
        "alibaba",
        "--site",
        "https://sale.shop.example",
        "--key-id",
        "key-1",
        "--secret-file",
        secret.toString(),
        "--cdn-api",
        api.url());
  }

  @Test
  void purge_ofCloudflare_printsATable() throws Exception {
    api.reply(json(200, "cloudflare-purged"));
    Ran ran = cloudflare("purge");
    assertThat(ran.exit()).isZero();
    assertThat(ran.out()).containsPattern("cloudflare +6 +6 +0 +1\n").doesNotContain("Tiered");
    assertThat(api.calls).hasSize(1);
    assertThat(api.calls.getFirst().body()).contains(api.url() + "/s/boots/\"");
  }

  @Test
  void purge_thatCloudflareRefuses_saysWhyAndExitsWith1() throws Exception {
    api.reply(json(403, "cloudflare-refused"));
    Ran ran = cloudflare("purge");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out())
        .containsPattern("cloudflare +6 +0 +6 +1\n")
        .contains("wrong: cloudflare /s/boots/ (all forms) is not purged: the token is not taken")
        .doesNotContain("a-token");
  }

  @Test
  void prewarm_ofCloudflare_saysWhatItCanNotFill() throws Exception {
    api.reply(
        exchange -> {
          exchange.getResponseHeaders().set("CF-Cache-Status", "HIT");
          text(200, "x").write(exchange);
        });
    Ran ran = run("prewarm", "--cdn", "cloudflare", "--site", api.url());
    assertThat(ran.exit()).isZero();
    assertThat(ran.out())
        .containsPattern("cloudflare +18 +18 +0 +1\n")
        .contains("data center nearest to this", "Tiered Cache and Cache Reserve");
  }

  /** Takes all and has it done at once. */
  private Reply done(String task) {
    return exchange -> {
      String query =
          URLDecoder.decode(
              api.calls.getFirst().uri().getRawQuery().replaceAll("&.*", ""),
              StandardCharsets.UTF_8);
      JsonArray tasks = new JsonArray();
      for (String url : query.replace("ObjectPath=", "").split("\n", -1)) {
        tasks.add(
            new JsonObject()
                .put("TaskId", task)
                .put("ObjectPath", url)
                .put("Status", "Complete")
                .put("Process", "100%"));
      }
      text(200, new JsonObject().put("Tasks", tasks).encode()).write(exchange);
    };
  }

  @Test
  void prewarm_ofAlibaba_followsTheTaskToItsEnd() throws Exception {
    api.reply(json(200, "alibaba-pushed"), done("95248880"));
    Ran ran = alibaba("prewarm");
    assertThat(ran.exit()).isZero();
    assertThat(ran.out())
        .containsPattern("alibaba +6 +6 +0 +1\n")
        .contains("the layer of its nodes that asks the origin");
    assertThat(api.calls).hasSize(2);
  }

  @Test
  void purge_thatAlibabaRefuses_saysWhyAndExitsWith1() throws Exception {
    api.reply(json(403, "alibaba-forbidden"));
    Ran ran = alibaba("purge");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out())
        .contains("wrong: alibaba /s/boots/ (all forms) is not handed in: the key");
    assertThat(ran.out()).doesNotContain("a-secret");
  }
}
