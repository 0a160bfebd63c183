package shop;

import com.sun.net.httpserver.HttpExchange;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes payments for orders: a page, a status that can be asked for, a callback that is repeated
 * until it was heard.
 *
 * <p>A payment is written down before Doorbuster is told of it, and told of until it answers 2xx,
 * after a restart too. Doorbuster takes repeats without harm.
 */
public final class Payments implements AutoCloseable {
  private static final Duration RETRY_FIRST = Duration.ofMillis(250);
  private static final Duration RETRY_MAX = Duration.ofSeconds(30);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final ShopDatabase database;
  private final byte[] secret;
  private final URI callback;
  private final InstantSource clock;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final Thread teller = Thread.ofVirtual().name("payments").unstarted(this::tellAll);
  private volatile boolean closed;

  Payments(ShopDatabase database, byte[] secret, URI doorbuster, InstantSource clock) {
    this.database = database;
    this.secret = secret;
    this.callback = URI.create(doorbuster + "/api/payments/callback");
    this.clock = clock;
    teller.start();
  }

  /** {@code GET /pay?order=...&sig=...}: what it costs, and two buttons. */
  void page(HttpExchange call) throws IOException {
    Optional<Map<String, String>> link = verifiedLink(call);
    if (link.isEmpty()) {
      return;
    }
    String amount = amount(link.get());
    String action = Web.escape("/pay?" + call.getRequestURI().getRawQuery());
    Web.page(
        call,
        200,
        "Pay " + amount,
        """
        <p>Order %s</p><form method="post" action="%s">
        <button name="result" value="paid">Pay %s</button>
        <button name="result" value="failed">Let the payment fail</button></form>
        """
            .formatted(Web.escape(link.get().get("order")), action, Web.escape(amount)));
  }

  /** {@code POST /pay?...}: the same signed link, and the button that was pressed. */
  void press(HttpExchange call, byte[] body) throws IOException {
    Optional<Map<String, String>> link = verifiedLink(call);
    if (link.isEmpty()) {
      return;
    }
    Map<String, String> form = Web.parameters(new String(body, StandardCharsets.UTF_8));
    pay(
        link.get().get("order"),
        Long.parseLong(link.get().get("amountMinor")),
        link.get().get("currency"),
        "paid".equals(form.get("result")));
    Web.redirect(call, link.get().get("returnUrl"));
  }

  /** Writes the payment down and tells Doorbuster; an order that is paid is not charged again. */
  public void pay(String order, long amountMinor, String currency, boolean paid) {
    String reference = "pay-" + UUID.randomUUID();
    String status = paid ? "paid" : "failed";
    int isNew =
        database.update(
            "insert or ignore into payment values (?, ?, ?, ?, ?, 0)",
            reference,
            order,
            amountMinor,
            currency,
            status);
    if (isNew == 1) {
      tell(new Payment(reference, order, amountMinor, currency, status));
    }
  }

  /** {@code GET /pay/status?order=...}: Doorbuster asks before it lets an order expire. */
  void status(HttpExchange call) throws IOException {
    String order = Web.parameters(call.getRequestURI().getRawQuery()).getOrDefault("order", "");
    JsonObject answer =
        database
            .find(
                """
                select status, reference from payment where order_id = ?
                order by status = 'paid' desc, rowid desc""",
                row ->
                    new JsonObject()
                        .put("status", row.getString(1))
                        .put("reference", row.getString(2)),
                order)
            .orElse(new JsonObject().put("status", "pending"));
    Web.json(call, 200, answer);
  }

  /** How many payments Doorbuster has not yet answered for. */
  public long untold() {
    return database.number("select count(*) from payment where told = 0");
  }

  private record Payment(
      String reference, String order, long amountMinor, String currency, String status) {}

  private Optional<Map<String, String>> verifiedLink(HttpExchange call) throws IOException {
    String query = Optional.ofNullable(call.getRequestURI().getRawQuery()).orElse("");
    if (!Signatures.verifyQuery(secret, query)) {
      Web.page(call, 401, "Payment", "<p>This payment link has been changed.");
      return Optional.empty();
    }
    Map<String, String> link = Web.parameters(query);
    if (clock.instant().getEpochSecond() >= Long.parseLong(link.get("payBefore"))) {
      Web.page(call, 410, "Payment", "<p>The time to pay is over. Nothing was charged.");
      return Optional.empty();
    }
    return Optional.of(link);
  }

  private static String amount(Map<String, String> link) {
    int digits = Currency.getInstance(link.get("currency")).getDefaultFractionDigits();
    return BigDecimal.valueOf(Long.parseLong(link.get("amountMinor")), digits).toPlainString()
        + " "
        + link.get("currency");
  }

  private void tellAll() {
    Duration wait = RETRY_FIRST;
    while (!closed) {
      try {
        Thread.sleep(wait);
        long unheard = untoldPayments().stream().filter(payment -> !tell(payment)).count();
        Duration longer = wait.multipliedBy(2);
        wait = unheard == 0 ? RETRY_FIRST : longer.compareTo(RETRY_MAX) < 0 ? longer : RETRY_MAX;
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private List<Payment> untoldPayments() {
    return database.list(
        """
        select reference, order_id, amount_minor, currency, status from payment where told = 0
        order by rowid limit 100""",
        row ->
            new Payment(
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                row.getString(4),
                row.getString(5)));
  }

  /** One try; each is signed anew, for a signature lives five minutes. */
  private boolean tell(Payment payment) {
    byte[] body =
        new JsonObject()
            .put("order", payment.order())
            .put("status", payment.status())
            .put("reference", payment.reference())
            .put("amountMinor", payment.amountMinor())
            .put("currency", payment.currency())
            .encode()
            .getBytes(StandardCharsets.UTF_8);
    long now = clock.instant().getEpochSecond();
    HttpRequest request =
        HttpRequest.newBuilder(callback)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header(Signatures.TIMESTAMP, Long.toString(now))
            .header(Signatures.SIGNATURE, Signatures.sign(secret, now, body))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status / 100 != 2) {
        return false;
      }
      database.update("update payment set told = 1 where reference = ?", payment.reference());
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    closed = true;
    teller.interrupt();
    try {
      teller.join(TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    http.close();
  }
}
