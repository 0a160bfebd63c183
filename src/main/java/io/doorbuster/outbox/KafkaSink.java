package io.doorbuster.outbox;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes each event to one Kafka topic: a CloudEvent in structured mode, keyed so that the events
 * of an order stay in their order.
 *
 * <h2>Design</h2>
 *
 * The body is the stored one, byte for byte. The record's key is the event's, so that all events of
 * an order are in one partition. The next event of a key is sent only after the one before is
 * acknowledged by all replicas in sync (acks=all); within one producer, repetitions by the client
 * are not stored twice (idempotence). A try whose answer never came may have been stored: the relay
 * sends the event again by the same id, so an id comes at least once, and the first of each id come
 * in order.
 *
 * <p>Nothing waits without end: {@link #BLOCK} until the topic is known, then {@link #DELIVERY} for
 * all tries of the client together. After that the relay decides. {@link KafkaErrors} says what
 * each exception means. The producer is made at the first event rather than at the start, so that a
 * broker whose name can not be resolved yet keeps no sale from starting; one that can not go on is
 * dropped, and the next event makes another.
 */
public final class KafkaSink implements EventSink {
  /** For a topic's place in the cluster to be known, or for room in the buffer. */
  static final Duration BLOCK = Duration.ofSeconds(5);

  /** For one request to be answered. */
  private static final Duration REQUEST = Duration.ofSeconds(5);

  /** From a record's place in the buffer to its acknowledgement, with all repetitions. */
  static final Duration DELIVERY = Duration.ofSeconds(10);

  /** Beyond the client's own bounds; only a client that hangs is met by it. */
  private static final Duration WAIT = BLOCK.plus(DELIVERY).plusSeconds(5);

  private static final Duration CLOSE = Duration.ofSeconds(1);

  /** What a file of client properties may hold: how to be let in, not how to send. */
  private static final List<String> ALLOWED = List.of("security.", "sasl.", "ssl.", "client.id");

  private static final List<Header> HEADERS =
      List.of(
          new RecordHeader(
              "content-type", "application/cloudevents+json".getBytes(StandardCharsets.UTF_8)));

  private final Map<String, Object> config;
  private final String topic;
  private final KafkaErrors errors;
  private final ReentrantLock making = new ReentrantLock();
  private final AtomicReference<@Nullable Producer<byte[], byte[]>> producer =
      new AtomicReference<>();
  private volatile boolean closed;

  /**
   * Calls nobody yet.
   *
   * @param bootstrap brokers to begin with, {@code host:port} by commas
   * @param client properties that {@link #problem} has nothing against
   */
  public KafkaSink(String bootstrap, String topic, Map<String, String> client) {
    this.config = config(bootstrap, client);
    this.topic = topic;
    this.errors = new KafkaErrors(bootstrap, topic);
  }

  private static Map<String, Object> config(String bootstrap, Map<String, String> client) {
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.CLIENT_ID_CONFIG, "doorbuster");
    config.putAll(client);
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) BLOCK.toMillis());
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST.toMillis());
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY.toMillis());
    // While one request is under way the next gathers: waiting for more would only cost time.
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, 2_000);
    config.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, 5_000);
    config.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    return config;
  }

  /** What is wrong with an operator's client properties, with its mend; empty when nothing is. */
  public static Optional<String> problem(Map<String, String> client) {
    for (String key : client.keySet()) {
      if (ALLOWED.stream().noneMatch(key::startsWith)) {
        return Optional.of(
            "`%s` is not for this file: take it out; here are security.protocol, sasl.*, ssl.* and"
                    .formatted(key)
                + " client.id");
      }
    }
    try {
      ProducerConfig known = new ProducerConfig(config("localhost:9092", client));
      return client.keySet().stream()
          .filter(key -> !ProducerConfig.configNames().contains(key))
          .map(key -> "`" + key + "` is no property of Kafka's clients: take it out")
          .findFirst()
          .or(() -> protocolProblem(known.getString("security.protocol"), client));
    } catch (ConfigException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** A user or a certificate without the protocol that needs it would be ignored by the client. */
  private static Optional<String> protocolProblem(String protocol, Map<String, String> client) {
    boolean plain = protocol.equalsIgnoreCase("PLAINTEXT");
    boolean meant =
        client.keySet().stream().anyMatch(key -> key.startsWith("sasl.") || key.startsWith("ssl."));
    return plain && meant
        ? Optional.of("has sasl.* or ssl.* without security.protocol: add it, SASL_SSL or SSL")
        : Optional.empty();
  }

  @Override
  public Delivery deliver(StoredEvent event) {
    Producer<byte[], byte[]> used = null;
    try {
      used = producer();
      Future<RecordMetadata> answer = used.send(record(event));
      answer.get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
      return new Delivered();
    } catch (ExecutionException e) {
      return failed(used, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt();
      return new Unreachable("stopped while it was sent");
    } catch (KafkaException | IllegalStateException e) {
      return failed(used, e);
    } catch (TimeoutException e) {
      drop(used);
      return new Unreachable("the Kafka client gave no answer within " + WAIT.toSeconds() + " s");
    }
  }

  private ProducerRecord<byte[], byte[]> record(StoredEvent event) {
    return new ProducerRecord<>(
        topic,
        null,
        event.key().getBytes(StandardCharsets.UTF_8),
        event.body().getBytes(StandardCharsets.UTF_8),
        HEADERS);
  }

  private Delivery failed(@Nullable Producer<byte[], byte[]> used, Throwable error) {
    if (KafkaErrors.endsProducer(error)) {
      drop(used);
    }
    return errors.delivery(error);
  }

  private Producer<byte[], byte[]> producer() {
    Producer<byte[], byte[]> known = producer.get();
    if (known != null) {
      return known;
    }
    making.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the sink is closed");
      }
      Producer<byte[], byte[]> made = producer.get();
      if (made == null) {
        made = new KafkaProducer<>(config);
        producer.set(made);
      }
      if (closed) { // while it was made
        made.close(Duration.ZERO);
      }
      return made;
    } finally {
      making.unlock();
    }
  }

  /** Its other calls end at once, as unreachable. */
  private void drop(@Nullable Producer<byte[], byte[]> used) {
    if (used != null && producer.compareAndSet(used, null)) {
      Thread.ofVirtual().start(() -> used.close(Duration.ZERO));
    }
  }

  @Override
  public void close() {
    closed = true;
    Producer<byte[], byte[]> last = producer.getAndSet(null);
    if (last == null) {
      return;
    }
    // Beyond its bound it still waits for a request that nobody answers.
    Thread closing = Thread.ofVirtual().start(() -> last.close(CLOSE));
    try {
      closing.join(CLOSE.plus(CLOSE.dividedBy(2)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
