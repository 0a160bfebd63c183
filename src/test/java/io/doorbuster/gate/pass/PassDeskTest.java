package io.doorbuster.gate.pass;

import static io.doorbuster.gate.pass.ShopJwts.claims;
import static io.doorbuster.gate.pass.ShopJwts.hs256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.doorbuster.MovableClock;
import io.doorbuster.gate.BlockList;
import io.doorbuster.gate.Gate;
import io.doorbuster.gate.TestSales;
import io.doorbuster.gate.Verdict;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.http.Server;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.NotAllowed;
import io.doorbuster.sale.SalePhase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The desk over a real server. */
@Timeout(60)
final class PassDeskTest {
  private final MovableClock clock = new MovableClock(ShopJwts.NOW);
  private final BlockList blocks = new BlockList();
  private final Map<String, Listing> sales = new ConcurrentHashMap<>();
  private final TestSales buyPath = new TestSales(clock);
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile RiskCheck risk = RiskCheck.of(blocks);
  private final PassDesk desk =
      new PassDesk(
          id -> Optional.ofNullable(sales.get(id)),
          new ShopTokens(ShopKeys.hs256(ShopJwts.SECRET), ShopJwts.RULES, clock),
          new RiskGuard(
              (buyer, address) -> risk.check(buyer, address),
              Duration.ofSeconds(30),
              RiskGuard.FailPolicy.CLOSED,
              2),
          buyPath.passes(),
          clock,
          new PassDesk.Options(2, 3));
  private int port;
  private @Nullable Server server;

  @BeforeEach
  void start() {
    Router router = new Router();
    desk.routes(router);
    router.post(
        "/api/sales/{sale}/orders",
        exchange -> {
          boolean yes =
              buyPath.gate().screen("boots", exchange.bearer(), () -> "")
                  instanceof Gate.Screening.Yes;
          exchange.json(yes ? 202 : 403, new JsonObject());
        });
    Server started =
        new Server(
            vertx,
            router,
            new Server.Options("127.0.0.1", 0, 1, 1_000, Set.of()),
            fault -> Problem.of("internal", 500, fault.toString()));
    port = started.start();
    server = started;
    publish(SalePhase.PUBLISHED);
  }

  @AfterEach
  void stop() {
    desk.close();
    if (server != null) {
      server.close();
    }
    vertx.close().await();
    client.close();
  }

