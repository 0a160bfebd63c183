package io.doorbuster.outbox;

import static io.doorbuster.outbox.KafkaSinkIT.stored;
import static io.doorbuster.outbox.OutboxFixture.append;
import static io.doorbuster.outbox.OutboxFixture.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.outbox.EventSink.Delivered;
import io.doorbuster.outbox.EventSink.Failed;
import io.doorbuster.outbox.EventSink.Unreachable;
import io.doorbuster.outbox.SinkFixture.Message;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events to a real RabbitMQ, which dies, hangs and refuses. */
@Tag("rabbitmq")
final class RabbitSinkIT {
  @TempDir static Path home;
  @TempDir Path folder;
  private static RabbitServer rabbit;
  private static Certificates certificates;
  private final String exchange = "orders-" + UUID.randomUUID();
  private SinkFixture outbox;

  @BeforeAll
  static void startRabbit() throws Exception {
    certificates = Certificates.make(home);
    rabbit = new RabbitServer(home);
    start();
  }

  private static void start() throws Exception {
    rabbit.start(
        "max_message_size = 8000",
        "listeners.ssl.1 = 127.0.0.1:TLS_PORT",
        "ssl_options.certfile = " + certificates.certificate(),
        "ssl_options.keyfile = " + certificates.key(),
        "ssl_options.verify = verify_none");
  }

  @AfterAll
  static void stopRabbit() {
    rabbit.close();
  }

  @BeforeEach
  void open() throws Exception {
    outbox = new SinkFixture(folder);
  }

  @AfterEach
  void close() {
    outbox.close();
  }

  private RabbitSink sink() {
    return sink(rabbit.url(), "guest", List.of());
  }

  private RabbitSink sink(URI url, String password, List<X509Certificate> trusted) {
    return new RabbitSink(
        new RabbitSink.Options(url, password, exchange, trusted), Duration.ofSeconds(3));
  }

  private EventSink.Delivery deliver(RabbitSink sink, String type) {
    return sink.deliver(stored(event("a", type)));
  }

  @Test
  void events_ofTwentyOrders_arriveInOrderOfEachKeyAsValidCloudEvents() throws Exception {
    rabbit.declare(exchange, SinkFixture.TYPES, Map.of());
    outbox.appendOrders(0, 20);
    outbox.start(sink());
    outbox.awaitDelivered(60);
    List<Message> messages = rabbit.consume(exchange);
    assertThat(messages).hasSize(60);
    SinkFixture.assertOrders(20, messages);
  }

  @Test
  void broker_thatIsDownAtTheStart_getsAllOnceItIsUp(@TempDir Path cold) throws Exception {
    outbox.appendOrders(0, 20);
    try (RabbitServer late = new RabbitServer(cold)) {
      Relay relay = outbox.start(sink(late.url(), "guest", List.of()));
      await().atMost(Duration.ofSeconds(20)).until(relay::isSinkAway);
      assertThat(outbox.status()).extracting("waiting", "parked").containsExactly(60L, 0L);
      late.start();
      late.declare(exchange, SinkFixture.TYPES, Map.of());
      outbox.awaitDelivered(60);
      SinkFixture.assertOrders(20, late.consume(exchange));
    }
  }

  @Test
  void broker_killedInTheMiddle_getsAllOnceItIsBack() throws Exception {
    rabbit.declare(exchange, SinkFixture.TYPES, Map.of());
    Thread.sleep(3_000); // it writes what was declared behind its answer, two seconds later
    outbox.start(sink());
    outbox.appendOrders(0, 20);
    await().atMost(Duration.ofSeconds(20)).until(() -> outbox.status().delivered() > 0);
    rabbit.kill();
    outbox.appendOrders(20, 20);
    Thread.sleep(4_000);
    assertThat(outbox.status().waiting()).isPositive();
    assertThat(outbox.status().parked()).isZero();
    start();
    outbox.appendOrders(40, 20);
    outbox.awaitDelivered(180);
    SinkFixture.assertOrders(60, rabbit.consume(exchange));
  }

  @Test
  void exchange_thatIsNotThere_makesAllWaitAndIsNamed() throws Exception {
    try (RabbitSink sink = sink()) {
      assertThat(deliver(sink, "order.placed"))
          .isEqualTo(
              new Unreachable(
                  "RabbitMQ has no exchange "
                      + exchange
                      + ": declare it, or mend events.rabbitmq.exchange"));
      rabbit.declare(exchange, SinkFixture.TYPES, Map.of());
      assertThat(deliver(sink, "order.placed")).isEqualTo(new Delivered());
      rabbit.with(channel -> channel.exchangeDelete(exchange));
      assertThat(deliver(sink, "order.placed")).isInstanceOf(Unreachable.class);
      rabbit.declare(exchange, SinkFixture.TYPES, Map.of());
      assertThat(deliver(sink, "order.placed")).isEqualTo(new Delivered());
    }
  }

