package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM ends the server within ten seconds, whatever hangs around it. */
final class ShutdownIT {
  private static final Duration BOUND = Duration.ofSeconds(10);

  @TempDir private Path folder;
  private RealServer server;

  /** Takes connections, and never answers. */
  private ServerSocket hangingShop;

  private String pass = "";

  @BeforeEach
  void open() throws Exception {
    hangingShop = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Files.writeString(
        folder.resolve("doorbuster.yaml"),
        """
        events:
          webhookUrl: http://127.0.0.1:%d/events
          secret: a-secret-of-at-least-32-characters
          testSales: send
        """
            .formatted(hangingShop.getLocalPort()));
    server = new RealServer(folder);
    server.start();
    Instant opensAt = Instant.now().plusSeconds(1);
    server.admin("POST", "/admin/api/sales", sale(opensAt));
    server.admin("POST", "/admin/api/sales/lamps/publish", "");
    pass =
        server
            .admin("POST", "/admin/api/sales/lamps/passes", "{\"buyers\": [\"anna\"]}")
            .getJsonObject("passes")
            .getString("anna");
    await().until(() -> Instant.now().isAfter(opensAt.plusMillis(100)));
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    hangingShop.close();
  }

  private static String sale(Instant opensAt) {
    return """
        id: lamps
        title: Lamps
        currency: EUR
        opensAt: %s
        closesAt: %s
        release: {wave: 20, every: 200ms, pick: first, returnsEvery: 1s}
        limits: {perBuyer: 1, tryEvery: 10ms, orderEvery: 10m}
        payWithin: 20s
        test: true
        skus: [{id: lamp, name: Lamp, price: 19.90, units: 20}]
        """
        .formatted(opensAt, opensAt.plusSeconds(120));
  }

  private JsonObject buy() {
    String body = new JsonObject().put("sku", "lamp").put("quantity", 1).encode();
    return server.buyers("POST", "/api/sales/lamps/orders", pass, body);
  }

  @Test
  void terminate_whileTheShopHangsAndABuyerWaits_endsInTimeAndKeepsTheOrder() throws Exception {
    String order = buy().getString("order");
    await()
        .until(
            () -> server.buyers("GET", "/api/orders/" + order, pass, "").getString("status"),
            "PLACED"::equals);
    Thread poll = Thread.ofVirtual().start(() -> server.waitForNews(order, pass));
    assertThat(server.terminate()).isLessThan(BOUND);
    poll.join();
    assertThat(server.log()).contains("stopped");
    server.start();
    assertThat(server.buyers("GET", "/api/orders/" + order, pass, "").getString("status"))
        .isEqualTo("PLACED");
  }

  @Test
  void terminate_whileTheDatabaseIsLocked_endsInTime() throws Exception {
    String url = "jdbc:sqlite:" + server.database();
    try (Connection outside = DriverManager.getConnection(url);
        Statement lock = outside.createStatement()) {
      lock.execute("BEGIN EXCLUSIVE");
      buy();
      assertThat(server.terminate()).isLessThan(BOUND);
      lock.execute("ROLLBACK");
    }
    server.start();
    assertThat(server.admin("GET", "/admin/api/sales/lamps/audit", "").getBoolean("ok")).isTrue();
  }
}
