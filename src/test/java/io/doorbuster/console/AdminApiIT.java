package io.doorbuster.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.Stage;
import io.doorbuster.console.Operator.Said;
import io.doorbuster.gate.BlockList;
import io.doorbuster.gate.BlockWatch;
import io.doorbuster.gate.Gate;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin API over a real server with a real database. */
@Tag("store")
final class AdminApiIT {
  private static final String SALES = "/admin/api/sales";

  @TempDir private Path folder;
  private Stage stage;
  private Operator operator;

  @BeforeEach
  void open() {
    stage = new Stage(folder);
    operator = new Operator(stage);
  }

  @AfterEach
  void close() {
    operator.close();
    stage.close();
  }

  @Test
  void everyRoute_withoutTheToken_is401_butHealthAndThePage() throws Exception {
    List<String> open =
        List.of(
            "GET /healthz",
            "GET /readyz",
            "GET /console",
            "GET /console/console.js",
            "GET /console/console.css");
    for (String route : stage.adminRoutes.paths()) {
      String[] parts = route.split(" ", 2);
      String path = parts[1].replaceAll("\\{\\w+}", "any");
      for (String token : new String[] {null, "wrong", Stage.TOKEN + "x", ""}) {
        int status = operator.send(parts[0], path, "", token).status();
        if (open.contains(route)) {
          assertThat(status).as(route).isEqualTo(200);
        } else {
          assertThat(status).as(route).isEqualTo(401);
        }
      }
    }
  }

  @Test
  void add_ofAGoodSale_is201AndADraft_thenChanges() throws Exception {
    Said added = operator.post(SALES, longPay("boots"));
    assertThat(added.status()).isEqualTo(201);
    assertThat(added.json().getString("phase")).isEqualTo("DRAFT");
    assertThat(added.json().getJsonArray("warnings")).isNotEmpty();
    assertThat(added.json().getString("seedHash")).matches("[0-9a-f]{64}");
    Said changed = operator.post(SALES, stage.yaml("boots", 30, "description: New"));
    assertThat(changed.status()).isEqualTo(200);
    JsonObject list = operator.get(SALES).json();
    assertThat(list.getJsonArray("sales").getJsonObject(0).getInteger("units")).isEqualTo(30);
    assertThat(list.encode()).doesNotContain(stage.catalog.get("boots").seed());
  }

  @Test
  void add_ofASaleWithMistakes_is400WithAllOfThem() throws Exception {
    String yaml = stage.yaml("boots", 20, "surprise: 1").replace("price: 19.90", "price: -1");
    Said said = operator.post(SALES, yaml);
    assertThat(said.status()).isEqualTo(400);
    JsonArray findings = said.json().getJsonArray("findings");
    assertThat(findings).hasSize(2);
    for (int i = 0; i < findings.size(); i++) {
      assertThat(findings.getJsonObject(i).getInteger("line")).isPositive();
      assertThat(findings.getJsonObject(i).getString("key")).isIn("surprise", "skus[0].price");
      assertThat(findings.getJsonObject(i).getString("message")).isNotBlank();
    }
    assertThat(operator.get(SALES).json().getJsonArray("sales")).isEmpty();
  }

  @Test
  void add_ofAHugeOrBinaryBody_is400() throws Exception {
    assertThat(operator.post(SALES, "x".repeat(300 * 1024)).status()).isEqualTo(400);
    assertThat(operator.post(SALES, "\u0000\u0001").status()).isEqualTo(400);
    assertThat(operator.post(SALES, "").status()).isEqualTo(400);
  }

