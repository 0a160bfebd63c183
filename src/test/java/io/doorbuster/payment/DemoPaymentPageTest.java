package io.doorbuster.payment;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.http.Router;
import io.doorbuster.order.OrderStatus;
import io.doorbuster.payment.PaymentStatus.Paid;
import io.doorbuster.payment.PaymentStatus.Pending;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Sale;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoPaymentPageTest {
  @TempDir Path folder;
  private final DemoProvider provider = new DemoProvider("");
  private PaymentFixture books;
  private HttpFixture http;
  private OrderId order;

  @BeforeEach
  void open() {
    books = new PaymentFixture(folder);
    Router router = new Router();
    new DemoPaymentPage(
            provider, books.store(), books.catalog(), books.payments(), PayPage::plain, Sale::test)
        .routes(router);
    http = new HttpFixture(router);
    order = books.place("rehearsal", "ann");
  }

  @AfterEach
  void close() {
    http.close();
    books.close();
  }

  private HttpResponse<String> show(Object id) throws Exception {
    return http.send(http.to("/pay/" + id).GET());
  }

  private HttpResponse<String> press(Object id, String form, String accept) throws Exception {
    return http.send(
        http.to("/pay/" + id)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", accept)
            .POST(BodyPublishers.ofString(form)));
  }

  private String result(String outcome) throws Exception {
    HttpResponse<String> answer = press(order, "outcome=" + outcome, "application/json");
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonObject json = new JsonObject(answer.body());
    assertThat(json.getString("status")).isEqualTo(books.status(order).name());
    return json.getString("result");
  }

  @Test
  void page_ofAPlacedOrder_showsTheAmountAndAForm() throws Exception {
    assertThat(provider.start(books.order(order))).isEqualTo("/pay/" + order);
    HttpResponse<String> page = show(order);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(page.body())
        .contains("49.00 EUR", "A &lt;tee&gt;, Tees &amp; more", "action=\"/pay/" + order);
  }

  @Test
  void press_paid_paysOnceAndLeadsBackToTheSale() throws Exception {
    HttpResponse<String> answer = press(order, "outcome=paid", "text/html");
    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(answer.headers().firstValue("Location")).contains("/s/rehearsal/");
    assertThat(books.status(order)).isEqualTo(OrderStatus.PAID);
    assertThat(result("paid")).isEqualTo("already-paid");
    assertThat(books.events("payment.refund-needed")).isZero();
    assertThat(show(order).body()).contains("This order is paid.").doesNotContain("<form");
  }

  @Test
  void press_failed_saysSoAndLeavesTheOrderToBeTriedAgain() throws Exception {
    HttpResponse<String> answer = press(order, "outcome=failed", "text/html");
    assertThat(answer.headers().firstValue("Location")).contains("/pay/" + order);
    assertThat(show(order).body()).contains("The payment failed. Try again.").contains("<form");
    assertThat(result("failed")).isEqualTo("failed-recorded");
    assertThat(result("paid")).isEqualTo("paid");
    assertThat(result("failed")).isEqualTo("failed-recorded");
    assertThat(provider.status(books.order(order))).isInstanceOf(Paid.class);
  }

  @Test
  void press_nothing_leavesEverything() throws Exception {
    assertThat(result("nothing")).isEqualTo("nothing");
    assertThat(provider.status(books.order(order))).isEqualTo(new Pending());
    assertThat(books.status(order)).isEqualTo(OrderStatus.PLACED);
  }

  @Test
  void press_paidUnheard_isKnownToTheProviderAlone() throws Exception {
    assertThat(result("paid-unheard")).isEqualTo("nothing");
    assertThat(books.status(order)).isEqualTo(OrderStatus.PLACED);
    assertThat(provider.status(books.order(order)))
        .isEqualTo(new Paid("demo-" + order, PaymentFixture.PRICE));
  }

  @Test
  void press_afterTheExpiry_asksForARefund() throws Exception {
    books.pass(PaymentFixture.PAY_WITHIN.plusSeconds(1));
    books.payments().expire(order, "not-paid");
    assertThat(result("paid")).isEqualTo("refund-needed");
    assertThat(result("paid")).isEqualTo("refund-needed");
    assertThat(books.events("payment.refund-needed")).isEqualTo(1);
    assertThat(show(order).body()).contains("too late").doesNotContain("<form");
  }

  @Test
  void orders_ofRealSales_areNotFound() throws Exception {
    OrderId real = books.place("ben");
    assertThat(show(real).statusCode()).isEqualTo(404);
    assertThat(press(real, "outcome=paid", "text/html").statusCode()).isEqualTo(404);
    assertThat(books.status(real)).isEqualTo(OrderStatus.PLACED);
  }

  @Test
  void strangeRequests_areProblems() throws Exception {
    assertThat(show("01KB3V7N2QG8XW4R9T6Z0M5HYE").statusCode()).isEqualTo(404);
    assertThat(show("x").statusCode()).isEqualTo(404);
    assertThat(show("x%00").statusCode()).isEqualTo(404);
    for (String form :
        new String[] {"", "outcome=", "outcome=%zz", "outcome=gold", "a".repeat(9_000)}) {
      assertThat(press(order, form, "text/html").statusCode()).as(form).isEqualTo(400);
    }
    assertThat(books.status(order)).isEqualTo(OrderStatus.PLACED);
  }
}
