package shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaymentsTest {
  @TempDir Path folder;
  private final List<JsonObject> heard = new CopyOnWriteArrayList<>();
  private HttpServer doorbuster;
  private Shop shop;
  private volatile boolean away;

  @BeforeEach
  void open() throws Exception {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    doorbuster = HttpServer.create(anyPort, 0);
    doorbuster.createContext("/api/payments/callback", this::hear);
    doorbuster.start();
    shop = startShop();
  }

  @AfterEach
  void close() {
    shop.close();
    doorbuster.stop(0);
  }

  @Test
  void page_aGenuineLink_showsTheAmount() throws Exception {
    HttpResponse<String> page = ShopFixture.get(link("o1", 60));
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("49.00 EUR").contains("o1");
  }

  @Test
  void page_aChangedLink_isRefused() throws Exception {
    URI cheaper = URI.create(link("o1", 60).toString().replace("4900", "1"));
    assertThat(ShopFixture.get(cheaper).statusCode()).isEqualTo(401);
    assertThat(press(cheaper, "paid").statusCode()).isEqualTo(401);
    assertThat(heard).isEmpty();
  }

  @Test
  void press_tooLate_chargesNothing() throws Exception {
    assertThat(press(link("o1", 0), "paid").statusCode()).isEqualTo(410);
    assertThat(status("o1")).isEqualTo(new JsonObject().put("status", "pending"));
  }

  @Test
  void press_pay_tellsDoorbusterAndReturnsToThePage() throws Exception {
    HttpResponse<String> answer = press(link("o1", 60), "paid");
    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(answer.headers().firstValue("Location")).contains("https://sale.example/s/sale-1/");
    assertThat(heard).hasSize(1);
    assertThat(heard.getFirst().getString("order")).isEqualTo("o1");
    assertThat(heard.getFirst().getString("status")).isEqualTo("paid");
    assertThat(heard.getFirst().getLong("amountMinor")).isEqualTo(4900);
    assertThat(status("o1"))
        .isEqualTo(
            new JsonObject()
                .put("status", "paid")
                .put("reference", heard.getFirst().getString("reference")));
  }

  @Test
  void press_payTwice_chargesOnce() throws Exception {
    press(link("o1", 60), "paid");
    press(link("o1", 60), "paid");
    assertThat(heard).hasSize(1);
  }

  @Test
  void press_payAfterAFailure_isPaid() throws Exception {
    press(link("o1", 60), "failed");
    assertThat(status("o1").getString("status")).isEqualTo("failed");
    press(link("o1", 60), "paid");
    assertThat(status("o1").getString("status")).isEqualTo("paid");
    assertThat(heard).hasSize(2);
  }

  @Test
  void pay_whileDoorbusterIsAway_isToldLaterAndAfterARestartToo() throws Exception {
    away = true;
    press(link("o1", 60), "paid");
    assertThat(shop.payments().untold()).isEqualTo(1);
    shop.close();
    shop = startShop();
    away = false;
    await().atMost(Duration.ofSeconds(10)).until(() -> shop.payments().untold() == 0);
    assertThat(heard.getLast().getString("order")).isEqualTo("o1");
  }

  private Shop startShop() throws IOException {
    URI url = URI.create("http://127.0.0.1:" + doorbuster.getAddress().getPort());
    return ShopFixture.start(folder, JWSAlgorithm.HS256, url);
  }

  private void hear(HttpExchange call) throws IOException {
    try (call) {
      byte[] body = call.getRequestBody().readAllBytes();
      boolean genuine =
          Signatures.verify(
              ShopFixture.secret(folder, "payment"),
              call.getRequestHeaders().getFirst(Signatures.TIMESTAMP),
              call.getRequestHeaders().getFirst(Signatures.SIGNATURE),
              body,
              ShopFixture.NOW);
      if (!away && genuine) {
        heard.add(new JsonObject(new String(body, StandardCharsets.UTF_8)));
      }
      call.sendResponseHeaders(away ? 503 : genuine ? 200 : 401, -1);
    }
  }

  private URI link(String order, long secondsLeft) throws IOException {
    String query =
        "order=%s&sale=sale-1&amountMinor=4900&currency=EUR&payBefore=%d&returnUrl=%s&ts=%d"
            .formatted(
                order,
                ShopFixture.NOW.getEpochSecond() + secondsLeft,
                "https%3A%2F%2Fsale.example%2Fs%2Fsale-1%2F",
                ShopFixture.NOW.getEpochSecond());
    String sig = Signatures.signQuery(ShopFixture.secret(folder, "payment"), query);
    return shop.address().resolve("/pay?" + query + "&sig=" + sig);
  }

  private static HttpResponse<String> press(URI link, String result) throws Exception {
    return ShopFixture.send(
        HttpRequest.newBuilder(link)
            .POST(HttpRequest.BodyPublishers.ofString("result=" + result))
            .build());
  }

  private JsonObject status(String order) throws Exception {
    String path = "/pay/status?order=" + order;
    long now = ShopFixture.NOW.getEpochSecond();
    byte[] secret = ShopFixture.secret(folder, "payment");
    byte[] signed = path.getBytes(StandardCharsets.UTF_8);
    HttpResponse<String> answer =
        ShopFixture.send(
            HttpRequest.newBuilder(shop.address().resolve(path))
                .header(Signatures.TIMESTAMP, Long.toString(now))
                .header(Signatures.SIGNATURE, Signatures.sign(secret, now, signed))
                .build());
    assertThat(answer.statusCode()).isEqualTo(200);
    return new JsonObject(answer.body());
  }
}
