package io.doorbuster.sale;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/** The regular stock behind the shop's own HTTP endpoint: signed calls, idempotent by key. */
public final class HttpStock implements RegularStock {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** Refusals that pass: too slow, too early, too many. */
  private static final Set<Integer> PASSING = Set.of(408, 425, 429);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final String url;
  private final byte[] secret;
  private final InstantSource clock;

  /**
   * @param url to which {@code /take} and {@code /give} are added
   * @param secret of the signature, see {@link SignedCall}
   */
  public HttpStock(URI url, byte[] secret, InstantSource clock) {
    this.url = url.toString().replaceFirst("/+$", "");
    this.secret = secret.clone();
    this.clock = clock;
  }

  @Override
  public boolean take(String key, String sale, String sku, int quantity) {
    return call("take", key, sale, sku, quantity) != 409;
  }

  @Override
  public void give(String key, String sale, String sku, int quantity) {
    if (call("give", key, sale, sku, quantity) == 409) {
      throw new Refused("the shop's stock answered 409 to give of " + sku);
    }
  }

  private int call(String verb, String key, String sale, String sku, int quantity) {
    JsonObject json =
        new JsonObject()
            .put("key", key)
            .put("sale", sale)
            .put("sku", sku)
            .put("quantity", quantity);
    byte[] body = json.encode().getBytes(StandardCharsets.UTF_8);
    long timestamp = clock.instant().getEpochSecond();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/" + verb))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header(SignedCall.TIMESTAMP, Long.toString(timestamp))
            .header(SignedCall.SIGNATURE, SignedCall.sign(secret, timestamp, body))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status == 200 || status == 409) {
        return status;
      }
      String answer = "the shop's stock answered " + status + " to " + verb + " of " + sku;
      if (status >= 400 && status < 500 && !PASSING.contains(status)) {
        throw new Refused(answer);
      }
      throw new StoreUnavailable(answer, new IOException("status " + status));
    } catch (IOException e) {
      throw new StoreUnavailable("the shop's stock does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailable("stopped while the shop's stock was asked", e);
    }
  }
}
