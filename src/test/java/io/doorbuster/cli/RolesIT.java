package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.drill.servers.RedisServer;
import io.doorbuster.sale.PostgresServer;
import io.doorbuster.sale.PostgresServer.Version;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gates, of which one has the console too, and two writers, each a process of its own. */
@Tag("redis")
final class RolesIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private final List<RealServer> all = new ArrayList<>();
  private RedisServer redis;
  private RealServer gate;
  private RealServer console;
  private RealServer writer;
  private RealServer otherWriter;

  @BeforeEach
  void start() throws Exception {
    redis = RedisServer.start(folder.resolve("redis"));
    PostgresServer postgres = PostgresServer.shared(Version.NEWEST);
    postgres.run("DROP DATABASE IF EXISTS roles WITH (FORCE)");
    postgres.run("CREATE DATABASE roles");
    writer = launch("writer", "orders", postgres, Map.of());
    writer.awaitReady(); // so it has the lease
    otherWriter = launch("other", "orders", postgres, Map.of());
    gate = launch("gate", "gate", postgres, Map.of());
    console = launch("console", "gate,console", postgres, Map.of());
    for (RealServer server : List.of(otherWriter, gate, console)) {
      server.awaitReady();
    }
  }

  @AfterEach
  void stop() {
    all.forEach(RealServer::close);
    redis.close();
  }

  private RealServer launch(
      String name, String roles, PostgresServer postgres, Map<String, String> more)
      throws Exception {
    Path own = Files.createDirectories(folder.resolve(name));
    Files.writeString(
        own.resolve("doorbuster.yaml"),
        """
        roles: [%s]
        redis: {nodes: "127.0.0.1:%d"}
        store: {url: '%s', user: postgres, password: any}
        orders: {claimAfter: 2s}
        """
            .formatted(roles, redis.port(), postgres.url("roles")));
    Map<String, String> environment = new HashMap<>();
    environment.put("DOORBUSTER_ORDER_ID_KEY", "07".repeat(32));
    environment.put("DOORBUSTER_PASS_KEYS", "k1:" + "09".repeat(32));
    environment.put("DOORBUSTER_ADMIN_TOKEN", "an operator's token");
    environment.putAll(more);
    RealServer server = new RealServer(own, environment);
    all.add(server);
    server.launch();
    return server;
  }

  private void sell(String payWithin) {
    Instant opensAt = Instant.now().plusSeconds(1);
    console.admin(
        "POST",
        "/admin/api/sales",
        """
        id: lamps
        title: Lamps
        currency: EUR
        opensAt: %s
        closesAt: %s
        release: {wave: 20, every: 100ms, pick: first, returnsEvery: 1s}
        limits: {perBuyer: 1, tryEvery: 10ms, orderEvery: 10m}
        payWithin: %s
        test: true
        skus: [{id: lamp, name: Lamp, price: 19.90, units: 20}]
        """
            .formatted(opensAt, opensAt.plusSeconds(3_600), payWithin));
    console.admin("POST", "/admin/api/sales/lamps/publish", "");
    await()
        .atMost(SOON)
        .until(
            () ->
                Stream.of(gate, console)
                    .allMatch(one -> state(one).getString("phase").equals("OPEN")));
  }

  private static JsonObject state(RealServer server) {
    JsonObject state = server.buyers("GET", "/s/lamps/state.json", "", "");
    return state.containsKey("phase") ? state : state.put("phase", "");
  }

  private String pass(String buyer) {
    return console
        .admin("POST", "/admin/api/sales/lamps/passes", "{\"buyers\": [\"" + buyer + "\"]}")
        .getJsonObject("passes")
        .getString(buyer);
  }

  /** Asks until he is let through. */
  private String buy(RealServer server, String pass) {
    List<String> order = new ArrayList<>();
    await()
        .atMost(SOON)
        .until(
            () -> {
              JsonObject answer =
                  server.buyers("POST", "/api/sales/lamps/orders", pass, "{\"sku\": \"lamp\"}");
              if (answer.containsKey("order")) {
                order.add(answer.getString("order"));
              }
              return !order.isEmpty();
            });
    return order.getFirst();
  }

  private String status(RealServer server, String order, String pass) {
    return server.buyers("GET", "/api/orders/" + order, pass, "").getString("status", "");
  }

  @Test
  void order_ofOneGate_isToldAtTheOtherAsSoonAsItIsCommitted() {
    sell("5m");
    String pass = pass("anna");
    String order = buy(gate, pass);
    JsonObject news = console.awaitNews(order, pass);
    assertThat(news.getString("status")).isEqualTo("PLACED");
    assertThat(console.admin("GET", "/admin/api/sales/lamps/audit", "").getBoolean("ok")).isTrue();
  }

  @Test
  void words_toOneProcess_reachEveryGateWithinASecond() {
    sell("5m");
    String pass = pass("bert");
    console.admin("POST", "/admin/api/sales/lamps/pause", "");
    await()
        .atMost(Duration.ofSeconds(1))
        .until(() -> state(gate).getString("phase").equals("PAUSED"));
    console.admin("POST", "/admin/api/sales/lamps/resume", "");
    await()
        .atMost(Duration.ofSeconds(1))
        .until(() -> state(gate).getString("phase").equals("OPEN"));
    console.admin(
        "POST",
        "/admin/api/blocks",
        "{\"kind\": \"buyer\", \"value\": \"bert\", \"reason\": \"a test\"}");
    await()
        .atMost(Duration.ofSeconds(1))
        .until(
            () ->
                gate.buyers("POST", "/api/sales/lamps/orders", pass, "{\"sku\": \"lamp\"}")
                    .getString("type", "")
                    .endsWith("forbidden"));
    assertThat(gate.admin("GET", "/admin/api/sales", "").getString("type", ""))
        .as("the console's calls are the console's")
        .endsWith("not-found");
  }

  @Test
  void writer_killed_isReplacedInAllThatItDid() throws Exception {
    sell("8s");
    writer.kill();
    String pass = pass("carl");
    String order = buy(gate, pass);
    await().atMost(SOON).until(() -> status(console, order, pass).equals("PLACED"));
    // To expire it and to put its unit back on sale takes the lease.
    await().atMost(SOON).until(() -> status(gate, order, pass).equals("EXPIRED"));
    await()
        .atMost(SOON)
        .until(
            () ->
                console
                    .admin("GET", "/admin/api/sales/lamps/audit", "")
                    .getJsonArray("skus")
                    .getJsonObject(0)
                    .getInteger("available")
                    .equals(20));
  }

  @Test
  void processes_restartedOneByOne_loseNothing() throws Exception {
    sell("5m");
    List<String> orders = new ArrayList<>();
    List<String> passes = new ArrayList<>();
    for (RealServer next : List.of(gate, writer, otherWriter)) {
      String pass = pass("buyer-" + orders.size());
      RealServer open = next == gate ? console : gate;
      passes.add(pass);
      orders.add(buy(open, pass));
      assertThat(next.terminate()).isLessThan(Duration.ofSeconds(10));
      next.start();
    }
    for (int i = 0; i < orders.size(); i++) {
      int index = i;
      await()
          .atMost(SOON)
          .until(() -> status(gate, orders.get(index), passes.get(index)).equals("PLACED"));
    }
    assertThat(console.admin("GET", "/admin/api/sales/lamps/audit", "").getBoolean("ok")).isTrue();
  }

  @Test
  void process_withAnotherKey_doesNotStart() throws Exception {
    RealServer stranger =
        launch(
            "stranger",
            "gate",
            PostgresServer.shared(Version.NEWEST),
            Map.of("DOORBUSTER_ORDER_ID_KEY", "08".repeat(32)));
    await().atMost(SOON).until(() -> stranger.log().contains("doorbuster: "));
    assertThat(stranger.log())
        .contains("DOORBUSTER_ORDER_ID_KEY", "all processes over one store need the same");
  }
}
