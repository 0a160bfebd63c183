package io.doorbuster.outbox;

import static org.awaitility.Awaitility.await;

import io.doorbuster.drill.servers.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka of one node on free ports, its data in a folder: in a process of its own, so that it
 * can be killed as a machine dies, and says nothing on our console.
 */
final class KafkaServer implements AutoCloseable {
  private final Path folder;
  private final int port = freePort();
  private final int controllerPort = freePort();
  private final int saslPort = freePort();
  private @Nullable Certificates certificates;
  private @Nullable Process process;

  /** Starts nothing yet. */
  KafkaServer(Path folder) {
    this.folder = folder;
  }

  static int freePort() {
    return Child.freePort();
  }

  /** The server's own process; it ends with the one that started it. */
  public static void main(String[] words) throws IOException {
    Thread.ofPlatform().daemon().start(KafkaServer::endWithParent);
    Path file = Path.of(words[0]);
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    if (!Files.exists(Path.of(properties.getProperty("log.dirs"), "meta.properties"))) {
      String id = Uuid.randomUuid().toString();
      StorageTool.execute(new String[] {"format", "-t", id, "-c", file.toString()}, System.out);
    }
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
    server.startup();
    server.awaitShutdown();
  }

  private static void endWithParent() {
    try {
      System.in.read();
    } catch (IOException e) {
      // The parent is gone in either case.
    }
    Runtime.getRuntime().halt(1);
  }

  String bootstrap() {
    return "127.0.0.1:" + port;
  }

  String saslBootstrap() {
    return "127.0.0.1:" + saslPort;
  }

  /** Has it listen with TLS as well, for the user doorbuster with the password of the tests. */
  void withTls(Certificates broker) {
    certificates = broker;
  }

  private void addTls(Certificates broker, Properties properties) {
    String more = ",SASL_SSL://127.0.0.1:" + saslPort;
    properties.merge("listeners", more, (a, b) -> "" + a + b);
    properties.merge("advertised.listeners", more, (a, b) -> "" + a + b);
    properties.setProperty(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL");
    properties.setProperty("sasl.enabled.mechanisms", "PLAIN");
    properties.setProperty(
        "listener.name.sasl_ssl.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required user_doorbuster=\"%s\";"
            .formatted(Certificates.PASSWORD));
    properties.setProperty("ssl.keystore.type", "PKCS12");
    properties.setProperty("ssl.keystore.location", broker.store().toString());
    properties.setProperty("ssl.keystore.password", Certificates.PASSWORD);
  }

  /** Returns once it answers; with the data that it had before. */
  void start() throws IOException {
    Properties properties = new Properties();
    properties.setProperty("process.roles", "broker,controller");
    properties.setProperty("node.id", "1");
    properties.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    properties.setProperty(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    properties.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    properties.setProperty("controller.listener.names", "CONTROLLER");
    properties.setProperty("log.dirs", folder.resolve("kafka").toString());
    properties.setProperty("auto.create.topics.enable", "false");
    properties.setProperty("offsets.topic.replication.factor", "1");
    properties.setProperty("transaction.state.log.replication.factor", "1");
    properties.setProperty("transaction.state.log.min.isr", "1");
    if (certificates != null) {
      addTls(certificates, properties);
    }
    Path file = folder.resolve("kafka.properties");
    try (var writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KafkaServer.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("kafka.log").toFile()))
            .start();
    awaitUp();
  }

  private void awaitUp() {
    try (Admin admin = admin()) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                try {
                  return !admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
                } catch (ExecutionException | TimeoutException e) {
                  return false;
                }
              });
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrap()));
  }

  void createTopic(String name, int partitions, Map<String, String> settings) throws Exception {
    try (Admin admin = admin()) {
      NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(settings);
      admin.createTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
    }
  }

  private Process process() {
    return Objects.requireNonNull(process, "not started");
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process().destroyForcibly().waitFor(10, TimeUnit.SECONDS);
  }

  /** SIGSTOP, or SIGCONT: connections stay, and nobody answers. */
  void hang(boolean hang) throws IOException, InterruptedException {
    signal(process().pid(), hang ? "STOP" : "CONT");
  }

  static void signal(long pid, String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
