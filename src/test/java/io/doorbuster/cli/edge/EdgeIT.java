package io.doorbuster.cli.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.drill.servers.Child;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the edge lets through, with a real nginx on what we print, before gates that only count. */
@Tag("nginx")
@Timeout(120)
final class EdgeIT {
  private static final String ORDERS = "/api/sales/boots/orders";
  private static final String STATE = "/s/boots/state.json";

  @TempDir private Path folder;

  /** Of the form of a pass; its signature is another for each buyer. */
  static String pass(int buyer) {
    return "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJi%08dIn0.%043d".formatted(buyer, buyer);
  }

  static <T> List<T> atOnce(int threads, int calls, Call<T> call) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Callable<T>> work = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        int number = i;
        work.add(() -> call.make(number));
      }
      List<T> answers = new ArrayList<>();
      for (Future<T> answer : pool.invokeAll(work)) {
        answers.add(answer.get());
      }
      return answers;
    }
  }

  /** One of many. */
  @FunctionalInterface
  interface Call<T> {
    T make(int number) throws Exception;
  }

  static Map<Integer, Integer> statuses(List<HttpResponse<String>> answers) {
    Map<Integer, Integer> counts = new TreeMap<>();
    answers.forEach(answer -> counts.merge(answer.statusCode(), 1, Integer::sum));
    return counts;
  }

  static void assertIsProblem(HttpResponse<String> answer, int status, String id) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    JsonObject problem = new JsonObject(answer.body());
    assertThat(problem.getString("type")).isEqualTo("/problems/" + id);
    assertThat(problem.getInteger("status")).isEqualTo(status);
  }

  @Test
  void state_ofACrowd_isAskedForOnceASecond() throws Exception {
    try (StubGate gate = new StubGate();
        RealNginx edge = new RealNginx(folder, "--gate", gate.address())) {
      gate.delayMs = 100;
      long startNs = System.nanoTime();
      List<HttpResponse<String>> answers = atOnce(16, 2_000, i -> edge.get(STATE));
      double seconds = (System.nanoTime() - startNs) / 1e9;
      assertThat(statuses(answers)).containsOnly(Map.entry(200, 2_000));
      assertThat(gate.asked(STATE)).as("in %.1f s", seconds).isBetween(1, 2 + (int) seconds);
      assertThat(edge.get(STATE).headers().firstValue("X-Cache")).isPresent();
    }
  }

  @Test
  void state_ofASingleReader_isNeverAnOldOne() throws Exception {
    try (StubGate gate = new StubGate();
        RealNginx edge = new RealNginx(folder, "--gate", gate.address())) {
      for (int i = 1; i <= 3; i++) {
        assertThat(new JsonObject(edge.get(STATE).body()).getInteger("number")).isEqualTo(i);
        Thread.sleep(2_100); // nginx counts whole seconds
      }
    }
  }

  @Test
  void state_whenNoGateAnswers_isTheLastOne() throws Exception {
    try (RealNginx edge = edgeWithoutAGateAfterOneAnswer()) {
      Thread.sleep(1_500);
      HttpResponse<String> answer = edge.get(STATE);
      assertThat(answer.statusCode()).isEqualTo(200);
      HttpResponse<String> order = edge.post(ORDERS, "{}", "Authorization", pass(1));
      assertThat(order.statusCode()).isEqualTo(503);
      assertThat(new JsonObject(order.body()).containsKey("type"))
          .as("a gate may have heard it")
          .isFalse();
    }
  }

  private RealNginx edgeWithoutAGateAfterOneAnswer() throws IOException {
    try (StubGate gate = new StubGate()) {
      RealNginx edge = new RealNginx(folder, "--gate", gate.address());
      assertThat(edge.get(STATE).statusCode()).isEqualTo(200);
      return edge;
    }
  }

  @Test
  void buyer_goesToTheSameGate_andToAnotherWhenThatIsGone() throws Exception {
    try (StubGate one = new StubGate();
        StubGate two = new StubGate();
        RealNginx edge = new RealNginx(folder, "--gate", one.address() + "," + two.address())) {
      for (int round = 0; round < 3; round++) {
        for (int buyer = 0; buyer < 60; buyer++) {
          assertThat(edge.post(ORDERS, "{}", "Authorization", pass(buyer)).statusCode())
              .isEqualTo(202);
        }
      }
      assertThat(one.passes).hasSizeBetween(10, 50).doesNotContainAnyElementsOf(two.passes);
      assertThat(one.passes.size() + two.passes.size()).isEqualTo(60);
      one.stop();
      for (int buyer = 0; buyer < 60; buyer++) {
        assertThat(edge.post(ORDERS, "{}", "Authorization", pass(buyer)).statusCode())
            .isEqualTo(202);
      }
      assertThat(two.passes).hasSize(60);
    }
  }

  @Test
  void campus_behindOneAddress_buysNormally() throws Exception {
    try (StubGate gate = new StubGate();
        RealNginx edge = new RealNginx(folder, "--gate", gate.address())) {
      assertThat(
              statuses(
                  atOnce(
                      32, 2_000, buyer -> edge.post(ORDERS, "{}", "Authorization", pass(buyer)))))
          .containsOnly(Map.entry(202, 2_000));
    }
  }

  @Test
  void flood_withoutAPass_isRefusedInOurWords() throws Exception {
    try (StubGate gate = new StubGate();
        RealNginx edge = new RealNginx(folder, "--gate", gate.address())) {
      List<HttpResponse<String>> answers =
          atOnce(16, 1_000, i -> edge.post(ORDERS, "{}", "Authorization", "Bearer " + i));
      assertThat(gate.asked(ORDERS)).isLessThan(200);
      HttpResponse<String> refused =
          answers.stream().filter(answer -> answer.statusCode() == 429).findFirst().orElseThrow();
      assertIsProblem(refused, 429, "too-fast");
      assertThat(new JsonObject(refused.body()).getInteger("retryAfterMs")).isPositive();
      assertThat(refused.headers().firstValue("Retry-After")).hasValue("2");
      assertThat(edge.post(ORDERS, "{}", "Authorization", pass(1)).statusCode())
          .as("who has a pass is not counted among them")
          .isEqualTo(202);
    }
  }

  @Test
  void buyer_whoHammers_isRefusedAlone() throws Exception {
    try (StubGate gate = new StubGate();
        RealNginx edge = new RealNginx(folder, "--gate", gate.address())) {
      List<HttpResponse<String>> answers =
          atOnce(8, 300, i -> edge.post(ORDERS, "{}", "Authorization", pass(1)));
      assertThat(statuses(answers).get(429)).isGreaterThan(200);
      assertThat(edge.post(ORDERS, "{}", "Authorization", pass(2)).statusCode()).isEqualTo(202);
    }
  }

  @Test
  void crowd_aboveTheTotal_isRefused() throws Exception {
    try (StubGate gate = new StubGate();
        RealNginx edge = new RealNginx(folder, "--gate", gate.address(), "--total", "50")) {
      List<HttpResponse<String>> answers =
          atOnce(16, 1_000, i -> edge.post(ORDERS, "{}", "Authorization", pass(i)));
      assertThat(statuses(answers).get(429)).isGreaterThan(500);
      assertThat(gate.asked(ORDERS)).isBetween(50, 499);
      String order = "/api/orders/01K0ABCDEFGHJKMNPQRSTVWXYZ";
      List<HttpResponse<String>> looks =
          atOnce(16, 1_000, i -> edge.get(order, "Authorization", pass(i)));
      assertThat(statuses(looks).get(429)).isGreaterThan(500);
      assertThat(gate.asked(order)).as("counted apart").isBetween(50, 499);
    }
  }

  @Test
  void nonsense_neverReachesAGate() throws Exception {
    try (StubGate gate = new StubGate();
        RealNginx edge = new RealNginx(folder, "--gate", gate.address())) {
      for (String path :
          List.of(
              "/admin/api/sales",
              "/metrics",
              "/healthz",
              "/readyz",
              "/",
              "/api/../admin/api/sales",
              "/api/sales/boots",
              "/s/boots/../../admin/api",
              "/pay/x")) {
        assertIsProblem(edge.get(path), 404, "not-found");
      }
      assertIsProblem(edge.post(ORDERS, "x".repeat(9_000)), 413, "invalid");
      assertIsProblem(edge.get(ORDERS, "X-Long", "x".repeat(40_000)), 400, "invalid");
      assertThat(gate.asked).isEmpty();
    }
  }

  @Test
  void slowClients_areCutOff_andOthersAreServedMeanwhile() throws Exception {
    try (StubGate gate = new StubGate();
        RealNginx edge = new RealNginx(folder, "--gate", gate.address())) {
      List<Socket> slow = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        Socket socket = edge.open();
        socket.getOutputStream().write("POST ".getBytes(UTF_8));
        slow.add(socket);
      }
      assertThat(edge.post(ORDERS, "{}", "Authorization", pass(1)).statusCode()).isEqualTo(202);
      long startNs = System.nanoTime();
      for (Socket socket : slow) {
        socket.setSoTimeout(15_000);
        boolean open = true;
        while (open) {
          try {
            open = socket.getInputStream().read() >= 0;
          } catch (IOException reset) {
            open = false;
          }
        }
        socket.close();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(12));
      assertThat(gate.asked(ORDERS)).isEqualTo(1);
    }
  }

  /** Twenty addresses with 500 connections each, all of them alive to the end. */
  @Test
  void connections_tenThousandAtOnce_areServedAndKept() throws Exception {
    byte[] request = ("GET " + STATE + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").getBytes(UTF_8);
    try (StubGate gate = new StubGate();
        RealNginx edge = new RealNginx(folder, "--gate", gate.address())) {
      List<Socket> crowd = new ArrayList<>();
      try {
        for (int i = 0; i < 10_000; i++) {
          crowd.add(edge.openFrom("127.0.1." + (1 + i / 500)));
        }
        assertThat(edge.post(ORDERS, "{}", "Authorization", pass(1)).statusCode()).isEqualTo(202);
        for (Socket socket : crowd) {
          socket.getOutputStream().write(request);
        }
        for (Socket socket : crowd) {
          socket.setSoTimeout(20_000);
          assertThat(new String(socket.getInputStream().readNBytes(12), UTF_8))
              .isEqualTo("HTTP/1.1 200");
        }
      } finally {
        for (Socket socket : crowd) {
          socket.close();
        }
      }
      assertThat(gate.asked(STATE)).isLessThan(60);
    }
  }

  @Test
  void address_ofTheBuyer_isTheCdnsWordAndNobodyElses() throws Exception {
    Path networks = folder.resolve("cdn.txt");
    Files.writeString(networks, "# ours\n127.0.0.0/8\n");
    try (StubGate gate = new StubGate();
        RealNginx behind =
            new RealNginx(
                folder.resolve("a"), "--gate", gate.address(), "--cdn", networks.toString());
        RealNginx alone = new RealNginx(folder.resolve("b"), "--gate", gate.address())) {
      behind.post(ORDERS, "{}", "Authorization", pass(1), "X-Forwarded-For", "203.0.113.9");
      alone.post(ORDERS, "{}", "Authorization", pass(1), "X-Forwarded-For", "203.0.113.9");
      assertThat(gate.addresses).containsExactly("203.0.113.9", "127.0.0.1");
    }
  }

  @Test
  void page_fromAFolder_isServedCompressedAndWithItsHeaders() throws Exception {
    Path pages = Files.createDirectories(folder.resolve("pages/boots"));
    for (Path open : List.of(folder, folder.resolve("pages"), pages)) {
      assertThat(open.toFile().setReadable(true, false)).isTrue();
      assertThat(open.toFile().setExecutable(true, false)).isTrue();
    }
    Files.writeString(pages.resolve("index.html"), "<p>Boots");
    Files.writeString(pages.resolve("sale.0123456789ab.js"), "let a;");
    Files.writeString(pages.resolve("sale.0123456789ab.js.gz"), "zipped");
    try (StubGate gate = new StubGate();
        RealNginx edge =
            new RealNginx(
                folder.resolve("edge"),
                "--gate",
                gate.address(),
                "--root",
                folder.resolve("pages").toString())) {
      HttpResponse<String> html = edge.get("/s/boots/");
      assertThat(html.body()).isEqualTo("<p>Boots");
      assertThat(html.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
      assertThat(html.headers().firstValue("Cache-Control").orElseThrow()).contains("max-age=10");
      assertThat(edge.get("/s/boots").headers().firstValue("Location").orElseThrow())
          .endsWith("/s/boots/");
      HttpResponse<String> script = edge.get("/s/boots/sale.0123456789ab.js");
      assertThat(script.body()).isEqualTo("let a;");
      assertThat(script.headers().firstValue("Cache-Control").orElseThrow()).contains("immutable");
      assertThat(
              edge.get("/s/boots/sale.0123456789ab.js", "Accept-Encoding", "gzip")
                  .headers()
                  .firstValue("Content-Encoding"))
          .hasValue("gzip");
      assertIsProblem(edge.get("/s/boots/index.html.gz"), 404, "not-found");
      assertThat(gate.asked).isEmpty();
    }
  }

  @Test
  void page_fromTheGates_isAskedForOnceInEachForm() throws Exception {
    try (StubGate gate = new StubGate();
        RealNginx edge = new RealNginx(folder, "--gate", gate.address())) {
      String file = "/s/boots/sale.0123456789ab.js";
      for (String form : List.of("br", "gzip, deflate, br", "gzip;q=1", "identity", "")) {
        await()
            .until(
                () ->
                    (form.isEmpty() ? edge.get(file) : edge.get(file, "Accept-Encoding", form))
                            .statusCode()
                        == 200);
      }
      assertThat(gate.asked(file)).isEqualTo(3);
      // A gate that can not make Brotli gives gzip, and not the file as it is.
      assertThat(gate.encodings).containsExactlyInAnyOrder("br, gzip", "gzip", "");
    }
  }

  @Test
  void file_thatOneGateHasNotYet_comesFromTheOther() throws Exception {
    try (StubGate old = new StubGate();
        StubGate young = new StubGate();
        RealNginx edge = new RealNginx(folder, "--gate", old.address() + "," + young.address())) {
      old.missing = "/s/boots/sale.0123456789ab."; // with two gates, half of the forms begin there
      for (String form : List.of("br", "gzip", "")) {
        for (String file : List.of("js", "css", "svg", "png")) {
          HttpResponse<String> got = edge.get(old.missing + file, "Accept-Encoding", form);
          assertThat(got.statusCode()).as(file).isEqualTo(200);
        }
      }
    }
  }

  @Test
  void configuration_withLongNames_isTaken() throws IOException {
    String host = "preview-" + "a".repeat(50) + ".brand-" + "b".repeat(50) + ".shop.example";
    List<String> words = new ArrayList<>(List.of("nginx", "--no-tls", "--host", host));
    words.addAll(List.of("--gate", "127.0.0.1:1", "--port", "" + Child.freePort()));
    words.addAll(List.of("--cache", folder + "/cache", "--access-log", "off"));
    words.addAll(List.of("--allow-origin", "https://checkout." + host + ",https://shop.example"));
    Path file = folder.resolve("nginx.conf");
    Files.writeString(
        file,
        "pid %s/pid;\nerror_log %s/error.log;\n".formatted(folder, folder)
            + RealNginx.print(words));
    assertThat(RealNginx.test(file)).contains("test is successful");
  }

  @Test
  void tls_isSpokenInItsNewestForm_withHttp2() throws Exception {
    Path key = folder.resolve("sale.key");
    Path certificate = RealNginx.makeCertificate(folder, key);
    try (StubGate gate = new StubGate();
        RealNginx edge = RealNginx.withTls(folder, certificate, key, "--gate", gate.address())) {
      HttpResponse<String> answer = edge.get(STATE);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
      assertThat(answer.headers().firstValue("Strict-Transport-Security")).isPresent();
    }
  }

  @Test
  void firewall_isTakenByNft() throws IOException {
    for (List<String> words :
        List.of(
            List.of("nftables"),
            List.of("nftables", "--operators", "10.1.0.0/16,2001:db8::/32", "--port", "8443"))) {
      Path file = Files.writeString(folder.resolve("firewall.nft"), RealNginx.print(words));
      assertThat(Child.run(List.of("/usr/sbin/nft", "-c", "-f", file.toString()))).isEmpty();
    }
  }
}
