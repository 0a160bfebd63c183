package io.doorbuster.payment;

import io.doorbuster.order.Order;
import io.doorbuster.payment.PaymentStatus.Failed;
import io.doorbuster.payment.PaymentStatus.Paid;
import io.doorbuster.payment.PaymentStatus.Pending;
import io.doorbuster.payment.PaymentStatus.Unreachable;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Hmac;
import io.doorbuster.sale.SignedCall;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** A payment page of the shop: buyers are sent there by a signed link, its status is asked for. */
public final class RedirectProvider implements PaymentProvider, AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** From the start of a status query to the end of its answer. */
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private static final long ANSWER_BYTES_MAX = 16_384;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final URI url;
  private final URI statusUrl;
  private final byte[] secret;
  private final Catalog catalog;
  private final Function<Order, String> returnUrl;
  private final InstantSource clock;

  /**
   * @param url of the payment page
   * @param statusUrl answers a signed GET with {@code {status, reference}}
   * @param secret of links and of status queries
   * @param returnUrl where the buyer goes afterwards, absolute
   */
  public RedirectProvider(
      URI url,
      URI statusUrl,
      byte[] secret,
      Catalog catalog,
      Function<Order, String> returnUrl,
      InstantSource clock) {
    this.url = url;
    this.statusUrl = statusUrl;
    this.secret = secret.clone();
    this.catalog = catalog;
    this.returnUrl = returnUrl;
    this.clock = clock;
  }

  /** The signature covers the whole query, one that the page's address had before among it. */
  @Override
  public String start(Order order) {
    String own = url.getRawQuery() == null ? "" : url.getRawQuery() + "&";
    String query =
        own
            + "order=%s&sale=%s&amountMinor=%d&currency=%s&payBefore=%d&returnUrl=%s&ts=%d"
                .formatted(
                    order.id(),
                    encode(order.sale()),
                    order.amountMinor(),
                    catalog.get(order.sale()).sale().currency().getCurrencyCode(),
                    order.payBefore().getEpochSecond(),
                    encode(returnUrl.apply(order)),
                    clock.instant().getEpochSecond());
    return withQuery(url, query + "&sig=" + HexFormat.of().formatHex(Hmac.sha256(secret, query)));
  }

  private static String withQuery(URI address, String query) {
    String text = address.toString();
    int end = text.indexOf('#') < 0 ? text.length() : text.indexOf('#');
    int mark = text.indexOf('?');
    return text.substring(0, mark < 0 || mark > end ? end : mark) + "?" + query;
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  @Override
  public PaymentStatus status(Order order) {
    String own = statusUrl.getRawQuery() == null ? "" : statusUrl.getRawQuery() + "&";
    URI address = URI.create(withQuery(statusUrl, own + "order=" + order.id()));
    String path = address.getRawPath().isEmpty() ? "/" : address.getRawPath();
    byte[] said = (path + "?" + address.getRawQuery()).getBytes(StandardCharsets.UTF_8);
    long timestamp = clock.instant().getEpochSecond();
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("Accept", "application/json")
            .header(SignedCall.TIMESTAMP, Long.toString(timestamp))
            .header(SignedCall.SIGNATURE, SignedCall.sign(secret, timestamp, said))
            .build();
    // Waited for from outside: the request's own timeout ends with the headers of the answer.
    CompletableFuture<HttpResponse<byte[]>> call =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
    try {
      HttpResponse<byte[]> answer = call.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return answer.statusCode() == 200
          ? read(answer.body(), order)
          : new Unreachable("status " + answer.statusCode());
    } catch (TimeoutException e) {
      call.cancel(true);
      return new Unreachable("no answer within " + TIMEOUT.toMillis() + " ms");
    } catch (ExecutionException e) {
      return new Unreachable(String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      return new Unreachable("stopped while it was asked");
    }
  }

  /** An answer without the payment's reference is none: its callback could not be told from it. */
  private static PaymentStatus read(byte[] body, Order order) {
    try {
      if (!(Json.decodeValue(Buffer.buffer(body)) instanceof JsonObject json)) {
        return new Unreachable("the answer is no JSON object");
      }
      String status = String.valueOf(json.getValue("status"));
      if (status.equals("paid")
          && json.getValue("reference") instanceof String reference
          && !reference.isEmpty()) {
        boolean named = json.getValue("amountMinor") instanceof Number;
        return new Paid(reference, named ? json.getLong("amountMinor") : order.amountMinor());
      }
      return switch (status) {
        case "failed" -> new Failed();
        case "pending" -> new Pending();
        default -> new Unreachable("the answer has no status that we know, or no reference");
      };
    } catch (DecodeException e) {
      return new Unreachable("the answer is no JSON");
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