  @Test
  void sale_fromPublishToSettle_isToldAsItGoes() throws Exception {
    operator.post(SALES, stage.yaml("boots", 20, ""));
    assertThat(operator.post(SALES + "/boots/publish", "").json().getString("phase"))
        .isEqualTo("OPEN");
    assertThat(operator.buy("boots", "anna", 2).status()).isEqualTo(202);
    await()
        .untilAsserted(
            () -> {
              JsonObject sku = sku("boots");
              assertThat(sku.getInteger("placed")).isEqualTo(2);
              assertThat(sku.getInteger("available")).isEqualTo(18);
            });
    JsonObject shown = operator.get(SALES + "/boots").json();
    assertThat(shown.getJsonObject("verdicts").getLong("admitted")).isEqualTo(1);
    assertThat(shown.getJsonObject("writer").getLong("committed")).isEqualTo(1);
    await()
        .until(
            () ->
                operator.get(SALES + "/boots").json().getJsonObject("events").getLong("waiting")
                    == 1);
    assertThat(operator.post(SALES + "/boots/pause", "").json().getString("phase"))
        .isEqualTo("PAUSED");
    assertThat(operator.buy("boots", "bert", 1).status()).isEqualTo(503);
    assertThat(operator.post(SALES + "/boots/resume", "").json().getString("phase"))
        .isEqualTo("OPEN");
    assertThat(operator.get(SALES + "/boots/draws").status()).isEqualTo(403);
    assertThat(operator.post(SALES + "/boots/settle", "").status()).isEqualTo(409);
    assertThat(operator.post(SALES + "/boots/close", "").json().getString("phase"))
        .isEqualTo("CLOSED");
    assertThat(operator.buy("boots", "bert", 1).status()).isEqualTo(410);
    assertThat(operator.post(SALES + "/boots/void", "").status()).isEqualTo(200);
    assertThat(operator.post(SALES + "/boots/settle", "").json().getString("phase"))
        .isEqualTo("SETTLED");
    JsonObject draws = operator.get(SALES + "/boots/draws").json();
    assertThat(draws.getString("seed")).isEqualTo(stage.catalog.get("boots").seed());
    assertThat(draws.getString("sha256")).isEqualTo(shown.getString("seedHash"));
    JsonObject audit = operator.get(SALES + "/boots/audit").json();
    assertThat(audit.getBoolean("ok")).isTrue();
    assertThat(audit.getJsonArray("skus").getJsonObject(0).getInteger("returned")).isEqualTo(20);
  }

  /** A sale whose time to pay is longer than the sale, which is worth a warning. */
  private String longPay(String sale) {
    return stage.yaml(sale, 20, "").replace("payWithin: 10m", "payWithin: 2h");
  }

  private JsonObject sku(String sale) throws Exception {
    return operator.get(SALES + "/" + sale).json().getJsonArray("skus").getJsonObject(0);
  }

  @Test
  void unknownSale_inEveryCall_is404() throws Exception {
    for (String route : stage.adminRoutes.paths()) {
      if (route.contains("{sale}")) {
        String[] parts = route.split(" ", 2);
        String path = parts[1].replaceAll("\\{\\w+}", "none");
        assertThat(operator.send(parts[0], path, "{}", Stage.TOKEN).status())
            .as(route)
            .isEqualTo(404);
      }
    }
  }

  @Test
  void draws_ofAFairSale_carryEveryEntry() throws Exception {
    String yaml =
        stage.yaml("fair", 4, "").replace("every: 100ms, pick: first", "every: 300ms, pick: fair");
    assertThat(operator.post(SALES, yaml).status()).isEqualTo(201);
    operator.post(SALES + "/fair/publish", "");
    // A wave that opened ahead of the engine has no places: ask until one has drawn.
    int[] buyer = new int[1];
    await()
        .until(
            () -> {
              operator.buy("fair", "buyer-" + buyer[0]++, 1);
              return stage.waves.list("fair").stream().anyMatch(wave -> wave.admitted() > 0);
            });
    operator.post(SALES + "/fair/close", "");
    JsonArray waves = operator.get(SALES + "/fair/draws").json().getJsonArray("waves");
    JsonObject wave =
        waves.stream()
            .map(JsonObject.class::cast)
            .filter(one -> one.getInteger("admitted") > 0)
            .findFirst()
            .orElseThrow();
    assertThat(wave.getInteger("k")).isEqualTo(4);
    assertThat(wave.getJsonArray("entered")).hasSize(wave.getInteger("entries"));
    assertThat(wave.getJsonArray("entered").getJsonObject(0).getInteger("quantity")).isEqualTo(1);
    assertThat(wave.getString("cutOff")).matches("[0-9a-f]{16}");
  }

  @Test
  void units_addedAndWithdrawn_moveOnceAKey() throws Exception {
    stage.open("boots", 20);
    String sku = SALES + "/boots/skus/tee";
    JsonObject wish = new JsonObject().put("units", 5).put("key", "first");
    assertThat(operator.post(sku + "/withdraw", wish).json().getInteger("units")).isEqualTo(5);
    assertThat(operator.post(sku + "/withdraw", wish).json().getInteger("units")).isEqualTo(5);
    await().untilAsserted(() -> assertThat(sku("boots").getInteger("available")).isEqualTo(15));
    JsonObject three = new JsonObject().put("units", 3);
    // The regular stock has what was withdrawn once the intent to give is done.
    await().until(() -> operator.post(sku + "/add", three).status() == 200);
    await().untilAsserted(() -> assertThat(sku("boots").getInteger("available")).isEqualTo(18));
    assertThat(operator.post(sku + "/add", new JsonObject().put("units", 0)).status())
        .isEqualTo(400);
    assertThat(operator.post(sku + "/add", "[]").status()).isEqualTo(400);
    assertThat(operator.post(sku + "/add", new JsonObject().put("units", 1_000)).status())
        .isEqualTo(409);
    assertThat(operator.post(SALES + "/boots/skus/hat/add", three).status()).isEqualTo(404);
  }

