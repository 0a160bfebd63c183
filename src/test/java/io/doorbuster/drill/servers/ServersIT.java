package io.doorbuster.drill.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The servers of a rehearsal, really started, and what the faults do to them. */
@Tag("redis")
final class ServersIT {
  @TempDir private Path folder;

  private static void put(PostgresServer postgres, int value) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.ownUrl());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS kept (value INTEGER)");
      statement.execute("INSERT INTO kept VALUES (" + value + ")");
    }
  }

  private static int sum(PostgresServer postgres) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.ownUrl());
        Statement statement = connection.createStatement()) {
      ResultSet row = statement.executeQuery("SELECT sum(value) FROM kept");
      assertThat(row.next()).isTrue();
      return row.getInt(1);
    }
  }

  @Test
  void postgres_killedAndStopped_keepsItsCommits() throws SQLException {
    try (PostgresServer postgres = PostgresServer.start(folder.resolve("postgres"))) {
      put(postgres, 1);
      postgres.kill();
      assertThat(postgres.isAlive()).isFalse();
      postgres.start();
      put(postgres, 10);
      postgres.stop();
      postgres.start();
      assertThat(sum(postgres)).isEqualTo(11);
    }
  }

  @Test
  void kafka_killed_keepsItsEvents() throws Exception {
    String classPath = System.getProperty("java.class.path");
    try (KafkaServer kafka = new KafkaServer(folder.resolve("kafka"), classPath)) {
      kafka.start();
      KafkaServer.createTopic(kafka.bootstrap(), "events", 2);
      KafkaServer.createTopic(kafka.bootstrap(), "events", 2);
      send(kafka, "one");
      kafka.kill();
      assertThat(kafka.isAlive()).isFalse();
      kafka.start();
      send(kafka, "two");
      assertThat(KafkaServer.values(kafka.bootstrap(), "events"))
          .containsExactlyInAnyOrder("one", "two");
    }
  }

  private static void send(KafkaServer kafka, String value) throws Exception {
    Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrap(), "acks", "all");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("events", value, value)).get();
    }
  }

  @Test
  void redisCluster_behindProxies_isReachedByThemAndFailsOver() {
    try (RedisCluster cluster = RedisCluster.start(folder.resolve("redis"), true)) {
      RedisServer first = cluster.primaryOf("sale:0");
      assertThat(cluster.addresses()).doesNotContain("127.0.0.1:" + first.port());
      assertThat(cluster.proxies()).hasSize(6);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> first.cli("info", "replication").contains("state=online"));
      first.kill();
      await()
          .atMost(Duration.ofSeconds(15))
          .until(() -> cluster.primaryOf("sale:0").port() != first.port());
      cluster.startMissing();
      assertThat(cluster.isWhole()).isTrue();
    }
  }

  @Test
  void redisCluster_killedWhole_comesBackWithItsDataOrEmpty() {
    try (RedisCluster cluster = RedisCluster.start(folder.resolve("redis"))) {
      cluster.primaryOf("tag").cli("set", "{tag}", "kept");
      cluster.killAll();
      cluster.startMissing();
      assertThat(get(cluster)).isEqualTo("kept");
      cluster.killAll();
      cluster.wipe();
      cluster.startMissing();
      assertThat(get(cluster)).isEmpty();
    }
  }

  private static String get(RedisCluster cluster) {
    return cluster.primaryOf("tag").cli("get", "{tag}").strip();
  }
}
