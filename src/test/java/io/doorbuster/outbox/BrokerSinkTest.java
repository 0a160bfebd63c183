package io.doorbuster.outbox;

import static io.doorbuster.outbox.KafkaSinkIT.stored;
import static io.doorbuster.outbox.OutboxFixture.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.outbox.EventSink.Failed;
import io.doorbuster.outbox.EventSink.Unreachable;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the sinks of brokers say without any broker. */
@Execution(ExecutionMode.CONCURRENT)
final class BrokerSinkTest {
  @TempDir Path folder;

  /** A row of the table in {@link KafkaErrors}. */
  record Row(Exception error, Class<?> delivery, boolean endsProducer, String word) {}

  static List<Row> rows() {
    Exception none = new UnknownTopicOrPartitionException("none");
    return List.of(
        new Row(new RecordTooLargeException("2 MB"), Failed.class, false, "2 MB"),
        new Row(new SerializationException("odd"), Failed.class, false, "odd"),
        new Row(new PolicyViolationException("no"), Failed.class, false, "Policy"),
        new Row(none, Unreachable.class, false, "create it"),
        new Row(new TimeoutException("late", none), Unreachable.class, false, "create it"),
        new Row(new InvalidTopicException("a b"), Unreachable.class, false, "events.kafka.topic"),
        new Row(new TimeoutException("late"), Unreachable.class, false, "b:9092"),
        new Row(new NetworkException("cut"), Unreachable.class, false, "b:9092"),
        new Row(new NotEnoughReplicasException("1"), Unreachable.class, false, "NotEnough"),
        new Row(new SaslAuthenticationException("x"), Unreachable.class, true, "kafka.properties"),
        new Row(new TopicAuthorizationException("t"), Unreachable.class, true, "topic t"),
        new Row(new ClusterAuthorizationException("idem"), Unreachable.class, true, "idem"),
        new Row(new OutOfOrderSequenceException("7"), Unreachable.class, true, "anew"),
        new Row(new UnsupportedVersionException("old"), Unreachable.class, true, "anew"),
        new Row(new KafkaException("closed"), Unreachable.class, true, "closed"),
        new Row(new IllegalStateException("closed"), Unreachable.class, true, "closed"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void error_ofTheKafkaClient_isJudgedAsTheTableSays(Row row) {
    EventSink.Delivery delivery = new KafkaErrors("b:9092", "t").delivery(row.error());
    assertThat(delivery).isInstanceOf(row.delivery());
    assertThat(delivery.toString()).contains(row.word());
    assertThat(KafkaErrors.endsProducer(row.error())).isEqualTo(row.endsProducer());
  }

  @Test
  void kafka_thatNeverAnswersOrHasNoAddress_isUnreachableInTime() throws Exception {
    try (SilentServer silent = new SilentServer();
        KafkaSink hangs = new KafkaSink("127.0.0.1:" + silent.port(), "t", Map.of());
        KafkaSink nowhere = new KafkaSink("nowhere.invalid:9092", "t", Map.of())) {
      assertUnreachable(hangs, KafkaSink.BLOCK.plusSeconds(3));
      assertUnreachable(nowhere, Duration.ofSeconds(5));
    }
  }

  @Test
  void rabbit_thatNeverAnswersOrIsNotThere_isUnreachableInTime() throws Exception {
    try (SilentServer silent = new SilentServer();
        RabbitSink hangs = rabbit("amqp://127.0.0.1:" + silent.port());
        RabbitSink hangsWithTls = rabbit("amqps://127.0.0.1:" + silent.port())) {
      assertUnreachable(hangs, Duration.ofSeconds(8));
      assertUnreachable(hangsWithTls, Duration.ofSeconds(8));
    }
    try (RabbitSink nobody = rabbit("amqp://127.0.0.1:9");
        RabbitSink nowhere = rabbit("amqp://nowhere.invalid")) {
      assertUnreachable(nobody, Duration.ofSeconds(2));
      assertUnreachable(nowhere, Duration.ofSeconds(5));
    }
  }

  private static RabbitSink rabbit(String url) {
    return new RabbitSink(new RabbitSink.Options(URI.create(url), "guest", "x", List.of()));
  }

  private static void assertUnreachable(EventSink sink, Duration within) {
    long startNs = System.nanoTime();
    assertThat(sink.deliver(stored(event("a", "order.placed")))).isInstanceOf(Unreachable.class);
    assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(within);
  }

  @Test
  void close_whileAllCallsHang_endsInTime() throws Exception {
    try (SilentServer silent = new SilentServer()) {
      List<EventSink> sinks =
          List.of(
              new KafkaSink("127.0.0.1:" + silent.port(), "t", Map.of()),
              rabbit("amqp://127.0.0.1:" + silent.port()));
      for (EventSink sink : sinks) {
        try (SinkFixture outbox = new SinkFixture(folder.resolve(sink.getClass().getName()))) {
          outbox.appendOrders(0, 20);
          Relay relay = outbox.start(sink);
          Thread.sleep(1_000);
          long startNs = System.nanoTime();
          relay.close();
          assertThat(Duration.ofNanos(System.nanoTime() - startNs))
              .isLessThan(Duration.ofSeconds(5));
        }
      }
    }
  }

  @Test
  void kafkaProperties_thatAreNotForTheFile_areNamedWithTheirMend() {
    assertThat(KafkaSink.problem(Map.of())).isEmpty();
    assertThat(KafkaSink.problem(Map.of("security.protocol", "SSL"))).isEmpty();
    assertThat(KafkaSink.problem(Map.of("acks", "0"))).get().asString().contains("`acks`", "take");
    assertThat(KafkaSink.problem(Map.of("ssl.keystor", "x"))).get().asString().contains("`ssl.key");
    assertThat(KafkaSink.problem(Map.of("security.protocol", "TLS")))
        .get()
        .asString()
        .contains("security.protocol");
    assertThat(KafkaSink.problem(Map.of("sasl.mechanism", "PLAIN")))
        .get()
        .asString()
        .contains("security.protocol", "SASL_SSL");
  }
}
