package io.doorbuster.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.cli.edge.RealNginx;
import io.doorbuster.drill.servers.Child;
import io.doorbuster.page.cdn.CdnEdge;
import io.doorbuster.page.cdn.CdnProvider.Outcome;
import io.doorbuster.page.cdn.CdnProvider.Task;
import io.doorbuster.page.cdn.OwnEdges;
import io.doorbuster.sale.Language;
import io.doorbuster.sale.SalePhase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real nginx with our configuration and a real Varnish with ours, filled and emptied. */
@Tag("nginx")
final class OwnEdgesIT {
  private static final int FORMS = 3;
  private static final String SHOP = "https://shop.example";

  @TempDir private Path folder;
  private FakeGate gate;
  private RealNginx nginx;
  private RealVarnish varnish;
  private List<String> paths;

  @BeforeEach
  void open() throws IOException {
    Instant opensAt = Instant.now().plusSeconds(60);
    gate =
        new FakeGate(
            folder,
            SampleSale.open(opensAt, Duration.ofHours(1), Language.EN),
            new PageRenderer.Options("", null, null, false),
            Set.of(SHOP));
    gate.phase = SalePhase.PUBLISHED;
    nginx =
        new RealNginx(
            folder.resolve("nginx"),
            "--gate",
            "127.0.0.1:" + gate.port(),
            "--operators",
            "127.0.0.0/8");
    varnish = new RealVarnish(folder.resolve("varnish"), gate.port());
    paths = gate.pages.list(gate.sale.id()).stream().map(PagePublisher.Published::path).toList();
    assertThat(paths).hasSize(6).first().isEqualTo("/s/winter-boots/");
  }

  @AfterEach
  void close() {
    varnish.close();
    nginx.close();
    gate.close();
  }

  private CdnEdge nginxEdge() {
    return new CdnEdge(false, "127.0.0.1", nginx.port, "127.0.0.1");
  }

  private CdnEdge varnishEdge() {
    return new CdnEdge(false, "127.0.0.1", varnish.port, "sale.example");
  }

  private List<Outcome> prewarm(CdnEdge... edges) throws InterruptedException {
    try (OwnEdges cdn = new OwnEdges(List.of(edges))) {
      AtomicInteger heard = new AtomicInteger();
      List<Outcome> all = cdn.prewarm(paths, outcome -> heard.incrementAndGet());
      assertThat(all).hasSize(cdn.count(Task.PREWARM, paths.size()));
      assertThat(heard).hasValue(all.size());
      return all;
    }
  }

  private List<Outcome> purge(CdnEdge... edges) throws InterruptedException {
    try (OwnEdges cdn = new OwnEdges(List.of(edges))) {
      return cdn.purge(paths, outcome -> {});
    }
  }

