package io.doorbuster.outbox;

import io.doorbuster.sale.SignedCall;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Posts each event to the shop as a signed CloudEvent; 2xx is taken, all else is not. */
public final class WebhookSink implements EventSink {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final URI url;
  private final byte[] secret;
  private final Duration timeout;
  private final InstantSource clock;

  /**
   * Calls nobody yet.
   *
   * @param secret of the signature, see {@link SignedCall}
   * @param timeout from the start of a call to the end of its answer
   */
  public WebhookSink(URI url, byte[] secret, Duration timeout, InstantSource clock) {
    this.url = url;
    this.secret = secret.clone();
    this.timeout = timeout;
    this.clock = clock;
  }

  @Override
  public Delivery deliver(StoredEvent event) {
    byte[] body = event.body().getBytes(StandardCharsets.UTF_8);
    long timestamp = clock.instant().getEpochSecond();
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/cloudevents+json")
            .header(SignedCall.TIMESTAMP, Long.toString(timestamp))
            .header(SignedCall.SIGNATURE, SignedCall.sign(secret, timestamp, body))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    // Waited for from outside: the request's own timeout ends with the headers of the answer.
    CompletableFuture<HttpResponse<Void>> call =
        client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    try {
      int status = call.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode();
      return status / 100 == 2 ? new Delivered() : new Failed("status " + status);
    } catch (TimeoutException e) {
      call.cancel(true);
      return new Failed("no answer within " + timeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      return unheard(e);
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      return new Failed("stopped while it was sent");
    }
  }

  /** Without a connection nobody saw the event; a cut one may be this event's own doing. */
  private static Delivery unheard(ExecutionException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
      return new Unreachable("no connection: " + cause);
    }
    return new Failed((cause instanceof IOException ? "cut off: " : "failed: ") + cause);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
