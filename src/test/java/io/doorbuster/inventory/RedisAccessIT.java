package io.doorbuster.inventory;

import static io.doorbuster.inventory.Floor.SALE;
import static io.doorbuster.inventory.Floor.SKU;
import static io.doorbuster.inventory.Floor.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.doorbuster.drill.servers.RedisCluster;
import io.doorbuster.drill.servers.RedisServer;
import io.doorbuster.inventory.ReserveResult.Reserved;
import io.doorbuster.inventory.redis.RedisEngine;
import io.doorbuster.inventory.redis.RedisOptions;
import io.doorbuster.inventory.redis.RedisOptions.Durability;
import io.doorbuster.inventory.redis.RedisOptions.Mode;
import io.doorbuster.inventory.redis.RedisOptions.Node;
import io.doorbuster.inventory.redis.RedisOptions.Sync;
import io.doorbuster.sale.StoreUnavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, over which connection, and what the servers must promise. */
@Tag("redis")
final class RedisAccessIT {
  private static final Durability ALWAYS = new Durability(Sync.ALWAYS, false, 0, false);

  @TempDir private Path folder;
  private final Floor floor = new Floor(2);

  private static RedisOptions options(
      int port,
      @Nullable String user,
      @Nullable String password,
      @Nullable Path ca,
      Durability durability) {
    return new RedisOptions(
        Mode.STANDALONE,
        List.of(new Node("localhost", port)),
        "",
        user,
        password,
        ca != null,
        ca,
        Duration.ofSeconds(1),
        4,
        durability);
  }

  private RedisEngine open(RedisOptions options) {
    return RedisEngine.open(
        options,
        new RedisEngine.Options(2, 1_000, Duration.ofSeconds(5)),
        floor.ids::shardOf,
        floor.clock);
  }

  private void assertSells(RedisOptions options) {
    try (RedisEngine engine = open(options)) {
      engine.load(load(10));
      Claim claim = floor.claim(1);
      await() // a new cluster's replicas are not in step at once
          .atMost(Duration.ofSeconds(20))
          .until(() -> engine.reserve(List.of(claim)).getFirst() instanceof Reserved);
      List<QueuedOrder> queued = engine.drain(1, Duration.ofSeconds(1));
      engine.acknowledge(queued);
      assertThat(engine.findStatus(SALE).orElseThrow().available(SKU)).isEqualTo(9);
      engine.unload(SALE);
    }
  }

  @Test
  void user_ofAnAccessList_needsItsKeysAndCommandsAlone() {
    try (RedisServer server = RedisServer.start(folder)) {
      server.cli(accessList());
      server.cli("acl", "setuser", "default", "off");
      assertSells(options(server.port(), "seller", "let-me-in", null, ALWAYS));
      assertThatThrownBy(() -> open(options(server.port(), "seller", "guess", null, ALWAYS)))
          .isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("redis.nodes")
          .hasMessageNotContaining("guess");
    }
  }

  @Test
  void user_ofAnAccessListInACluster_needsItsNodesAndReplicasToo() {
    try (RedisCluster cluster = RedisCluster.start(folder)) {
      for (RedisServer node : cluster.nodes()) {
        node.cli(accessList("+wait", "+cluster|slots"));
      }
      assertSells(
          new RedisOptions(
              Mode.CLUSTER,
              List.of(new Node("localhost", cluster.nodes().getFirst().port())),
              "",
              "seller",
              "let-me-in",
              false,
              null,
              Duration.ofSeconds(1),
              4,
              new Durability(Sync.ALWAYS, false, 1, false)));
    }
  }

  private static String[] accessList(String... more) {
    List<String> words =
        new ArrayList<>(List.of("acl", "setuser", "seller", "on", ">let-me-in", "~{*}*", "-@all"));
    words.addAll(
        List.of("+@hash", "+@stream", "+@list", "+@string", "+@scripting", "+hello", "+client"));
    words.addAll(List.of("+ping", "+info", "+time", "+exists", "+del", "+unlink", "+pexpire"));
    words.addAll(List.of("+pttl", "+publish", "+subscribe", "+config|get", "&doorbuster:news"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  @Test
  void server_thatIsNotThere_isNamed() {
    int port = RedisServer.freePort();
    assertThatThrownBy(() -> open(options(port, null, null, null, ALWAYS)))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("localhost")
        .hasMessageContaining("does not answer");
  }

  @Test
  void server_thatKeepsLess_isRefusedOrNamed() {
    try (RedisServer server =
        RedisServer.start(
            folder, "--appendfsync", "everysec", "--maxmemory-policy", "allkeys-lru")) {
      assertThatThrownBy(() -> open(options(server.port(), null, null, null, ALWAYS)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("appendfsync is everysec, set it to always")
          .hasMessageContaining("maxmemory-policy is allkeys-lru, set it to noeviction");
      server.cli("config", "set", "maxmemory-policy", "noeviction");
      assertSells(
          options(server.port(), null, null, null, new Durability(Sync.EVERYSEC, false, 0, false)));
      assertSells(
          options(server.port(), null, null, null, new Durability(Sync.ALWAYS, true, 0, false)));
    }
  }

  @Test
  void connection_byTls_checksWhoAnswers() throws Exception {
    Path right = certificate("right");
    Path wrong = certificate("wrong");
    int port = RedisServer.freePort();
    try (RedisServer server =
        RedisServer.start(
            folder.resolve("redis"),
            "--tls-port",
            Integer.toString(port),
            "--tls-cert-file",
            right.toString(),
            "--tls-key-file",
            right.resolveSibling("right.key").toString(),
            "--tls-auth-clients",
            "no",
            "--tls-ca-cert-file",
            right.toString())) {
      assertSells(options(port, null, null, right, ALWAYS));
      assertThatThrownBy(() -> open(options(port, null, null, wrong, ALWAYS)))
          .isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("trust anchors");
      assertThat(server.port()).isNotEqualTo(port);
    }
  }

  private Path certificate(String name) throws IOException, InterruptedException {
    Path certificate = folder.resolve(name + ".crt");
    Process openssl =
        new ProcessBuilder(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost",
                "-keyout",
                folder.resolve(name + ".key").toString(),
                "-out",
                certificate.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(openssl.waitFor()).isZero();
    return certificate;
  }
}
