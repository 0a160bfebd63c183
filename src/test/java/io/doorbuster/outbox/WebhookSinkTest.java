package io.doorbuster.outbox;

import static io.doorbuster.outbox.OutboxFixture.event;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.doorbuster.outbox.EventSink.Delivered;
import io.doorbuster.outbox.EventSink.Delivery;
import io.doorbuster.outbox.EventSink.Failed;
import io.doorbuster.outbox.EventSink.Unreachable;
import io.doorbuster.sale.SignedCall;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WebhookSinkTest {
  private static final byte[] SECRET = "a-secret-of-events".getBytes(StandardCharsets.UTF_8);
  private static final Instant NOW = Instant.parse("2027-05-03T08:00:00Z");

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer shop;
  private WebhookSink sink;

  @BeforeEach
  void open() throws IOException {
    shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    shop.setExecutor(workers);
    shop.start();
    URI url = URI.create("http://127.0.0.1:" + shop.getAddress().getPort() + "/events");
    sink = new WebhookSink(url, SECRET, Duration.ofMillis(800), () -> NOW);
  }

  @AfterEach
  void close() {
    sink.close();
    shop.stop(0);
    workers.shutdownNow();
  }

  private void shopAnswers(HttpHandler handler) {
    shop.createContext("/events", handler);
  }

  private Delivery deliver() {
    Event event = event("a", "order.placed");
    return sink.deliver(
        new StoredEvent(
            1,
            event.id(),
            event.sale(),
            event.key(),
            event.type(),
            event.toCloudEvent().encode(),
            NOW,
            0));
  }

  private void takeIfGenuine(HttpExchange call) throws IOException {
    byte[] body = call.getRequestBody().readAllBytes();
    boolean genuine =
        SignedCall.verify(
            SECRET,
            call.getRequestHeaders().getFirst(SignedCall.TIMESTAMP),
            call.getRequestHeaders().getFirst(SignedCall.SIGNATURE),
            body,
            NOW);
    heard.add(call.getRequestHeaders().getFirst("Content-Type"));
    heard.add(new String(body, StandardCharsets.UTF_8));
    call.sendResponseHeaders(genuine ? 204 : 401, -1);
    call.close();
  }

  @Test
  void deliver_toAShopThatTakesIt_isSignedAndDelivered() {
    shopAnswers(this::takeIfGenuine);
    assertThat(deliver()).isEqualTo(new Delivered());
    assertThat(heard)
        .containsExactly(
            "application/cloudevents+json", event("a", "order.placed").toCloudEvent().encode());
  }

  @Test
  void deliver_toAShopThatRefuses_failsWithItsStatus() {
    shopAnswers(
        call -> {
          call.sendResponseHeaders(503, -1);
          call.close();
        });
    assertThat(deliver()).isEqualTo(new Failed("status 503"));
  }

  @Test
  void deliver_redirected_isNotTakenForDelivered() {
    shopAnswers(
        call -> {
          call.getResponseHeaders().set("Location", "/elsewhere");
          call.sendResponseHeaders(307, -1);
          call.close();
        });
    assertThat(deliver()).isEqualTo(new Failed("status 307"));
  }

  @Test
  void deliver_toAShopThatNeverAnswers_failsInTime() {
    shopAnswers(call -> sleep(5_000));
    assertThat(deliver()).isEqualTo(new Failed("no answer within 800 ms"));
  }

  @Test
  void deliver_toAShopWhoseAnswerNeverEnds_failsInTime() {
    shopAnswers(
        call -> {
          call.sendResponseHeaders(200, 0);
          try (OutputStream out = call.getResponseBody()) {
            for (int i = 0; i < 100; i++) {
              out.write(new byte[100]);
              out.flush();
              sleep(50);
            }
          }
        });
    assertThat(deliver()).isEqualTo(new Failed("no answer within 800 ms"));
  }

  @Test
  void deliver_cutOff_fails() {
    shopAnswers(HttpExchange::close);
    assertThat(deliver()).isInstanceOf(Failed.class);
  }

  @Test
  void deliver_whereNobodyListens_isUnreachable() {
    shop.stop(0);
    assertThat(deliver()).isInstanceOf(Unreachable.class);
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
