package io.doorbuster.outbox;

import static io.doorbuster.outbox.OutboxFixture.append;
import static io.doorbuster.outbox.OutboxFixture.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.outbox.EventSink.Delivered;
import io.doorbuster.outbox.EventSink.Delivery;
import io.doorbuster.outbox.EventSink.Unreachable;
import io.doorbuster.outbox.SinkFixture.Message;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events to a real Kafka, which dies, hangs and refuses. */
final class KafkaSinkIT {
  private static final int PARTITIONS = 4;

  @TempDir static Path home;
  @TempDir Path folder;
  private static Certificates certificates;
  private static KafkaServer kafka;
  private final String topic = "orders-" + UUID.randomUUID();
  private SinkFixture outbox;

  @BeforeAll
  static void startKafka() throws Exception {
    certificates = Certificates.make(home);
    kafka = new KafkaServer(home);
    kafka.withTls(certificates);
    kafka.start();
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void open() throws Exception {
    outbox = new SinkFixture(folder);
  }

  @AfterEach
  void close() {
    outbox.close();
  }

  private KafkaSink sink() {
    return new KafkaSink(kafka.bootstrap(), topic, Map.of());
  }

  /** All that there is, each partition from its beginning. */
  private List<Message> consume() {
    List<Message> messages = new ArrayList<>();
    Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrap());
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (!partitions.stream().allMatch(p -> consumer.position(p) >= ends.getOrDefault(p, 0L))) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          var header = record.headers().lastHeader("content-type");
          String type = header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
          messages.add(new Message(record.key(), record.value(), type));
        }
      }
    }
    return messages;
  }

  @Test
  void events_ofTwentyOrders_arriveInOrderOfEachKeyAsValidCloudEvents() throws Exception {
    kafka.createTopic(topic, PARTITIONS, Map.of());
    outbox.appendOrders(0, 20);
    outbox.start(sink());
    outbox.awaitDelivered(60);
    assertThat(consume()).hasSize(60);
    SinkFixture.assertOrders(20, consume());
  }

  @Test
  void broker_thatIsDownAtTheStart_getsAllOnceItIsUp(@TempDir Path cold) throws Exception {
    outbox.appendOrders(0, 20);
    try (KafkaServer late = new KafkaServer(cold)) {
      Relay relay = outbox.start(new KafkaSink(late.bootstrap(), topic, Map.of()));
      await().atMost(Duration.ofSeconds(20)).until(relay::isSinkAway);
      assertThat(outbox.status()).extracting("waiting", "parked").containsExactly(60L, 0L);
      late.start();
      late.createTopic(topic, PARTITIONS, Map.of());
      outbox.awaitDelivered(60);
      KafkaServer first = kafka;
      kafka = late;
      try {
        SinkFixture.assertOrders(20, consume());
      } finally {
        kafka = first;
      }
    }
  }

  @Test
  void broker_killedInTheMiddle_getsAllOnceItIsBack() throws Exception {
    kafka.createTopic(topic, PARTITIONS, Map.of());
    outbox.start(sink());
    outbox.appendOrders(0, 20);
    await().atMost(Duration.ofSeconds(20)).until(() -> outbox.status().delivered() > 0);
    kafka.kill();
    outbox.appendOrders(20, 20);
    Thread.sleep(4_000);
    assertThat(outbox.status().waiting()).isPositive();
    assertThat(outbox.status().parked()).isZero();
    kafka.start();
    outbox.appendOrders(40, 20);
    outbox.awaitDelivered(180);
    SinkFixture.assertOrders(60, consume());
  }

  @Test
  void topic_thatIsNotThere_makesAllWaitAndIsNamed() throws Exception {
    try (KafkaSink sink = sink()) {
      Delivery delivery = sink.deliver(stored(event("a", "order.placed")));
      assertThat(delivery).isInstanceOf(Unreachable.class);
      assertThat(((Unreachable) delivery).reason())
          .contains("no topic " + topic, "create it", "events.kafka.topic");
    }
    outbox.appendOrders(0, 1);
    Relay relay = outbox.start(sink());
    await().atMost(Duration.ofSeconds(20)).until(relay::isSinkAway);
    kafka.createTopic(topic, PARTITIONS, Map.of());
    outbox.awaitDelivered(3);
    SinkFixture.assertOrders(1, consume());
  }

  @Test
  void event_tooLargeForTheBroker_isParkedWhileOthersGoOn() throws Exception {
    kafka.createTopic(topic, PARTITIONS, Map.of("max.message.bytes", "8000"));
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
    assertThat(parked.lastError()).contains("RecordTooLargeException");
    SinkFixture.assertOrders(20, consume());
  }

  @Test
  void close_whileASendHangs_endsInTime() throws Exception {
    kafka.createTopic(topic, PARTITIONS, Map.of());
    KafkaSink sink = sink();
    assertThat(sink.deliver(stored(event("a", "order.placed")))).isEqualTo(new Delivered());
    Relay relay = outbox.start(sink);
    kafka.hang(true);
    try {
      outbox.appendOrders(0, 20);
      Thread.sleep(500);
      long startNs = System.nanoTime();
      relay.close();
      assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(5));
    } finally {
      kafka.hang(false);
    }
    outbox.start(sink());
    outbox.awaitDelivered(60);
    assertThat(consume().stream().filter(m -> !m.key().equals("a")).map(Message::id).distinct())
        .hasSize(60);
  }

  private static Map<String, String> client(String password) {
    String module = "org.apache.kafka.common.security.plain.PlainLoginModule";
    return Map.of(
        "security.protocol", "SASL_SSL",
        "sasl.mechanism", "PLAIN",
        "sasl.jaas.config",
            "%s required username=\"doorbuster\" password=\"%s\";".formatted(module, password),
        "ssl.truststore.type", "PEM",
        "ssl.truststore.location", certificates.certificate().toString());
  }

  @Test
  void tlsAndPassword_fromTheOperatorsProperties_areUsed() throws Exception {
    kafka.createTopic(topic, PARTITIONS, Map.of());
    assertThat(KafkaSink.problem(client("any"))).isEmpty();
    try (KafkaSink sink =
        new KafkaSink(kafka.saslBootstrap(), topic, client(Certificates.PASSWORD))) {
      assertThat(sink.deliver(stored(event("a", "order.placed")))).isEqualTo(new Delivered());
    }
    Map<String, String> stranger = new HashMap<>(client(Certificates.PASSWORD));
    stranger.keySet().removeIf(key -> key.startsWith("ssl."));
    for (Map<String, String> wrong : List.of(client("not-it"), stranger)) {
      try (KafkaSink sink = new KafkaSink(kafka.saslBootstrap(), topic, wrong)) {
        assertThat(sink.deliver(stored(event("a", "order.paid"))))
            .asString()
            .contains("Unreachable", "does not let us in", "events.kafka.properties");
      }
    }
    assertThat(consume()).hasSize(1);
  }

  static StoredEvent stored(Event event) {
    return new StoredEvent(
        1,
        event.id(),
        event.sale(),
        event.key(),
        event.type(),
        event.toCloudEvent().encode(),
        Instant.EPOCH,
        0);
  }
}