  @Test
  void order_shownAndCancelled_tellsWhy() throws Exception {
    stage.open("boots", 20);
    String id = operator.buy("boots", "anna", 1).json().getString("order");
    await()
        .until(
            () ->
                operator
                    .get("/admin/api/orders/" + id)
                    .json()
                    .getString("status")
                    .equals("PLACED"));
    JsonObject order = operator.get("/admin/api/orders/" + id).json();
    assertThat(order.getString("buyer")).isEqualTo("anna");
    assertThat(order.getValue("wave")).isNotNull();
    assertThat(order.getString("admittedAt")).isNotBlank();
    assertThat(order.getString("why")).contains("wave");
    Said cancelled = operator.post("/admin/api/orders/" + id + "/cancel", "");
    assertThat(cancelled.json().getString("status")).isEqualTo("CANCELLED");
    assertThat(cancelled.json().getString("reason")).isEqualTo("by-operator");
    assertThat(operator.post("/admin/api/orders/" + id + "/cancel", "").status()).isEqualTo(200);
    assertThat(operator.get("/admin/api/orders/nonsense").status()).isEqualTo(404);
    String paid = operator.buy("boots", "bert", 1).json().getString("order");
    await()
        .until(
            () ->
                operator
                    .get("/admin/api/orders/" + paid)
                    .json()
                    .getString("status")
                    .equals("PLACED"));
    stage.orders.pay(
        io.doorbuster.sale.OrderId.parse(paid).orElseThrow(), "r1", 1_990, stage.clock.instant());
    assertThat(operator.post("/admin/api/orders/" + paid + "/cancel", "").status()).isEqualTo(409);
  }

  @Test
  void block_addedAndRemoved_isInForceAtOnceAndKept() throws Exception {
    stage.open("boots", 20);
    JsonObject block = new JsonObject().put("kind", "buyer").put("value", "bot-1");
    assertThat(operator.post("/admin/api/blocks", block).status()).isEqualTo(400);
    block.put("reason", "a hundred accounts");
    assertThat(operator.post("/admin/api/blocks", block).status()).isEqualTo(200);
    assertThat(operator.buy("boots", "bot-1", 1).status()).isEqualTo(403);
    BlockList another = new BlockList();
    BlockWatch watch = new BlockWatch(new io.doorbuster.sale.BlockTable(stage.database), another);
    watch.refresh();
    assertThat(another.blocks(new BuyerId("bot-1"))).isTrue();
    assertThat(
            operator
                .post(
                    "/admin/api/blocks",
                    new JsonObject().put("kind", "cidr").put("value", "x/9").put("reason", "r"))
                .status())
        .isEqualTo(400);
    String path = "/admin/api/blocks?kind=buyer&value=bot-1";
    assertThat(operator.send("DELETE", path, "", Stage.TOKEN).status()).isEqualTo(200);
    assertThat(operator.send("DELETE", path, "", Stage.TOKEN).status()).isEqualTo(404);
    watch.refresh();
    assertThat(another.blocks(new BuyerId("bot-1"))).as("at another process").isFalse();
    assertThat(operator.buy("boots", "bot-1", 1).status()).isEqualTo(202);
  }

  @Test
  void passes_areForTestSalesOnly() throws Exception {
    stage.open("boots", 20);
    operator.post(SALES, stage.yaml("rehearsal", 20, "test: true"));
    operator.post(SALES + "/rehearsal/publish", "");
    JsonObject buyers = new JsonObject().put("buyers", new JsonArray().add("a").add("b"));
    assertThat(operator.post(SALES + "/boots/passes", buyers).status()).isEqualTo(409);
    JsonObject passes =
        operator.post(SALES + "/rehearsal/passes", buyers).json().getJsonObject("passes");
    assertThat(passes.fieldNames()).containsExactlyInAnyOrder("a", "b");
    assertThat(stage.passes.verify(passes.getString("a"), stage.clock.instant())).isPresent();
    operator.post(SALES + "/rehearsal/revoke-passes", "");
    assertThat(stage.gate.identify(passes.getString("a"))).isInstanceOf(Gate.Screening.No.class);
  }

  @Test
  void keys_rotatedTwiceDuringASale_areRefused() throws Exception {
    stage.open("boots", 20);
    Said first = operator.post("/admin/api/keys/rotate", "");
    assertThat(first.json().getJsonArray("keys")).hasSize(2);
    Said second = operator.post("/admin/api/keys/rotate", "");
    assertThat(second.status()).isEqualTo(409);
    assertThat(second.json().getString("type")).isEqualTo("/problems/not-allowed");
    assertThat(second.json().getString("detail")).contains("boots");
    operator.post(SALES + "/boots/close", "");
    operator.post(SALES + "/boots/settle", "");
    assertThat(operator.post("/admin/api/keys/rotate", "").status()).isEqualTo(200);
  }

