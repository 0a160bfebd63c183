package io.doorbuster.drill.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A real Kafka of one node in a JVM of its own, on free ports, and a look into its topics. */
public final class KafkaServer implements AutoCloseable {
  private static final Duration UP_WITHIN = Duration.ofSeconds(60);
  private static final int REQUEST_SECONDS = 20;

  /** Warnings alone; without a word of ours its logger would write everything down. */
  private static final String LOGGING =
      """
      <configuration>
        <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d %level %logger{0} %msg%n</pattern></encoder>
        </appender>
        <root level="WARN"><appender-ref ref="out"/></root>
      </configuration>
      """;

  private final Path folder;
  private final String classPath;
  private final int port = Child.freePort();
  private final int controllerPort = Child.freePort();
  private final Child child;

  /**
   * Starts nothing yet.
   *
   * @param classPath with Kafka's server in it
   */
  public KafkaServer(Path folder, String classPath) {
    this.folder = folder;
    this.classPath = classPath;
    this.child = new Child(folder.resolve("log"));
  }

  public String bootstrap() {
    return "127.0.0.1:" + port;
  }

  /** Starts it on the data that is there; returns when it answers. */
  public void start() {
    try {
      begin();
    } catch (IOException e) {
      throw new UncheckedIOException("Kafka can not be started", e);
    }
    awaitUp();
  }

  /** Starts it without waiting. */
  public void begin() throws IOException {
    Path file = folder.resolve("server.properties");
    boolean isNew = !Files.exists(file);
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("logback.xml"), LOGGING);
    try (var writer = Files.newBufferedWriter(file)) {
      properties().store(writer, null);
    }
    if (isNew) {
      Uuid id = Uuid.randomUuid(); // one that does not begin with a dash, as an option would
      List<String> format = java("kafka.tools.StorageTool", "format", "-t", id.toString());
      format.addAll(List.of("-c", file.toString()));
      Child.run(format);
    }
    child.start(java("kafka.Kafka", file.toString()), Map.of());
  }

  private List<String> java(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Child.java(),
                "-Xmx384m",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=" + folder.resolve("logback.xml"),
                "-cp",
                classPath));
    command.addAll(List.of(words));
    return command;
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("process.roles", "broker,controller");
    properties.setProperty("node.id", "1");
    properties.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    properties.setProperty(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    properties.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    properties.setProperty("controller.listener.names", "CONTROLLER");
    properties.setProperty("log.dirs", folder.resolve("data").toString());
    properties.setProperty("auto.create.topics.enable", "false");
    properties.setProperty("offsets.topic.replication.factor", "1");
    properties.setProperty("transaction.state.log.replication.factor", "1");
    properties.setProperty("transaction.state.log.min.isr", "1");
    return properties;
  }

  /** Returns when it answers. */
  public void awaitUp() {
    Child.awaitUp("Kafka on port " + port, child, UP_WITHIN, () -> answers(bootstrap()));
  }

  private static boolean answers(String bootstrap) {
    try (Admin admin = admin(bootstrap)) {
      return !admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Admin admin(String bootstrap) {
    return Admin.create(Map.of("bootstrap.servers", bootstrap, "reconnect.backoff.max.ms", "200"));
  }

  /** Makes a topic, where there is none of that name. */
  public static void createTopic(String bootstrap, String name, int partitions) {
    try (Admin admin = admin(bootstrap)) {
      NewTopic topic = new NewTopic(name, partitions, (short) 1);
      admin.createTopics(List.of(topic)).all().get(REQUEST_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException("the topic " + name + " can not be made", e.getCause());
      }
    } catch (TimeoutException e) {
      throw new IllegalStateException("Kafka at " + bootstrap + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** All that is in a topic now, a partition after the other, each in its order. */
  public static List<String> values(String bootstrap, String topic) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", bootstrap, "enable.auto.commit", "false");
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(part -> new TopicPartition(topic, part.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      for (TopicPartition partition : partitions) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        while (consumer.position(partition) < ends.getOrDefault(partition, 0L)) {
          for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
            values.add(record.value());
          }
        }
      }
    }
    return values;
  }

  public boolean isAlive() {
    return child.isAlive();
  }

  /** SIGKILL. */
  public void kill() {
    child.kill();
  }

  @Override
  public void close() {
    kill();
  }
}
