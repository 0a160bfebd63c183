package io.doorbuster.payment;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.http.Router;
import io.doorbuster.order.OrderStatus;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.SignedCall;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("store")
final class PaymentCallbackTest {
  private static final byte[] SECRET = "a-payment-secret".getBytes(StandardCharsets.UTF_8);
  private static final String PATH = "/api/payments/callback";

  @TempDir Path folder;
  private PaymentFixture books;
  private HttpFixture http;
  private OrderId order;

  @BeforeEach
  void open() {
    books = new PaymentFixture(folder);
    Router router = new Router();
    new PaymentCallback(SECRET, books.store(), books.catalog(), books.payments(), books)
        .routes(router);
    http = new HttpFixture(router);
    order = books.place("ann");
  }

  @AfterEach
  void close() {
    http.close();
    books.close();
  }

  private JsonObject paid(String reference) {
    return new JsonObject()
        .put("order", order.toString())
        .put("status", "paid")
        .put("reference", reference)
        .put("amountMinor", PaymentFixture.PRICE)
        .put("currency", "EUR");
  }

  private HttpResponse<String> call(JsonObject body) throws Exception {
    return call(body.encode(), 0);
  }

  private HttpResponse<String> call(String body, long secondsOff) throws Exception {
    long timestamp = books.instant().getEpochSecond() + secondsOff;
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return call(body, Long.toString(timestamp), SignedCall.sign(SECRET, timestamp, bytes));
  }

  private HttpResponse<String> call(String body, String timestamp, String signature)
      throws Exception {
    return http.send(
        http.to(PATH)
            .header(SignedCall.TIMESTAMP, timestamp)
            .header(SignedCall.SIGNATURE, signature)
            .POST(BodyPublishers.ofString(body)));
  }