  private void publish(SalePhase phase) {
    Listing listing = buyPath.listing("boots", phase, false);
    sales.put("boots", listing);
    buyPath.gate().show(listing);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(20))
        .POST(HttpRequest.BodyPublishers.noBody());
  }

  private CompletableFuture<HttpResponse<String>> send(String sale, String token) {
    HttpRequest request =
        request("/api/sales/" + sale + "/pass").header("Authorization", "Bearer " + token).build();
    return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> ask(String sale, String token) throws Exception {
    return send(sale, token).get(20, TimeUnit.SECONDS);
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String id) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(new JsonObject(answer.body()).getString("type")).isEqualTo("/problems/" + id);
  }

  private static String good() {
    return hs256(claims().claim("shopRef", "cart-7").build());
  }

  @Test
  void pass_goodToken_isOneThatTheGateTakes() throws Exception {
    HttpResponse<String> answer = ask("boots", good());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    JsonObject json = new JsonObject(answer.body());
    Listing listing = sales.get("boots");
    assertThat(listing).isNotNull();
    assertThat(Instant.parse(json.getString("expiresAt")))
        .isEqualTo(listing == null ? null : listing.passExpiresAt());
    Pass pass = ((Gate.Screening.Yes) buyPath.gate().identify(json.getString("pass"))).pass();
    assertThat(pass.buyer()).isEqualTo(new BuyerId("anna"));
    assertThat(pass.shopRef()).isEqualTo("cart-7");
    clock.set(TestSales.OPENS);
    assertThat(buyPath.ask("boots", json.getString("pass"))).isInstanceOf(Verdict.Waiting.class);
  }

  @Test
  void pass_sameBuyerLater_isTheSame() throws Exception {
    String first = ask("boots", good()).body();
    clock.advance(Duration.ofSeconds(60));
    String later = hs256(claims().claim("shopRef", "cart-7").jwtID("other").build());
    assertThat(ask("boots", later).body()).isEqualTo(first);
  }

  @Test
  void pass_unknownOrDraftSale_isNotFound() throws Exception {
    assertProblem(ask("coats", good()), 404, "not-found");
    assertProblem(ask("..%2F..%2Fetc", good()), 404, "not-found");
    sales.put("draft", buyPath.listing("draft", SalePhase.DRAFT, false));
    assertProblem(ask("draft", good()), 404, "not-found");
  }

  @Test
  void pass_atAnyTimeUntilPassesExpire_isGiven() throws Exception {
    for (SalePhase phase : List.of(SalePhase.PUBLISHED, SalePhase.PAUSED, SalePhase.CLOSED)) {
      publish(phase);
      assertThat(ask("boots", good()).statusCode()).as("%s", phase).isEqualTo(200);
    }
    publish(SalePhase.PUBLISHED);
    for (Instant time :
        List.of(TestSales.OPENS, TestSales.CLOSES, TestSales.CLOSES.plusSeconds(3_600))) {
      clock.set(time);
      String token =
          hs256(claims().expirationTime(java.util.Date.from(time.plusSeconds(9))).build());
      assertThat(ask("boots", token).statusCode()).as("%s", time).isEqualTo(200);
    }
    clock.set(TestSales.PASSES_END);
    assertProblem(ask("boots", good()), 410, "closed");
    clock.set(ShopJwts.NOW);
    publish(SalePhase.SETTLED);
    assertProblem(ask("boots", good()), 410, "closed");
  }

  @Test
  void pass_withoutAGoodToken_isUnauthenticated() throws Exception {
    HttpRequest bare = request("/api/sales/boots/pass").build();
    assertProblem(client.send(bare, HttpResponse.BodyHandlers.ofString()), 401, "unauthenticated");
    for (String token :
        List.of(
            "",
            "garbage",
            "x".repeat(10_000),
            hs256(claims().build(), new byte[32]),
            hs256(claims().audience("other").build()),
            hs256(claims().expirationTime(null).build()))) {
      assertProblem(ask("boots", token), 401, "unauthenticated");
    }
  }

  @Test
  void pass_blockedBuyer_isForbiddenAndNotToldWhy() throws Exception {
    blocks.set(List.of(new BlockList.Block(BlockList.Kind.BUYER, "anna", "a secret reason")));
    HttpResponse<String> answer = ask("boots", good());
    assertProblem(answer, 403, "forbidden");
    assertThat(answer.body()).doesNotContain("secret");
    blocks.set(List.of(new BlockList.Block(BlockList.Kind.CIDR, "127.0.0.0/8", "us")));
    assertProblem(ask("boots", good()), 403, "forbidden");
  }

  @Test
  void pass_riskCheckWithoutAnswerAndClosed_isOverloaded() throws Exception {
    risk =
        (buyer, address) -> {
          throw new IllegalStateException("away");
        };
    HttpResponse<String> answer = ask("boots", good());
    assertProblem(answer, 503, "overloaded");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
  }

  /** Two at work, three in the queue; the sixth is told to come again, at once. */
  @Test
  void pass_workersBusyAndQueueFull_isOverloadedWhileBuyersAreServed() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch busy = new CountDownLatch(2);
    risk =
        (buyer, address) -> {
          busy.countDown();
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return new RiskCheck.Decision.Allow();
        };
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      waiting.add(send("boots", hs256(claims("buyer-" + i).build())));
    }
    assertThat(busy.await(10, TimeUnit.SECONDS)).as("%s", waiting).isTrue();
    for (int i = 2; i < 5; i++) {
      waiting.add(send("boots", hs256(claims("buyer-" + i).build())));
    }
    await().until(() -> desk.waiting() == 3);

    clock.set(TestSales.OPENS);
    String pass = buyPath.pass("boots", "ben");
    long start = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      HttpResponse<String> answer = ask("boots", good());
      assertProblem(answer, 503, "overloaded");
      assertThat(answer.headers().firstValue("Retry-After")).hasValue("3");
      assertThat(new JsonObject(answer.body()).getInteger("retryAfterMs")).isEqualTo(3_000);
    }
    HttpRequest buy =
        request("/api/sales/boots/orders").header("Authorization", "Bearer " + pass).build();
    for (int i = 0; i < 100; i++) {
      clock.advance(Duration.ofMillis(20));
      assertThat(client.send(buy, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(202);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(waiting).noneMatch(CompletableFuture::isDone);

    clock.set(ShopJwts.NOW);
    release.countDown();
    for (CompletableFuture<HttpResponse<String>> answer : waiting) {
      assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void issueForTest_testSale_isAPassWithoutAShop() {
    sales.put("rehearsal", buyPath.listing("rehearsal", SalePhase.PUBLISHED, true));
    String token = desk.issueForTest("rehearsal", new BuyerId("robot"));
    assertThat(buyPath.passes().verify(token, ShopJwts.NOW))
        .map(Pass::buyer)
        .contains(new BuyerId("robot"));
  }

  @Test
  void issueForTest_anyOtherSale_isNotAllowed() {
    BuyerId robot = new BuyerId("robot");
    assertThatThrownBy(() -> desk.issueForTest("boots", robot))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("test: true");
    assertThatThrownBy(() -> desk.issueForTest("coats", robot)).isInstanceOf(NotAllowed.class);
    sales.put("draft", buyPath.listing("draft", SalePhase.DRAFT, true));
    assertThatThrownBy(() -> desk.issueForTest("draft", robot)).isInstanceOf(NotAllowed.class);
  }
}
