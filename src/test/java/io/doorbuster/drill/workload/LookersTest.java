package io.doorbuster.drill.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LookersTest {
  private static final String HTML =
      """
      <link rel="icon" href="sale.0123456789ab.svg"><script src="sale.0123456789ab.js"></script>
      <img src="sale.0123456789ab.svg"><img src="https://photos.example/boots.jpg">
      """;

  private final Vertx vertx = Vertx.vertx();
  private final Map<String, Integer> asked = new ConcurrentHashMap<>();

  @AfterEach
  void closeVertx() {
    vertx.close();
  }

  private URI site(String missing) throws Exception {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  String path = String.valueOf(request.path());
                  asked.merge(path, 1, Integer::sum);
                  request
                      .response()
                      .setStatusCode(path.endsWith(missing) ? 404 : 200)
                      .end(path.endsWith("/") ? HTML : "{}");
                });
    server
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(9, TimeUnit.SECONDS);
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  private Lookers start(URI site, int buyers) {
    Lookers lookers = new Lookers(vertx, site, "boots", InstantSource.system());
    Instant soon = Instant.ofEpochMilli(System.currentTimeMillis()).plusMillis(200);
    lookers.start(buyers, soon, new SplittableRandom(7));
    return lookers;
  }

  @Test
  void pages_askForTheirFilesOnce_andForTheStateAgainAndAgain() throws Exception {
    try (Lookers lookers = start(site("none"), 20)) {
      await().until(() -> asked.getOrDefault("/s/boots/state.json", 0) >= 60);
      assertThat(lookers.looks().orElseThrow().requests()).isGreaterThanOrEqualTo(118);
      assertThat(lookers.looks().orElseThrow().failed()).isZero();
    }
    assertThat(asked.get("/s/boots/")).isBetween(21, 40);
    assertThat(asked)
        .containsEntry("/s/boots/sale.0123456789ab.js", 20)
        .containsEntry("/s/boots/sale.0123456789ab.svg", 20)
        .hasSize(4);
  }

  @Test
  void answers_otherThanTwoHundred_areCountedAsFailed() throws Exception {
    try (Lookers lookers = start(site(".js"), 3)) {
      await().until(() -> lookers.looks().filter(looks -> looks.failed() >= 3).isPresent());
      assertThat(asked).containsEntry("/s/boots/sale.0123456789ab.js", 3);
    }
  }

  @Test
  void pages_ofNobody_askNothing() throws Exception {
    try (Lookers lookers = start(site("none"), 0)) {
      assertThat(lookers.looks()).isEmpty();
    }
    assertThat(asked).isEmpty();
  }
}