  private void assertAnswer(HttpResponse<String> answer, String status, String result) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(new JsonObject(answer.body()))
        .isEqualTo(
            new JsonObject()
                .put("order", order.toString())
                .put("status", status)
                .put("result", result));
  }

  private void assertProblem(HttpResponse<String> answer, int status, String id) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(new JsonObject(answer.body()).getString("type")).isEqualTo("/problems/" + id);
    assertThat(books.status(order)).isEqualTo(OrderStatus.PLACED);
  }

  @Test
  void callback_paid_paysTheOrderOnceHoweverOftenItComes() throws Exception {
    assertAnswer(call(paid("r1")), "PAID", "paid");
    assertAnswer(call(paid("r1")), "PAID", "already-paid");
    assertAnswer(call(paid("r1")), "PAID", "already-paid");
    assertThat(books.order(order).reference()).isEqualTo("r1");
    assertThat(books.events("order.paid")).isEqualTo(1);
    assertThat(books.changed()).containsExactly(order);
    assertThat(books.count("late_payment")).isZero();
  }

  @Test
  void callback_paidTwiceByTwoReferences_asksForOneRefund() throws Exception {
    call(paid("r1"));
    assertAnswer(call(paid("r2")), "PAID", "refund-needed");
    assertAnswer(call(paid("r2")), "PAID", "refund-needed");
    assertThat(books.events("payment.refund-needed")).isEqualTo(1);
    assertThat(books.count("late_payment WHERE reference = 'r2'")).isEqualTo(1);
  }

  @Test
  void callback_forAnExpiredOrder_asksForOneRefundAndSellsNothing() throws Exception {
    books.pass(PaymentFixture.PAY_WITHIN.plusSeconds(1));
    books.payments().expire(order, "not-paid");
    assertAnswer(call(paid("r1")), "EXPIRED", "refund-needed");
    assertAnswer(call(paid("r1")), "EXPIRED", "refund-needed");
    assertThat(books.events("payment.refund-needed")).isEqualTo(1);
    assertThat(books.sold()).isZero();
  }

  @Test
  void callback_ofAnotherAmount_asksForARefundAndPaysNothing() throws Exception {
    assertAnswer(call(paid("r1").put("amountMinor", 1)), "PLACED", "refund-needed");
    assertThat(books.events("payment.refund-needed")).isEqualTo(1);
    assertAnswer(call(paid("r2")), "PAID", "paid");
  }

  @Test
  void callback_failed_leavesTheOrderToBeTriedAgain() throws Exception {
    assertAnswer(call(paid("r1").put("status", "failed")), "PLACED", "failed-recorded");
    JsonObject bare = paid("r1").put("status", "failed");
    bare.remove("reference");
    assertAnswer(call(bare), "PLACED", "failed-recorded");
    assertAnswer(call(paid("r2")), "PAID", "paid");
    assertAnswer(call(paid("r1").put("status", "failed")), "PAID", "failed-recorded");
  }

  @Test
  void callback_ofAnUnknownOrder_isNotFound() throws Exception {
    String stranger = "01KB3V7N2QG8XW4R9T6Z0M5HYE";
    assertProblem(call(paid("r1").put("order", stranger)), 404, "not-found");
  }

  @Test
  void callback_withinTheTolerance_isTaken() throws Exception {
    assertThat(call(paid("r1").put("status", "failed").encode(), -299).statusCode()).isEqualTo(200);
    assertThat(call(paid("r1").put("status", "failed").encode(), 299).statusCode()).isEqualTo(200);
  }

  @Test
  void callback_tooOldOrOfATimeToCome_isRefused() throws Exception {
    assertProblem(call(paid("r1").encode(), -301), 401, "unauthenticated");
    assertProblem(call(paid("r1").encode(), 301), 401, "unauthenticated");
  }

  @Test
  void callback_recordedAndPlayedAgainLater_isRefused() throws Exception {
    String body = paid("r1").put("status", "failed").encode();
    long then = books.instant().getEpochSecond();
    String signature = SignedCall.sign(SECRET, then, body.getBytes(StandardCharsets.UTF_8));
    assertThat(call(body, Long.toString(then), signature).statusCode()).isEqualTo(200);
    books.pass(Duration.ofSeconds(301));
    assertProblem(call(body, Long.toString(then), signature), 401, "unauthenticated");
    long now = books.instant().getEpochSecond();
    assertProblem(call(body, Long.toString(now), signature), 401, "unauthenticated");
  }

  @Test
  void callback_withAWrongSignature_isRefused() throws Exception {
    String body = paid("r1").encode();
    long now = books.instant().getEpochSecond();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String right = SignedCall.sign(SECRET, now, bytes);
    String stranger = SignedCall.sign(new byte[] {1}, now, bytes);
    String changed = body.replace("4900", "4901");
    String time = Long.toString(now);
    assertProblem(call(body, time, stranger), 401, "unauthenticated");
    assertProblem(call(changed, time, right), 401, "unauthenticated");
    assertProblem(call(body, time, right.substring(3)), 401, "unauthenticated");
    assertProblem(
        call(body, time, right.toUpperCase(java.util.Locale.ROOT)), 401, "unauthenticated");
    assertProblem(call(body, "soon", right), 401, "unauthenticated");
    assertProblem(call(body, "-" + time, right), 401, "unauthenticated");
    assertProblem(
        http.send(http.to(PATH).POST(BodyPublishers.ofString(body))), 401, "unauthenticated");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "7",
        "{",
        "{\"order\":",
        "{}",
        "\u0000",
        "order=1&status=paid",
        "{\"order\":17}",
        "{\"order\":\"../../x\"}",
        "{\"order\":\"ORDER\",\"status\":\"refunded\",\"reference\":\"r\",\"amountMinor\":1}",
        "{\"order\":\"ORDER\",\"status\":\"paid\",\"amountMinor\":4900,\"currency\":\"EUR\"}",
        "{\"order\":\"ORDER\",\"status\":\"paid\",\"reference\":\"\",\"amountMinor\":4900,"
            + "\"currency\":\"EUR\"}",
        "{\"order\":\"ORDER\",\"status\":\"paid\",\"reference\":\"a\\u0000b\",\"amountMinor\":4900,"
            + "\"currency\":\"EUR\"}",
        "{\"order\":\"ORDER\",\"status\":\"paid\",\"reference\":\"r\",\"amountMinor\":\"4900\","
            + "\"currency\":\"EUR\"}",
        "{\"order\":\"ORDER\",\"status\":\"paid\",\"reference\":\"r\",\"amountMinor\":-1,"
            + "\"currency\":\"EUR\"}",
        "{\"order\":\"ORDER\",\"status\":\"paid\",\"reference\":\"r\",\"amountMinor\":49.5,"
            + "\"currency\":\"EUR\"}",
        "{\"order\":\"ORDER\",\"status\":\"paid\",\"reference\":\"r\","
            + "\"amountMinor\":99999999999999999999,\"currency\":\"EUR\"}",
        "{\"order\":\"ORDER\",\"status\":\"paid\",\"reference\":\"r\",\"amountMinor\":4900}",
        "{\"order\":\"ORDER\",\"status\":\"paid\",\"reference\":\"r\",\"amountMinor\":4900,"
            + "\"currency\":\"USD\"}",
        "{\"order\":\"ORDER\",\"status\":[\"paid\"],\"reference\":{},\"amountMinor\":4900}",
      })
  void callback_signedButGarbage_isInvalid(String body) throws Exception {
    assertProblem(call(body.replace("ORDER", order.toString()), 0), 400, "invalid");
  }

  @Test
  void callback_deeplyNestedOrTooLarge_isInvalid() throws Exception {
    assertProblem(call("[".repeat(2_000), 0), 400, "invalid");
    assertProblem(call("{\"a\":".repeat(800), 0), 400, "invalid");
    assertProblem(call(paid("r".repeat(5_000))), 400, "invalid");
    assertProblem(call(paid("r".repeat(201))), 400, "invalid");
  }

  @Test
  void callback_whileTheStoreIsAway_isOverloadedAndTakenAfterwards() throws Exception {
    try (AutoCloseable outage = books.outage()) {
      assertThat(outage).isNotNull();
      HttpResponse<String> answer = call(paid("r1"));
      assertProblem(answer, 503, "overloaded");
      assertThat(answer.headers().firstValue("Retry-After")).contains("2");
    }
    assertAnswer(call(paid("r1")), "PAID", "paid");
  }
}
