package io.doorbuster.payment;

import io.doorbuster.http.Exchange;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.order.Order;
import io.doorbuster.order.OrderStore;
import io.doorbuster.order.PayResult;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.SignedCall;
import io.doorbuster.sale.StoreUnavailable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Takes the shop's word that an order was paid, or that a try failed: {@code POST
 * /api/payments/callback}, signed. The shop repeats it until it hears 2xx, so a repeat is answered
 * as the first was meant and changes nothing.
 */
public final class PaymentCallback {
  static final int BODY_BYTES_MAX = 4_096;
  private static final int REFERENCE_CHARS_MAX = 200;

  /** Callbacks that wait for the store at a time; the shop repeats those above. */
  private static final int WAITING_MAX = 64;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private record Call(
      OrderId order, boolean paid, String reference, long amountMinor, String currency) {}

  /** What the caller did wrong. */
  private static final class Invalid extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Invalid(String message) {
      super(message);
    }
  }

  private final byte[] secret;
  private final OrderStore store;
  private final Catalog catalog;
  private final Payments payments;
  private final InstantSource clock;
  private final Semaphore places = new Semaphore(WAITING_MAX);

  /**
   * @param secret of the signature, see {@link SignedCall}
   */
  public PaymentCallback(
      byte[] secret, OrderStore store, Catalog catalog, Payments payments, InstantSource clock) {
    this.secret = secret.clone();
    this.store = store;
    this.catalog = catalog;
    this.payments = payments;
    this.clock = clock;
  }

  public void routes(Router router) {
    router.post("/api/payments/callback", this::receive);
  }

  private void receive(Exchange exchange) {
    exchange.body(
        BODY_BYTES_MAX,
        body -> {
          if (body.isEmpty()) {
            exchange.problem(
                invalid("The body is larger than " + BODY_BYTES_MAX + " bytes, or cut off."));
          } else if (!isGenuine(exchange, body.get())) {
            exchange.problem(
                Problem.of(
                    "unauthenticated", 401, "This is not signed by the shop, or too long ago."));
          } else {
            take(exchange, body.get());
          }
        });
  }

  private boolean isGenuine(Exchange exchange, Buffer body) {
    return SignedCall.verify(
        secret,
        exchange.header(SignedCall.TIMESTAMP),
        exchange.header(SignedCall.SIGNATURE),
        body.getBytes(),
        clock.instant());
  }

  private void take(Exchange exchange, Buffer body) {
    Call call;
    try {
      call = parse(body);
    } catch (Invalid e) {
      exchange.problem(invalid(String.valueOf(e.getMessage())));
      return;
    }
    if (!places.tryAcquire()) {
      exchange.problem(overloaded());
      return;
    }
    exchange.offload(
        () -> {
          try {
            note(exchange, call);
          } catch (StoreUnavailable e) {
            exchange.problem(overloaded());
          } finally {
            places.release();
          }
        });
  }

  private void note(Exchange exchange, Call call) {
    Optional<Order> order = store.find(call.order);
    if (order.isEmpty()) {
      exchange.problem(Problem.notFound("order"));
      return;
    }
    String currency = catalog.get(order.get().sale()).sale().currency().getCurrencyCode();
    if (!currency.equals(call.currency)) {
      exchange.problem(invalid("The order's currency is " + currency + "."));
      return;
    }
    String result = "failed-recorded";
    if (call.paid) {
      PayResult paid = payments.pay(call.order, call.reference, call.amountMinor);
      result = Payments.name(paid);
    }
    Order now = store.find(call.order).orElse(order.get());
    exchange.json(
        200,
        new JsonObject()
            .put("order", call.order.toString())
            .put("status", now.status().name())
            .put("result", result));
  }

  private static Call parse(Buffer body) {
    JsonObject json;
    try {
      if (!(Json.decodeValue(body) instanceof JsonObject object)) {
        throw new Invalid("The body is no JSON object.");
      }
      json = object;
    } catch (DecodeException e) {
      throw new Invalid("The body is not JSON.");
    }
    OrderId order =
        OrderId.parse(text(json, "order", REFERENCE_CHARS_MAX))
            .orElseThrow(() -> new Invalid("order is no order's id."));
    String status = text(json, "status", REFERENCE_CHARS_MAX);
    if (!status.equals("paid") && !status.equals("failed")) {
      throw new Invalid("status is paid or failed.");
    }
    boolean paid = status.equals("paid");
    boolean noReference = !paid && json.getValue("reference") == null;
    String reference = noReference ? "" : text(json, "reference", REFERENCE_CHARS_MAX);
    return new Call(order, paid, reference, amount(json), text(json, "currency", 3));
  }

  private static String text(JsonObject json, String key, int charsMax) {
    if (json.getValue(key) instanceof String value
        && !value.isEmpty()
        && value.length() <= charsMax
        && value.chars().noneMatch(Character::isISOControl)) {
      return value;
    }
    throw new Invalid(key + " is a text of 1 to " + charsMax + " characters.");
  }

  private static long amount(JsonObject json) {
    Object value = json.getValue("amountMinor");
    if ((value instanceof Integer || value instanceof Long) && ((Number) value).longValue() >= 0) {
      return ((Number) value).longValue();
    }
    throw new Invalid("amountMinor is a whole number from 0, in the currency's minor unit.");
  }

  private static Problem invalid(String detail) {
    return Problem.of("invalid", 400, "This is no payment's callback.", detail);
  }

  private static Problem overloaded() {
    return Problem.of("overloaded", 503, "The store is away; send it again.")
        .withRetryAfter(RETRY_AFTER);
  }
}
