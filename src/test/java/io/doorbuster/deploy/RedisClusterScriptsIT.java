package io.doorbuster.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scripts by which Kubernetes makes the Redis Cluster, run on real servers in a network of
 * their own. Needs root on Linux, for that network and its names.
 */
@Tag("redis")
@Tag("image")
final class RedisClusterScriptsIT {
  private static final int NODES = 6;
  private static final int MINUTES_MAX = 3;

  /** Six servers, the cluster, a key; all killed and back with other addresses; the key again. */
  private static final String RUN =
      """
      set -eu
      cd "$1"
      ip link set lo up
      start() {
        mount --bind "hosts-$1" /etc/hosts
        servers=
        for i in 0 1 2 3 4 5; do
          POD_IP=127.0.$1.$((i + 1))
          { echo "bind $POD_IP"; cat "node-$i/given.conf"; } >"node-$i/redis.conf"
          POD_IP=$POD_IP sh "node-$i/start.sh" >"node-$i/log" 2>&1 &
          servers="$servers $!"
        done
      }
      # What a node is asked may be behind the others by a round of gossip.
      roles() {
        for try in 1 2 3 4 5 6 7 8 9 10; do
          redis-cli -h redis-0.redis cluster nodes >nodes
          [ "$(grep -c ' connected' nodes)" != 6 ] || [ "$(grep -c slave nodes)" != 3 ] || break
          sleep 1
        done
        echo "$1: $(grep -c master nodes) primaries, $(grep -c slave nodes) replicas," \
          "$(redis-cli -h redis-0.redis cluster info | grep -o 'cluster_state:[a-z]*')"
      }
      start 1
      sh cluster.sh >made 2>&1
      echo "without a password: $(redis-cli -h redis-0.redis ping 2>&1)"
      export REDISCLI_AUTH=a-secret
      roles made
      redis-cli -c -h redis-0.redis set key kept >/dev/null
      kill -9 $servers
      wait || true
      start 2
      sh cluster.sh >made-again 2>&1
      roles again
      echo "key: $(redis-cli -c -h redis-0.redis get key)"
      """;

  @TempDir private Path folder;

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** The scripts as they are, but for the places of their files. */
  private void writeScripts() throws IOException {
    Map<String, Object> data =
        DeployFiles.map(
            DeployFiles.documents(Path.of("deploy/kubernetes/20-redis.yaml"))
                .getFirst()
                .get("data"));
    write("redis-password", "a-secret\n");
    String secrets = "/run/secrets/redis/";
    write("cluster.sh", ("" + data.get("cluster.sh")).replace(secrets, folder + "/"));
    for (int i = 0; i < NODES; i++) {
      Path node = folder.resolve("node-" + i);
      write("node-" + i + "/data/none", "");
      write("node-" + i + "/run/none", "");
      write(
          "node-" + i + "/given.conf",
          ("" + data.get("redis.conf")).replace("/data", node + "/data"));
      write(
          "node-" + i + "/start.sh",
          ("" + data.get("start.sh"))
              .replace(secrets, folder + "/")
              .replace("/etc/redis/", node + "/")
              .replace("/run/redis/", node + "/run/"));
    }
    for (int net = 1; net <= 2; net++) {
      StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");
      for (int i = 0; i < NODES; i++) {
        hosts.append("127.0.%d.%d redis-%d.redis\n".formatted(net, i + 1, i));
      }
      write("hosts-" + net, hosts.toString());
    }
  }

  @Test
  void scripts_onSixNodes_makeAClusterThatOutlivesNewAddresses() throws Exception {
    writeScripts();
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "--net",
                "--pid",
                "--fork",
                "--kill-child",
                "sh",
                "-c",
                RUN,
                "sh",
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).as(Files.readString(log)).isTrue();
      assertThat(Files.readString(log))
          .contains(
              "without a password: NOAUTH",
              "made: 3 primaries, 3 replicas, cluster_state:ok",
              "again: 3 primaries, 3 replicas, cluster_state:ok",
              "key: kept");
    } finally {
      process.destroyForcibly();
    }
  }
}
