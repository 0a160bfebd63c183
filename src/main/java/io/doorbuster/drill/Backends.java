package io.doorbuster.drill;

import io.doorbuster.drill.servers.KafkaServer;
import io.doorbuster.drill.servers.PostgresServer;
import io.doorbuster.drill.servers.RedisCluster;
import io.doorbuster.drill.servers.TcpProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a fleet's processes stand on: each of it our own, or somebody else's that runs already. */
final class Backends implements AutoCloseable {
  private static final String TOPIC = "doorbuster-drill";
  private static final int PARTITIONS = 4;

  private final Path folder;
  private final Setup.Cluster asked;
  private final boolean proxied;
  private @Nullable RedisCluster redis;
  private @Nullable PostgresServer postgres;
  private @Nullable TcpProxy postgresProxy;
  private @Nullable KafkaServer kafka;
  private boolean started;

  Backends(Path folder, Setup.Cluster asked) {
    this(folder, asked, false);
  }

  /**
   * Starts nothing yet.
   *
   * @param proxied whether our own Redis and PostgreSQL are reached by networks that can be cut
   */
  Backends(Path folder, Setup.Cluster asked, boolean proxied) {
    this.folder = folder;
    this.asked = asked;
    this.proxied = proxied;
  }

  /** Starts what does not run, and mends the networks; returns when all of it answers. */
  void start() {
    if (started) {
      startMissing();
      return;
    }
    List<CompletableFuture<Void>> starts =
        Stream.<Runnable>of(this::startRedis, this::startPostgres, this::startKafka)
            .map(
                start -> CompletableFuture.runAsync(start, task -> Thread.ofPlatform().start(task)))
            .toList();
    try {
      CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
    started = true;
  }

  private void startRedis() {
    if (asked.redis().isEmpty()) {
      redis = RedisCluster.start(folder.resolve("redis"), proxied);
    }
  }

  private void startPostgres() {
    if (asked.postgres().isEmpty()) {
      PostgresServer own = PostgresServer.start(folder.resolve("postgres"));
      postgres = own;
      postgresProxy = proxied ? new TcpProxy(own.port()) : null;
    }
  }

  private void startKafka() {
    if (asked.kafka().isEmpty()) {
      String path =
          asked
              .kafkaPath()
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "Kafka's server is missing: run ./doorbuster in a source tree, which"
                              + " fetches it, or name one that runs by --kafka host:port"));
      kafka = new KafkaServer(folder.resolve("kafka"), path);
      kafka.start();
    }
    KafkaServer.createTopic(bootstrap(), TOPIC, PARTITIONS);
  }

  private void startMissing() {
    networks().forEach(TcpProxy::good);
    if (redis != null) {
      redis.nodes().forEach(node -> node.signal("CONT"));
      redis.startMissing();
    }
    if (postgres != null && !postgres.isAlive()) {
      postgres.start();
    }
    if (kafka != null && !kafka.isAlive()) {
      kafka.start();
    }
  }

  private List<TcpProxy> networks() {
    List<TcpProxy> all = new ArrayList<>();
    if (redis != null) {
      all.addAll(redis.proxies());
    }
    if (postgresProxy != null) {
      all.add(postgresProxy);
    }
    return all;
  }

  /** Ours; a fault that needs it is not run against another's. */
  RedisCluster redis() {
    return Objects.requireNonNull(redis, "a Redis of our own");
  }

  PostgresServer postgres() {
    return Objects.requireNonNull(postgres, "a PostgreSQL of our own");
  }

  TcpProxy postgresNetwork() {
    return Objects.requireNonNull(postgresProxy, "a network of our own");
  }

  KafkaServer kafka() {
    return Objects.requireNonNull(kafka, "a Kafka of our own");
  }

  private String bootstrap() {
    return asked.kafka().orElseGet(() -> kafka().bootstrap());
  }

  /** All events that the topic holds, each as JSON. */
  List<String> events() {
    return KafkaServer.values(bootstrap(), TOPIC);
  }

  /** Past the proxies, for who looks behind the processes' backs. */
  String books() {
    if (asked.postgres().isEmpty()) {
      return postgres().ownUrl();
    }
    String url = asked.postgres().get();
    String user = Optional.ofNullable(System.getenv("DOORBUSTER_STORE_USER")).orElse("doorbuster");
    String password = System.getenv("DOORBUSTER_STORE_PASSWORD");
    String login = "user=" + user + (password == null ? "" : "&password=" + password);
    return url + (url.contains("?") ? "&" : "?") + login;
  }

  /** How a process is told where all of it is. */
  Map<String, String> settings() {
    List<String> nodes = asked.redis().isEmpty() ? redis().addresses() : asked.redis();
    Map<String, String> settings = new HashMap<>();
    settings.put("DOORBUSTER_REDIS_NODES", String.join(",", nodes));
    settings.put("DOORBUSTER_REDIS_MODE", nodes.size() > 1 ? "cluster" : "standalone");
    settings.put("DOORBUSTER_STORE_URL", asked.postgres().orElseGet(this::ownStore));
    settings.put("DOORBUSTER_EVENTS_KAFKA_BOOTSTRAP", bootstrap());
    settings.put("DOORBUSTER_EVENTS_KAFKA_TOPIC", TOPIC);
    settings.put("DOORBUSTER_EVENTS_TEST_SALES", "send");
    return settings;
  }

  private String ownStore() {
    return PostgresServer.url(postgresProxy == null ? postgres().port() : postgresProxy.port());
  }

  @Override
  public void close() {
    Stream.of(kafka, postgres, postgresProxy, redis)
        .filter(Objects::nonNull)
        .forEach(Backends::close);
  }

  private static void close(AutoCloseable server) {
    try {
      server.close();
    } catch (Exception e) {
      throw new IllegalStateException("a server can not be stopped", e);
    }
  }
}
