package io.doorbuster.payment;

import io.doorbuster.http.Exchange;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.order.Order;
import io.doorbuster.order.OrderStatus;
import io.doorbuster.order.OrderStore;
import io.doorbuster.order.PayResult;
import io.doorbuster.payment.PaymentStatus.Failed;
import io.doorbuster.payment.PaymentStatus.Paid;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Sale;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The demo's payment page, {@code /pay/{order}}: pays, fails, or does nothing. A program that asks
 * for JSON gets the result; {@code outcome=paid-unheard} pays and tells nobody, as a provider does
 * whose callback is lost.
 */
public final class DemoPaymentPage {
  private static final int BODY_BYTES_MAX = 4_096;

  private final DemoProvider provider;
  private final OrderStore store;
  private final Catalog catalog;
  private final Payments payments;
  private final PayPage page;
  private final Predicate<Sale> isDemo;

  /**
   * @param isDemo which sales it serves; the orders of others are not found
   */
  public DemoPaymentPage(
      DemoProvider provider,
      OrderStore store,
      Catalog catalog,
      Payments payments,
      PayPage page,
      Predicate<Sale> isDemo) {
    this.provider = provider;
    this.store = store;
    this.catalog = catalog;
    this.payments = payments;
    this.page = page;
    this.isDemo = isDemo;
  }

  public void routes(Router router) {
    router.get("/pay/{order}", this::show).post("/pay/{order}", this::press);
  }

  private void show(Exchange exchange) {
    exchange.offload(
        () ->
            findOrder(exchange)
                .ifPresentOrElse(
                    order -> show(exchange, order),
                    () -> exchange.problem(Problem.notFound("order"))));
  }

  private void press(Exchange exchange) {
    exchange.body(
        BODY_BYTES_MAX,
        body -> {
          String outcome = body.map(DemoPaymentPage::outcome).orElse("");
          exchange.offload(
              () ->
                  findOrder(exchange)
                      .ifPresentOrElse(
                          order -> press(exchange, order, outcome),
                          () -> exchange.problem(Problem.notFound("order"))));
        });
  }

  private Optional<Order> findOrder(Exchange exchange) {
    return OrderId.parse(exchange.parameter("order"))
        .flatMap(store::find)
        .filter(order -> isDemo.test(catalog.get(order.sale()).sale()));
  }

  /** The form's one field; empty where it is not there. */
  private static String outcome(Buffer body) {
    for (String pair : body.toString(StandardCharsets.UTF_8).split("&", -1)) {
      if (pair.startsWith("outcome=")) {
        try {
          return URLDecoder.decode(pair.substring(8), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
          return "";
        }
      }
    }
    return "";
  }

  private void press(Exchange exchange, Order order, String outcome) {
    switch (outcome) {
      case "paid" -> {
        Paid paid = provider.pay(order);
        PayResult result = payments.pay(order.id(), paid.reference(), paid.amountMinor());
        answer(exchange, order, Payments.name(result), result == PayResult.REFUND_NEEDED);
      }
      case "paid-unheard" -> {
        provider.pay(order);
        answer(exchange, order, "nothing", false);
      }
      case "failed" -> {
        provider.fail(order);
        answer(exchange, order, "failed-recorded", true);
      }
      case "nothing" -> answer(exchange, order, "nothing", false);
      default ->
          exchange.problem(
              Problem.of(
                  "invalid", 400, "This is no press of a button.", "outcome is paid, failed ..."));
    }
  }

  private void answer(Exchange exchange, Order order, String result, boolean stay) {
    String accept = exchange.header("Accept");
    if (accept != null && accept.contains("application/json")) {
      Order now = store.find(order.id()).orElse(order);
      exchange.json(
          200,
          new JsonObject()
              .put("order", order.id().toString())
              .put("status", now.status().name())
              .put("result", result));
      return;
    }
    String next = stay ? "/pay/" + order.id() : "/s/" + order.sale() + "/";
    exchange.send(303, "text/plain", Buffer.buffer(), Map.of("Location", next));
  }

  private void show(Exchange exchange, Order order) {
    Sale sale = catalog.get(order.sale()).sale();
    String name = sale.findSku(order.sku()).map(sku -> sku.name()).orElse(order.sku());
    String amount =
        BigDecimal.valueOf(order.amountMinor(), sale.currency().getDefaultFractionDigits())
                .toPlainString()
            + " "
            + sale.currency().getCurrencyCode();
    PayPage.View view =
        new PayPage.View(
            order.id().toString(),
            order.quantity() + " \u00d7 " + name + ", " + sale.title(),
            amount,
            order.payBefore(),
            order.status() == OrderStatus.PLACED,
            message(order),
            "/pay/" + order.id(),
            "/s/" + order.sale() + "/");
    exchange.send(200, "text/html; charset=utf-8", Buffer.buffer(page.render(view)), Map.of());
  }

  private @Nullable String message(Order order) {
    PaymentStatus known = provider.status(order);
    return switch (order.status()) {
      case PLACED -> known instanceof Failed ? "The payment failed. Try again." : null;
      case PAID -> "This order is paid.";
      case CANCELLED, EXPIRED, REJECTED, LOST ->
          known instanceof Paid
              ? "This payment came too late; it is given back."
              : "This order is over.";
      case QUEUED -> null;
    };
  }
}