  @Test
  void log_ofEveryChange_isKept() throws Exception {
    stage.open("boots", 20);
    operator.post(SALES + "/boots/pause", "");
    operator.post(SALES + "/boots/settle", "");
    operator.post("/admin/api/throttle", new JsonObject().put("requestsPerSecond", 5_000));
    JsonArray lines = operator.get("/admin/api/log").json().getJsonArray("lines");
    assertThat(lines).hasSize(4);
    assertThat(lines.getJsonObject(0).getString("action")).isEqualTo("throttle");
    assertThat(lines.getJsonObject(0).getString("detail")).contains("5000");
    assertThat(lines.getJsonObject(1).getString("detail")).startsWith("not allowed");
    assertThat(lines.getJsonObject(3).getString("sale")).isEqualTo("boots");
  }

  @Test
  void stock_soldOut_isSetAgainForTheNextSale() throws Exception {
    assertThat(operator.get("/admin/api/stock/nosuch").status()).isEqualTo(404);
    JsonObject units = new JsonObject().put("units", 7);
    assertThat(operator.post("/admin/api/stock/boots-42", units).status()).isEqualTo(200);
    assertThat(operator.get("/admin/api/stock/boots-42").json().getInteger("units")).isEqualTo(7);
    units.put("units", -1);
    assertThat(operator.post("/admin/api/stock/boots-42", units).status()).isEqualTo(400);
  }

  @Test
  void events_parked_areListedAndSentAgain() throws Exception {
    stage.open("boots", 20);
    operator.buy("boots", "anna", 1);
    await()
        .until(
            () ->
                operator
                        .get("/admin/api/events/parked")
                        .json()
                        .getJsonObject("events")
                        .getLong("waiting")
                    == 1);
    try (var connection = Stores.outside(folder);
        var statement = connection.createStatement()) {
      statement.execute(
          "UPDATE outbox SET parked_at = 1, attempts = 10, last_error = 'the shop said 500'");
    }
    JsonObject parked =
        operator.get("/admin/api/events/parked").json().getJsonArray("parked").getJsonObject(0);
    assertThat(parked.getString("lastError")).isEqualTo("the shop said 500");
    JsonObject none = new JsonObject().put("id", "no-such");
    assertThat(operator.post("/admin/api/events/parked/retry", none).status()).isEqualTo(404);
    Said again = operator.post("/admin/api/events/parked/retry", "");
    assertThat(again.json().getInteger("retried")).isEqualTo(1);
  }

  @Test
  void ready_whileSomethingIsMissing_is503AndNamesIt() throws Exception {
    assertThat(operator.send("GET", "/readyz", "", null).status()).isEqualTo(200);
    stage.missing.add("the gate warms up");
    Said said = operator.send("GET", "/readyz", "", null);
    assertThat(said.status()).isEqualTo(503);
    assertThat(said.json().getJsonArray("missing")).containsExactly("the gate warms up");
  }

  @Test
  void store_lockedFromOutside_isToldAndComesBack() throws Exception {
    stage.open("boots", 20);
    try (AutoCloseable _ = Stores.outage(folder)) {
      Said said = operator.post(SALES + "/boots/pause", "");
      assertThat(said.status()).isEqualTo(503);
      assertThat(said.json().getString("type")).isEqualTo("/problems/overloaded");
      assertThat(operator.send("GET", "/readyz", "", null).status()).isEqualTo(503);
    }
    await().until(() -> operator.post(SALES + "/boots/pause", "").status() == 200);
    assertThat(operator.send("GET", "/readyz", "", null).status()).isEqualTo(200);
  }

  @Test
  void metrics_withTheToken_nameTheFigures() throws Exception {
    String text = operator.get("/metrics").response().body();
    assertThat(text)
        .contains("doorbuster_orders_queued", "doorbuster_events_parked", "doorbuster_store_away");
  }

  @Test
  void page_isServedWithAStrictPolicy() throws Exception {
    var page = operator.send("GET", "/console", "", null).response();
    assertThat(page.body()).contains("console.js").doesNotContain("<style", "onclick");
    String policy = page.headers().firstValue("Content-Security-Policy").orElse("");
    assertThat(policy).contains("default-src 'none'", "script-src 'self'");
    assertThat(policy).doesNotContain("unsafe");
    assertThat(Objects.requireNonNull(page.headers().firstValue("X-Content-Type-Options")))
        .contains("nosniff");
  }
}
