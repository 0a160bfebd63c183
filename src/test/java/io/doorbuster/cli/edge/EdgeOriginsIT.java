package io.doorbuster.cli.edge;

import static io.doorbuster.cli.edge.EdgeIT.assertIsProblem;
import static io.doorbuster.cli.edge.EdgeIT.atOnce;
import static io.doorbuster.cli.edge.EdgeIT.pass;
import static io.doorbuster.cli.edge.EdgeIT.statuses;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What pages of other hosts get of the edge, with a real nginx and gates that vary by origin. */
@Tag("nginx")
@Timeout(120)
final class EdgeOriginsIT {
  private static final String ORDERS = "/api/sales/boots/orders";
  private static final String STATE = "/s/boots/state.json";
  private static final String EMBED = "/s/boots/embed.js";
  private static final String SCRIPT = "/s/boots/sale.0123456789ab.js";
  private static final List<String> KEPT = List.of(STATE, EMBED, SCRIPT, "/s/boots/");

  private static final String SHOP = "https://shop.example";
  private static final String WWW = "https://www.shop.example:8443";
  private static final String STRANGER = "https://stranger.example";

  @TempDir private Path folder;
  private final StubGate gate = new StubGate();

  @AfterEach
  void close() {
    gate.close();
  }

  private RealNginx edge(String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("--gate", gate.address()));
    all.addAll(List.of(options));
    return new RealNginx(folder.resolve("edge"), all.toArray(String[]::new));
  }

  private static String allowed(HttpResponse<String> answer) {
    return String.join("|", answer.headers().allValues("Access-Control-Allow-Origin"));
  }

  private static String vary(HttpResponse<String> answer) {
    return String.join(", ", answer.headers().allValues("Vary"));
  }

  @Test
  void crowd_withOriginsMadeUp_reachesTheGateNoOftenerThanOne() throws Exception {
    try (RealNginx edge = edge("--allow-origin", SHOP + "," + WWW)) {
      gate.delayMs = 100;
      for (String path : KEPT) {
        long startNs = System.nanoTime();
        List<HttpResponse<String>> answers =
            atOnce(16, 1_000, i -> edge.get(path, "Origin", "https://" + i + ".example"));
        double seconds = (System.nanoTime() - startNs) / 1e9;
        assertThat(statuses(answers)).containsOnly(Map.entry(200, 1_000));
        assertThat(gate.asked(path))
            .as("%s in %.1f s", path, seconds)
            .isBetween(1, 2 + (int) seconds);
      }
      assertThat(gate.origins).containsOnly("");
    }
  }

  @Test
  void files_withSeveralOrigins_areForEachOfThem_andForNoOther() throws Exception {
    try (RealNginx edge = edge("--allow-origin", SHOP + "," + WWW)) {
      for (String path : KEPT) {
        for (int round = 0; round < 2; round++) {
          for (String origin : List.of(SHOP, STRANGER, WWW, "null", SHOP + ".evil.example")) {
            HttpResponse<String> answer = edge.get(path, "Origin", origin);
            boolean ours = origin.equals(SHOP) || origin.equals(WWW);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(allowed(answer)).as(path + " " + origin).isEqualTo(ours ? origin : "");
            assertThat(vary(answer)).contains("Origin");
          }
          assertThat(allowed(edge.get(path))).isEmpty();
        }
      }
    }
  }

  /** Whatever a CDN keeps of them, the shop's page can have. */
  @Test
  void files_withOneOrigin_areTheSameForAll() throws Exception {
    try (RealNginx edge = edge("--allow-origin", SHOP)) {
      for (String path : KEPT) {
        for (String origin : List.of(STRANGER, SHOP)) {
          HttpResponse<String> answer = edge.get(path, "Origin", origin);
          assertThat(allowed(answer)).as(path).isEqualTo(SHOP);
          assertThat(vary(answer)).doesNotContain("Origin");
        }
      }
    }
  }

  @Test
  void files_withoutTheOption_areForNoOtherHost() throws Exception {
    try (RealNginx edge = edge()) {
      for (String path : KEPT) {
        HttpResponse<String> answer = edge.get(path, "Origin", SHOP);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(allowed(answer)).isEmpty();
        assertThat(vary(answer)).doesNotContain("Origin");
      }
    }
  }

  @Test
  void files_ofAFolder_areForTheShopsPageToo() throws Exception {
    Path pages = Files.createDirectories(folder.resolve("pages/boots"));
    for (Path open : List.of(folder, folder.resolve("pages"), pages)) {
      assertThat(open.toFile().setReadable(true, false)).isTrue();
      assertThat(open.toFile().setExecutable(true, false)).isTrue();
    }
    for (String file : List.of("index.html", "embed.js", "sale.0123456789ab.js")) {
      Files.writeString(pages.resolve(file), "// " + file);
      Files.writeString(pages.resolve(file + ".gz"), "zipped");
    }
    String root = folder.resolve("pages").toString();
    try (RealNginx edge = edge("--root", root, "--allow-origin", SHOP + "," + WWW)) {
      for (String path : List.of(EMBED, SCRIPT, "/s/boots/")) {
        HttpResponse<String> answer = edge.get(path, "Origin", SHOP, "Accept-Encoding", "gzip");
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(allowed(answer)).as(path).isEqualTo(SHOP);
        assertThat(vary(answer)).contains("Origin", "Accept-Encoding");
        assertThat(allowed(edge.get(path, "Origin", STRANGER))).isEmpty();
      }
      HttpResponse<String> embed = edge.get(EMBED);
      assertThat(embed.body()).isEqualTo("// embed.js");
      assertThat(embed.headers().firstValue("Content-Type")).hasValue("text/javascript");
      assertThat(embed.headers().firstValue("Cache-Control").orElseThrow()).contains("max-age=10");
      assertThat(gate.asked).isEmpty();
    }
  }

  @Test
  void calls_goOnWithTheirOrigin_andTheGateDecides() throws Exception {
    try (RealNginx edge = edge("--allow-origin", SHOP)) {
      for (String origin : List.of(SHOP, STRANGER)) {
        HttpResponse<String> answer =
            edge.post(ORDERS, "{}", "Authorization", pass(1), "Origin", origin);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(allowed(answer)).isEqualTo(origin);
      }
      assertThat(gate.origins).containsExactly(SHOP, STRANGER);
    }
  }

  @Test
  void preflights_ofACampus_areAnsweredHere() throws Exception {
    try (RealNginx edge = edge("--allow-origin", SHOP)) {
      List<HttpResponse<String>> answers =
          atOnce(16, 2_000, i -> edge.send("OPTIONS", ORDERS, "", "Origin", SHOP));
      assertThat(statuses(answers)).containsOnly(Map.entry(204, 2_000));
      HttpResponse<String> answer = edge.send("OPTIONS", "/api/orders/x", "", "Origin", SHOP);
      assertThat(answer.statusCode()).isEqualTo(204);
      assertThat(allowed(answer)).isEqualTo(SHOP);
      assertThat(answer.headers().firstValue("Access-Control-Allow-Methods")).hasValue("GET, POST");
      assertThat(answer.headers().firstValue("Access-Control-Allow-Headers"))
          .hasValue("Authorization, Content-Type, Prefer");
      assertThat(gate.asked).isEmpty();
    }
  }

  @Test
  void preflights_ofAnotherOrigin_goOnToTheGate_asStrangers() throws Exception {
    try (RealNginx edge = edge("--allow-origin", SHOP)) {
      assertThat(edge.send("OPTIONS", ORDERS, "", "Origin", STRANGER).statusCode()).isEqualTo(202);
      assertThat(gate.origins).containsExactly(STRANGER);
      assertThat(
              statuses(atOnce(8, 300, i -> edge.send("OPTIONS", ORDERS, "", "Origin", STRANGER))))
          .hasEntrySatisfying(429, refused -> assertThat(refused).isGreaterThan(200));
    }
  }

  @Test
  void refusals_canBeReadByTheShopsPage() throws Exception {
    try (RealNginx edge = edge("--allow-origin", SHOP)) {
      HttpResponse<String> refused =
          atOnce(8, 200, i -> edge.post(ORDERS, "{}", "Origin", SHOP)).stream()
              .filter(answer -> answer.statusCode() == 429)
              .findFirst()
              .orElseThrow();
      assertIsProblem(refused, 429, "too-fast");
      assertThat(allowed(refused)).isEqualTo(SHOP);
      assertThat(allowed(edge.get("/no/such", "Origin", SHOP))).isEqualTo(SHOP);
      assertThat(allowed(edge.get("/no/such", "Origin", STRANGER))).isEmpty();
      gate.stop();
      HttpResponse<String> away = edge.post(ORDERS, "{}", "Origin", SHOP, "Authorization", pass(7));
      assertThat(away.statusCode()).isEqualTo(503);
      assertThat(allowed(away)).isEqualTo(SHOP);
    }
  }

  /** What is kept here could be gone around by a method of which nothing is kept. */
  @Test
  void files_askedForByAnotherMethod_areNoWayToTheGate() throws Exception {
    try (RealNginx edge = edge("--allow-origin", SHOP)) {
      for (String path : KEPT) {
        for (String method : List.of("OPTIONS", "POST", "DELETE", "PURGE")) {
          assertIsProblem(edge.send(method, path, "", "Origin", SHOP), 400, "invalid");
        }
        assertThat(edge.send("HEAD", path, "").statusCode()).isEqualTo(200);
      }
      assertThat(gate.asked.values()).allMatch(count -> count.get() == 1);
    }
  }
}
