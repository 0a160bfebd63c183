package io.doorbuster.payment;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.sun.net.httpserver.HttpServer;
import io.doorbuster.order.Order;
import io.doorbuster.payment.PaymentStatus.Failed;
import io.doorbuster.payment.PaymentStatus.Paid;
import io.doorbuster.payment.PaymentStatus.Pending;
import io.doorbuster.payment.PaymentStatus.Unreachable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shop.Shop;
import shop.Signatures;

final class RedirectProviderTest {
  private static final byte[] SECRET = "a-payment-secret".getBytes(StandardCharsets.UTF_8);
  private static final URI NOBODY = URI.create("http://127.0.0.1:9/pay");

  @TempDir Path folder;
  private PaymentFixture books;
  private Order order;

  @BeforeEach
  void open() {
    books = new PaymentFixture(folder);
    order = books.order(books.place("ann"));
  }

  @AfterEach
  void close() {
    books.close();
  }

  private RedirectProvider provider(URI url, URI statusUrl, byte[] secret) {
    return new RedirectProvider(
        url,
        statusUrl,
        secret,
        books.catalog(),
        order -> "https://sale.example/s/" + order.sale() + "/",
        books);
  }

  @Test
  void start_ofAnOrder_isALinkThatTheShopCanVerify() {
    try (RedirectProvider provider =
        provider(URI.create("https://shop.example/pay?lang=en"), NOBODY, SECRET)) {
      URI link = URI.create(provider.start(order));
      assertThat(link.toString())
          .startsWith("https://shop.example/pay?lang=en&order=" + order.id());
      assertThat(link.getRawQuery())
          .contains(
              "&sale=sale-1&amountMinor=4900&currency=EUR&payBefore=1809331260"
                  + "&returnUrl=https%3A%2F%2Fsale.example%2Fs%2Fsale-1%2F&ts=1809331200&sig=");
      assertThat(Signatures.verifyQuery(SECRET, link.getRawQuery())).isTrue();
      assertThat(Signatures.verifyQuery(SECRET, link.getRawQuery().replace("4900", "1"))).isFalse();
    }
  }

  @Test
  void status_atTheExampleShop_isWhatTheBuyerDidThere() throws Exception {
    Shop.Config config = new Shop.Config(NOBODY, JWSAlgorithm.HS256, Map.of("tee", 1L), books);
    try (Shop shop = Shop.start(0, folder.resolve("shop"), config);
        RedirectProvider provider =
            provider(
                shop.address().resolve("/pay"),
                shop.address().resolve("/pay/status"),
                Files.readString(folder.resolve("shop/payment.secret"))
                    .strip()
                    .getBytes(StandardCharsets.UTF_8))) {
      assertThat(provider.status(order)).isEqualTo(new Pending());
      shop.payments().pay(order.id().toString(), order.amountMinor(), "EUR", false);
      assertThat(provider.status(order)).isEqualTo(new Failed());
      shop.payments().pay(order.id().toString(), order.amountMinor(), "EUR", true);
      assertThat(provider.status(order))
          .isInstanceOfSatisfying(
              Paid.class,
              paid -> {
                assertThat(paid.reference()).startsWith("pay-");
                assertThat(paid.amountMinor()).isEqualTo(order.amountMinor());
              });
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500 | {\"status\":\"pending\"}",
        "404 | {\"status\":\"pending\"}",
        "200 | {\"status\":\"paid\"}",
        "200 | {\"status\":\"paid\",\"reference\":7}",
        "200 | {\"status\":\"perhaps\"}",
        "200 | {}",
        "200 | []",
        "200 | <html>",
      })
  void status_thatCannotBeUnderstood_isUnreachable(int status, String body) throws Exception {
    assertThat(statusAnswered(status, body)).isInstanceOf(Unreachable.class);
  }

  @Test
  void status_withoutEnd_isUnreachable() throws Exception {
    assertThat(statusAnswered(200, "{\"status\":\"pending\"}".repeat(2_000)))
        .isInstanceOf(Unreachable.class);
  }

  @Test
  void status_withAnAmount_isThatAmount() throws Exception {
    assertThat(statusAnswered(200, "{\"status\":\"paid\",\"reference\":\"r\",\"amountMinor\":7}"))
        .isEqualTo(new Paid("r", 7));
  }

  @Test
  void status_whereNobodyListens_isUnreachable() {
    try (RedirectProvider provider = provider(NOBODY, NOBODY, SECRET)) {
      assertThat(provider.status(order)).isInstanceOf(Unreachable.class);
    }
  }

  private PaymentStatus statusAnswered(int status, String body) throws Exception {
    HttpServer shop =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    shop.createContext(
        "/",
        call -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          call.sendResponseHeaders(status, bytes.length);
          call.getResponseBody().write(bytes);
          call.close();
        });
    shop.start();
    URI url = URI.create("http://127.0.0.1:" + shop.getAddress().getPort());
    try (RedirectProvider provider = provider(url, url, SECRET)) {
      return provider.status(order);
    } finally {
      shop.stop(0);
    }
  }
}
