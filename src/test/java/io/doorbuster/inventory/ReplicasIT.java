package io.doorbuster.inventory;

import static io.doorbuster.inventory.Floor.SALE;
import static io.doorbuster.inventory.Floor.SKU;
import static io.doorbuster.inventory.Floor.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.doorbuster.drill.servers.Child;
import io.doorbuster.drill.servers.RedisServer;
import io.doorbuster.inventory.ReserveResult.Reserved;
import io.doorbuster.inventory.ReserveResult.Unknown;
import io.doorbuster.inventory.redis.RedisEngine;
import io.doorbuster.inventory.redis.RedisOptions;
import io.doorbuster.inventory.redis.RedisOptions.Durability;
import io.doorbuster.inventory.redis.RedisOptions.Mode;
import io.doorbuster.inventory.redis.RedisOptions.Node;
import io.doorbuster.inventory.redis.RedisOptions.Sync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What replicas must have before a buyer is answered, and what a failover leaves. */
final class ReplicasIT {
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final String HOST = "127.0.0.1";

  @TempDir private Path folder;
  private final Floor floor = new Floor(2);
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  private <T extends AutoCloseable> T open(T one) {
    opened.add(one);
    return one;
  }

  private static void awaitLinked(RedisServer replica) {
    await()
        .atMost(SOON)
        .until(() -> replica.cli("info", "replication").contains("master_link_status:up"));
  }

  private RedisEngine engine(Mode mode, List<Node> nodes, boolean onDisk) {
    return open(
        RedisEngine.open(
            new RedisOptions(
                mode,
                nodes,
                "sale",
                null,
                null,
                false,
                null,
                Duration.ofSeconds(4),
                4,
                new Durability(Sync.ALWAYS, false, 1, onDisk)),
            new RedisEngine.Options(2, 1_000, Duration.ofSeconds(5)),
            floor.ids::shardOf,
            floor.clock));
  }

  private RedisEngine engineOf(RedisServer primary, boolean onDisk) {
    return engine(Mode.STANDALONE, List.of(new Node(HOST, primary.port())), onDisk);
  }

  private static ReserveResult reserve(InventoryEngine engine, Claim claim) {
    return engine.reserve(List.of(claim)).getFirst();
  }

  /** The same claim again and again: a slow disk may make an answer late, never lose the claim. */
  private static void awaitReserved(InventoryEngine engine, Claim claim) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(reserve(engine, claim)).isInstanceOf(Reserved.class));
  }

  @Test
  @Tag("redis")
  void reservation_thatNoReplicaHas_isNotAnswered() {
    RedisServer primary = open(RedisServer.start(folder.resolve("primary")));
    RedisServer replica =
        open(
            RedisServer.start(
                folder.resolve("replica"), "--replicaof", HOST + " " + primary.port()));
    awaitLinked(replica);
    RedisEngine engine = engineOf(primary, false);
    engine.load(load(10));
    awaitReserved(engine, floor.claim(1));
    replica.signal("STOP");
    Claim late = floor.claim(2);
    assertThat(reserve(engine, late)).isEqualTo(new Unknown());
    replica.signal("CONT");
    awaitReserved(engine, late);
    assertThat(engine.available(SALE, SKU)).isEqualTo(8);
  }

  @Test
  @Tag("valkey")
  void server_thatCanNotAwaitDisks_isRefused() {
    RedisServer server = open(RedisServer.startValkey(folder, "--rename-command", "WAITAOF", ""));
    assertThatThrownBy(() -> engineOf(server, true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("redis.replicasOnDisk");
  }

  @Test
  @Tag("valkey")
  void reservation_thatIsOnNoReplicasDisk_isNotAnswered() {
    RedisServer primary = open(RedisServer.startValkey(folder.resolve("primary")));
    RedisServer replica =
        open(
            RedisServer.startValkey(
                folder.resolve("replica"),
                "--replicaof",
                HOST + " " + primary.port(),
                "--appendonly",
                "no"));
    awaitLinked(replica);
    RedisEngine inMemory = engineOf(primary, false);
    inMemory.load(load(10));
    awaitReserved(inMemory, floor.claim(1));
    inMemory.close();
    RedisEngine onDisk = engineOf(primary, true);
    onDisk.load(load(2, Map.of(SKU, 9)));
    Claim claim = floor.claim(2);
    assertThat(reserve(onDisk, claim)).isEqualTo(new Unknown());
    replica.cli("config", "set", "appendonly", "yes");
    awaitReserved(onDisk, claim);
    assertThat(onDisk.available(SALE, SKU)).isEqualTo(8);
  }

  @Test
  @Tag("redis")
  void failover_bySentinel_losesNothingThatAReplicaHad() throws IOException {
    RedisServer primary = open(RedisServer.start(folder.resolve("primary")));
    for (String name : List.of("replica-1", "replica-2")) {
      awaitLinked(
          open(
              RedisServer.start(folder.resolve(name), "--replicaof", HOST + " " + primary.port())));
    }
    List<Node> sentinels = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      sentinels.add(new Node(HOST, startSentinel(i, primary.port())));
    }
    await().atMost(SOON).until(() -> knowsAll(sentinels.getFirst()));
    RedisEngine engine = engine(Mode.SENTINEL, sentinels, false);
    engine.load(load(100));
    List<Claim> answered = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Claim claim = floor.claim(i);
      assertThat(reserve(engine, claim)).isInstanceOf(Reserved.class);
      answered.add(claim);
    }
    StockMark seen = engine.findMark(SALE).orElseThrow();
    primary.kill();
    await().atMost(SOON).until(() -> !engine.isLoaded(SALE));
    StockMark next = new StockMark(SALE, 2, seen.sequences());
    await()
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> engine.carryOver(next, Floor.control(SaleControl.State.RUNNING)));
    awaitReserved(engine, floor.claim(30));
    for (Claim claim : answered) {
      assertThat(reserve(engine, claim)).isInstanceOf(Reserved.class);
    }
    assertThat(engine.available(SALE, SKU)).isEqualTo(69);
  }

  private int startSentinel(int number, int primary) throws IOException {
    int port = RedisServer.freePort();
    Path file = folder.resolve("sentinel-" + number + ".conf");
    Files.writeString(
        file,
        """
        port %d
        bind %s
        dir %s
        sentinel monitor sale %s %d 2
        sentinel down-after-milliseconds sale 1000
        sentinel failover-timeout sale 5000
        """
            .formatted(port, HOST, folder, HOST, primary));
    open(new Child(folder.resolve("sentinel-" + number + ".log")))
        .start(List.of("redis-server", file.toString(), "--sentinel"), Map.of());
    return port;
  }

  /** Whether a sentinel has found the two replicas and the two others of its kind. */
  private static boolean knowsAll(Node sentinel) throws IOException {
    String told =
        Child.run(
            List.of("redis-cli", "-p", Integer.toString(sentinel.port()), "info", "sentinel"));
    return told.contains("slaves=2,sentinels=3");
  }
}