  @Test
  void type_thatNoQueueIsBoundFor_failsAndIsNamed() throws Exception {
    rabbit.declare(exchange, List.of("order.placed"), Map.of());
    try (RabbitSink sink = sink()) {
      assertThat(deliver(sink, "order.paid"))
          .isEqualTo(
              new Failed(
                  "no queue is bound to exchange "
                      + exchange
                      + " for order.paid: bind one by this routing key"));
      assertThat(deliver(sink, "order.placed")).isEqualTo(new Delivered());
    }
  }

  @Test
  void queue_thatIsFull_makesAllWaitAndParksNothing() throws Exception {
    rabbit.declare(
        exchange, SinkFixture.TYPES, Map.of("x-max-length", 10, "x-overflow", "reject-publish"));
    outbox.appendOrders(0, 20);
    Relay relay = outbox.start(sink());
    List<Message> messages = new ArrayList<>();
    await().atMost(Duration.ofSeconds(20)).until(relay::isSinkAway);
    assertThat(outbox.status().parked()).isZero();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              messages.addAll(rabbit.consume(exchange));
              return outbox.status().delivered() == 60;
            });
    messages.addAll(rabbit.consume(exchange));
    SinkFixture.assertOrders(20, messages);
  }

  @Test
  void event_tooLargeForTheBroker_isParkedWhileOthersGoOn() throws Exception {
    rabbit.declare(exchange, SinkFixture.TYPES, Map.of());
    append(outbox.database, SinkFixture.large("big", 20_000));
    append(outbox.database, event("big", "order.paid"));
    outbox.appendOrders(0, 20);
    Relay relay = outbox.start(sink());
    await().atMost(Duration.ofSeconds(30)).until(() -> outbox.status().parked() == 1);
    await().atMost(Duration.ofSeconds(30)).until(() -> outbox.status().delivered() == 60);
    assertThat(relay.isSinkAway()).isFalse();
    assertThat(outbox.status().waiting()).isEqualTo(1);
    ParkedEvent parked = outbox.store.listParked(10).getFirst();
    assertThat(parked.id()).isEqualTo("big.order.placed");
    assertThat(parked.lastError()).contains("RabbitMQ refuses the event", "8000");
    SinkFixture.assertOrders(20, rabbit.consume(exchange));
  }

  @Test
  void broker_thatHangs_isLeftInTimeAndComesBack() throws Exception {
    rabbit.declare(exchange, SinkFixture.TYPES, Map.of());
    try (RabbitSink sink = sink()) {
      assertThat(deliver(sink, "order.placed")).isEqualTo(new Delivered());
      rabbit.hang(true);
      try {
        long startNs = System.nanoTime();
        assertThat(deliver(sink, "order.placed")).isInstanceOf(Unreachable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(5));
      } finally {
        rabbit.hang(false);
      }
      assertThat(deliver(sink, "order.placed")).isEqualTo(new Delivered());
    }
  }

  @Test
  void close_whileASendHangs_endsInTime() throws Exception {
    rabbit.declare(exchange, SinkFixture.TYPES, Map.of());
    RabbitSink sink = sink();
    assertThat(deliver(sink, "order.placed")).isEqualTo(new Delivered());
    Relay relay = outbox.start(sink);
    rabbit.hang(true);
    try {
      outbox.appendOrders(0, 20);
      Thread.sleep(500);
      long startNs = System.nanoTime();
      relay.close();
      assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(5));
    } finally {
      rabbit.hang(false);
    }
    outbox.start(sink());
    outbox.awaitDelivered(60);
  }

  @Test
  void tls_withATrustedCertificate_isDelivered() throws Exception {
    rabbit.declare(exchange, SinkFixture.TYPES, Map.of());
    try (RabbitSink sink = sink(rabbit.tlsUrl("127.0.0.1"), "guest", certificates.trusted())) {
      assertThat(deliver(sink, "order.placed")).isEqualTo(new Delivered());
    }
  }

  @Test
  void tls_ofAStrangerOrOfAnotherHost_isRefusedByUs() throws Exception {
    rabbit.declare(exchange, SinkFixture.TYPES, Map.of());
    try (RabbitSink stranger = sink(rabbit.tlsUrl("127.0.0.1"), "guest", List.of());
        RabbitSink other = sink(rabbit.tlsUrl("localhost"), "guest", certificates.trusted())) {
      for (RabbitSink sink : List.of(stranger, other)) {
        assertThat(deliver(sink, "order.placed")).asString().contains("Unreachable", "SSL");
      }
    }
    assertThat(rabbit.consume(exchange)).isEmpty();
  }

  @Test
  void password_thatIsWrong_isUnreachableAndNamesTheSetting() throws Exception {
    try (RabbitSink sink = sink(rabbit.url(), "not-it", List.of())) {
      assertThat(deliver(sink, "order.placed"))
          .asString()
          .contains("Unreachable", "events.rabbitmq.passwordFile");
    }
  }
}