  private static void assertAllRight(List<Outcome> outcomes) {
    assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.wrong()).isEmpty());
  }

  @Test
  void prewarm_ofColdEdges_makesThemAnswerByThemselves() throws Exception {
    List<Outcome> first = prewarm(nginxEdge(), varnishEdge());
    assertAllRight(first);
    assertThat(first).hasSize(2 * FORMS * paths.size()).allMatch(one -> one.tries() > 1);
    List<Outcome> second = prewarm(nginxEdge(), varnishEdge());
    assertAllRight(second);
    assertThat(second).allMatch(one -> one.tries() == 1);
  }

  @Test
  void look_atEdges_isRightOnceTheyAreWarm() throws Exception {
    try (OwnEdges cdn = new OwnEdges(List.of(nginxEdge(), varnishEdge()))) {
      assertThat(cdn.look(paths)).allMatch(one -> one.tries() == 1 && !one.isRight());
      assertAllRight(prewarm(nginxEdge(), varnishEdge()));
      assertAllRight(cdn.look(paths));
      purge(varnishEdge());
      assertThat(cdn.look(paths))
          .allMatch(one -> one.isRight() == one.edge().equals(nginxEdge().toString()));
    }
  }

  @Test
  void purge_afterAChange_showsTheNewPageAtOnce() throws Exception {
    assertAllRight(prewarm(nginxEdge(), varnishEdge()));
    gate.publish(SampleSale.named("Summer runner"));
    assertThat(nginx.get("/s/winter-boots/").body()).doesNotContain("Summer runner");
    assertAllRight(purge(nginxEdge(), varnishEdge()));
    assertThat(nginx.get("/s/winter-boots/").body()).contains("Summer runner");
    paths = List.of("/s/winter-boots/");
    assertThat(prewarm(varnishEdge())).allMatch(one -> one.isRight() && one.tries() > 1);
  }

  @Test
  void purge_ofAPageThatWasTakenDown_leavesNothing() throws Exception {
    assertAllRight(prewarm(nginxEdge(), varnishEdge()));
    gate.pages.unpublish(gate.sale.id());
    assertThat(nginx.get("/s/winter-boots/").statusCode()).isEqualTo(200);
    assertAllRight(purge(nginxEdge(), varnishEdge()));
    assertThat(nginx.get("/s/winter-boots/").statusCode()).isEqualTo(404);
    assertThat(prewarm(nginxEdge(), varnishEdge()))
        .allMatch(one -> one.wrong().equals("answers 404"));
  }

  @Test
  void page_thatWasTakenDown_isForgotten() throws Exception {
    assertAllRight(prewarm(nginxEdge(), varnishEdge()));
    gate.pages.unpublish(gate.sale.id());
    for (String file : List.of("", "embed.js")) {
      String path = "/s/winter-boots/" + file;
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> nginx.get(path).statusCode() == 404 && statusOfVarnish(path) == 404);
    }
  }

  @Test
  void varnish_inFrontOfNginx_speaksOfItsOwnCache() throws Exception {
    try (RealVarnish first = new RealVarnish(folder.resolve("first"), nginx.port);
        RealVarnish second = new RealVarnish(folder.resolve("second"), nginx.port)) {
      CdnEdge behindIsCold = new CdnEdge(false, "127.0.0.1", first.port, "127.0.0.1");
      assertAllRight(prewarm(behindIsCold));
      assertAllRight(prewarm(nginxEdge()));
      CdnEdge behindIsWarm = new CdnEdge(false, "127.0.0.1", second.port, "127.0.0.1");
      try (OwnEdges cdn = new OwnEdges(List.of(behindIsWarm))) {
        assertThat(cdn.look(paths)).noneMatch(Outcome::isRight);
      }
      assertAllRight(prewarm(behindIsWarm));
    }
  }

  @Test
  void purge_byAStranger_isNotDone() throws Exception {
    try (RealNginx closed =
        new RealNginx(folder.resolve("closed"), "--gate", "127.0.0.1:" + gate.port())) {
      CdnEdge edge = new CdnEdge(false, "127.0.0.1", closed.port, "127.0.0.1");
      assertAllRight(prewarm(edge));
      assertThat(purge(edge)).noneMatch(Outcome::isRight);
    }
  }

  @Test
  void prewarm_withAnEdgeThatIsDown_namesItAndFillsTheOther() throws Exception {
    CdnEdge away = new CdnEdge(false, "127.0.0.1", Child.freePort(), "sale.example");
    List<Outcome> all = prewarm(away, varnishEdge());
    assertThat(all)
        .filteredOn(one -> one.edge().equals(away.toString()))
        .hasSize(FORMS * paths.size())
        .allMatch(one -> one.wrong().startsWith("does not answer"));
    assertAllRight(
        all.stream().filter(one -> one.edge().equals(varnishEdge().toString())).toList());
  }

  @Test
  void copyInVarnish_isOneForAllOrigins_andTheShopsMayHaveIt() throws Exception {
    for (String file : List.of("embed.js", "state.json")) {
      String path = "/s/winter-boots/" + file;
      askVarnish(path, SHOP);
      for (int i = 0; i < 10; i++) {
        HttpHeaders other = askVarnish(path, "https://" + i + ".example");
        assertThat(other.firstValue("X-Varnish").orElseThrow())
            .as("two numbers are a hit")
            .contains(" ");
        assertThat(other.firstValue("Access-Control-Allow-Origin")).isEmpty();
      }
      HttpHeaders shops = askVarnish(path, SHOP);
      assertThat(shops.allValues("Access-Control-Allow-Origin")).containsExactly(SHOP);
      assertThat(shops.allValues("Vary")).containsExactly("Accept-Encoding, Origin");
    }
  }

  private int statusOfVarnish(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + varnish.port + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(uri).build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  private HttpHeaders askVarnish(String path, String origin) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + varnish.port + path);
    HttpRequest request = HttpRequest.newBuilder(uri).header("Origin", origin).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<Void> answer = client.send(request, HttpResponse.BodyHandlers.discarding());
      assertThat(answer.statusCode()).isEqualTo(200);
      return answer.headers();
    }
  }

  @Test
  void prewarm_ofWhatIsNoCache_saysSo() throws Exception {
    paths = List.of("/s/winter-boots/");
    assertThat(prewarm(new CdnEdge(false, "127.0.0.1", gate.port(), "127.0.0.1")))
        .allMatch(one -> one.wrong().contains("does not say"));
  }
}
