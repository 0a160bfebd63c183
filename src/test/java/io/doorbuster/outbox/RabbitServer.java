package io.doorbuster.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.doorbuster.outbox.SinkFixture.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A real RabbitMQ of one node, the system's package run from a folder: all ports are free ones on
 * loopback, its port mapper is its own, and the account's other nodes do not know of it.
 */
final class RabbitServer implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

  private final Path folder;
  private final int port = KafkaServer.freePort();
  private final int tlsPort = KafkaServer.freePort();
  private final int distPort = KafkaServer.freePort();
  private final int mapperPort = KafkaServer.freePort();
  private final String name = "doorbuster-" + port + "@localhost";
  private @Nullable Process mapper;
  private @Nullable Process process;

  /** Starts nothing yet. */
  RabbitServer(Path folder) {
    this.folder = folder;
  }

  URI url() {
    return URI.create("amqp://127.0.0.1:" + port);
  }

  URI tlsUrl(String host) {
    return URI.create("amqps://" + host + ":" + tlsPort);
  }

  /**
   * Returns once it answers; with the data that it had before.
   *
   * @param more lines of its configuration
   */
  void start(String... more) throws IOException {
    List<String> config = new ArrayList<>();
    config.add("listeners.tcp.1 = 127.0.0.1:" + port);
    config.add("disk_free_limit.absolute = 1MB");
    for (String line : more) {
      config.add(line.replace("TLS_PORT", Integer.toString(tlsPort)));
    }
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.write(folder.resolve("rabbitmq.conf"), config);
    Files.writeString(folder.resolve("plugins"), "[].\n");
    Files.writeString(folder.resolve("env.conf"), "");
    Map<String, String> environment =
        Map.ofEntries(
            Map.entry("HOME", home.toString()),
            Map.entry("ERL_EPMD_PORT", Integer.toString(mapperPort)),
            Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
            Map.entry("RABBITMQ_ALLOW_INPUT", "true"),
            Map.entry("RABBITMQ_NODENAME", name),
            Map.entry("RABBITMQ_DIST_PORT", Integer.toString(distPort)),
            Map.entry("RABBITMQ_CONF_ENV_FILE", folder.resolve("env.conf").toString()),
            Map.entry("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString()),
            Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("plugins").toString()),
            Map.entry("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString()),
            Map.entry("RABBITMQ_LOG_BASE", folder.resolve("log").toString()),
            Map.entry("RABBITMQ_PID_FILE", folder.resolve("pid").toString()),
            Map.entry(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-noinput -kernel inet_dist_use_interface {127,0,0,1}"));
    if (mapper == null) {
      String mapperPortWord = Integer.toString(mapperPort);
      mapper = run(environment, "epmd", "-port", mapperPortWord, "-address", "127.0.0.1");
      await().atMost(Duration.ofSeconds(10)).until(() -> isListening(mapperPort));
    }
    process = run(environment, PROGRAM.toString());
    await().atMost(Duration.ofSeconds(60)).until(this::isUp);
  }

  private Process run(Map<String, String> environment, String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("console").toFile()));
    builder.environment().keySet().removeIf(key -> key.startsWith("RABBITMQ_"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static boolean isListening(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isUp() throws IOException {
    assertThat(process().isAlive()).as(Files.readString(folder.resolve("console"))).isTrue();
    try (Connection connection = connect()) {
      return connection.isOpen();
    } catch (IOException | TimeoutException e) {
      return false;
    }
  }

  private Connection connect() throws IOException, TimeoutException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(port);
    return factory.newConnection();
  }

  /** Something to be done on a channel, as the operator or a consumer. */
  interface Work<T> {
    T on(Channel channel) throws Exception;
  }

  <T> T with(Work<T> work) throws Exception {
    try (Connection connection = connect();
        Channel channel = connection.createChannel()) {
      return work.on(channel);
    }
  }

  /** A durable exchange, and a durable queue of the same name that gets all of the types. */
  void declare(String exchange, List<String> types, Map<String, Object> settings) throws Exception {
    with(
        channel -> {
          channel.exchangeDeclare(exchange, "topic", true);
          channel.queueDeclare(exchange, true, false, false, settings);
          for (String type : types) {
            channel.queueBind(exchange, exchange, type);
          }
          return exchange;
        });
  }

  /** Takes all that is in a queue, each held against what a message must be. */
  List<Message> consume(String queue) throws Exception {
    return with(
        channel -> {
          List<Message> messages = new ArrayList<>();
          GetResponse got = channel.basicGet(queue, true);
          while (got != null) {
            String body = new String(got.getBody(), StandardCharsets.UTF_8);
            Message message = new Message(subject(body), body, got.getProps().getContentType());
            assertThat(got.getProps().getDeliveryMode()).isEqualTo(2);
            assertThat(got.getProps().getMessageId()).isEqualTo(message.id());
            assertThat(message.json().getString("type"))
                .isEqualTo("io.doorbuster." + got.getEnvelope().getRoutingKey() + ".v1");
            messages.add(message);
            got = channel.basicGet(queue, true);
          }
          return messages;
        });
  }

  private static String subject(String body) {
    return new JsonObject(body).getString("subject");
  }

  private Process process() {
    return Objects.requireNonNull(process, "not started");
  }

  /** SIGKILL, of what it has started too. */
  void kill() {
    List<ProcessHandle> children = process().descendants().toList();
    process().destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  /** SIGSTOP, or SIGCONT: connections stay, and nobody answers. */
  void hang(boolean hang) throws IOException, InterruptedException {
    KafkaServer.signal(process().pid(), hang ? "STOP" : "CONT");
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
    if (mapper != null) {
      mapper.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
  }
}
