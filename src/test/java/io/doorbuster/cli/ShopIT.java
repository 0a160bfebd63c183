package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shop.Shop;

/** The example shop and a real server: stock, sign-in, payment and events, with a SIGKILL. */
final class ShopIT {
  private static final int UNITS = 120;
  private static final long FIRST_STOCK = 500;
  private static final String SKU = "lamp";

  @TempDir private Path folder;
  private RealServer server;
  private Shop shop;

  @BeforeEach
  void open() throws IOException {
    server = new RealServer(folder);
    shop =
        Shop.start(
            0,
            folder.resolve("shop"),
            new Shop.Config(
                server.address(),
                JWSAlgorithm.HS256,
                Map.of(SKU, FIRST_STOCK),
                InstantSource.system()));
    Files.writeString(folder.resolve("doorbuster.yaml"), shop.settings());
    server.start();
  }

  @AfterEach
  void close() {
    server.close();
    shop.close();
  }

  @Test
  void sale_serverKilledInBetween_shopHasEveryOrderOnceAndIsNeverCalledTooFast() throws Exception {
    Instant opensAt = Instant.now().plusSeconds(6);
    server.admin("POST", "/admin/api/sales", sale(opensAt));
    server.admin("POST", "/admin/api/sales/lamps/publish", "");
    assertThat(shop.stock().units(SKU)).isEqualTo(FIRST_STOCK - UNITS);
    Map<String, String> passes = passes();
    await().until(() -> Instant.now().isAfter(opensAt));

    Map<String, String> orders = new HashMap<>();
    passes.forEach((buyer, pass) -> orders.put(buyer, order(pass)));
    server.kill();
    server.start();

    payAll(passes, orders);
    server.kill();
    server.start();

    server.admin("POST", "/admin/api/sales/lamps/close", "");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> server.admin("GET", "/admin/api/sales/lamps", "").getString("phase"),
            "SETTLED"::equals);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(shop.inbox().distinctEvents()).isEqualTo(events()));

    assertThat(shop.inbox().distinctOrders()).isEqualTo(count("1 = 1")).isPositive();
    assertThat(shop.inbox().ordersIn("PAID")).isEqualTo(count("status = 'PAID'")).isPositive();
    assertThat(shop.eventCalls().perSecondMax()).isLessThanOrEqualTo(50);
    assertThat(shop.stock().units(SKU)).isEqualTo(FIRST_STOCK - count("status = 'PAID'"));
    assertThat(server.admin("GET", "/admin/api/sales/lamps/audit", "").getBoolean("ok")).isTrue();
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
        skus: [{id: %s, name: Lamp, price: 19.90, units: %d}]
        """
        .formatted(opensAt, opensAt.plusSeconds(120), SKU, UNITS);
  }

  private Map<String, String> passes() {
    Map<String, String> passes = new HashMap<>();
    for (int i = 0; i < UNITS; i++) {
      String buyer = "buyer-" + i;
      String token = shop.signIn().token(buyer, "cart-" + i);
      passes.put(
          buyer, server.buyers("POST", "/api/sales/lamps/pass", token, "").getString("pass"));
    }
    return passes;
  }

  /** Tries again while the wave is full. */
  private String order(String pass) {
    String body = new JsonObject().put("sku", SKU).put("quantity", 1).encode();
    for (int tries = 0; tries < 200; tries++) {
      JsonObject answer = server.buyers("POST", "/api/sales/lamps/orders", pass, body);
      String order = answer.getString("order");
      if (order != null) {
        return order;
      }
      sleep(answer.getLong("retryAfterMs", 50L));
    }
    throw new AssertionError("no order after 200 tries");
  }

  /** A lost order is asked for anew, as the page does. */
  private void payAll(Map<String, String> passes, Map<String, String> orders) {
    for (Map.Entry<String, String> entry : passes.entrySet()) {
      String pass = entry.getValue();
      String id = orders.get(entry.getKey());
      JsonObject order = server.buyers("GET", "/api/orders/" + id, pass, "");
      if ("LOST".equals(order.getString("status"))) {
        id = order(pass);
        order = settledStatus(id, pass);
      }
      if ("PLACED".equals(order.getString("status"))) {
        assertThat(order.getString("payUrl")).startsWith(shop.address() + "/pay?");
        shop.payments().pay(id, order.getLong("amountMinor"), "EUR", true);
      }
    }
  }

  private JsonObject settledStatus(String order, String pass) {
    return await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> server.buyers("GET", "/api/orders/" + order, pass, ""),
            json -> !"QUEUED".equals(json.getString("status")));
  }

  private long events() throws SQLException {
    return number("SELECT COUNT(*) FROM outbox");
  }

  private long count(String where) throws SQLException {
    return number("SELECT COUNT(*) FROM orders WHERE " + where);
  }

  private long number(String sql) throws SQLException {
    String url = "jdbc:sqlite:" + server.database();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.getLong(1);
    }
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
