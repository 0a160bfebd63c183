package io.doorbuster.servers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A real Redis Cluster of our own: three primaries, and a replica for each. */
public final class RedisCluster implements AutoCloseable {
  private static final int NODES = 6;
  private static final Duration UP_WITHIN = Duration.ofSeconds(30);

  private final List<RedisServer> nodes = new ArrayList<>();

  private RedisCluster() {}

  /** Starts it; a primary that is silent for a second is replaced. */
  public static RedisCluster start(Path folder) {
    RedisCluster cluster = new RedisCluster();
    List<String> create = new ArrayList<>(List.of("--cluster", "create"));
    for (int i = 0; i < NODES; i++) {
      RedisServer node =
          RedisServer.start(
              folder.resolve("node-" + i),
              "--cluster-enabled",
              "yes",
              "--cluster-node-timeout",
              "1000",
              "--cluster-require-full-coverage",
              "no");
      cluster.nodes.add(node);
      create.add("127.0.0.1:" + node.port());
    }
    create.addAll(List.of("--cluster-replicas", "1", "--cluster-yes"));
    cluster.nodes.getFirst().cli(create.toArray(String[]::new));
    cluster.awaitWhole();
    return cluster;
  }

  private void awaitWhole() {
    long until = System.nanoTime() + UP_WITHIN.toNanos();
    while (!isWhole()) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("the cluster is not whole in time");
      }
      RedisServer.sleep(Duration.ofMillis(50));
    }
  }

  private boolean isWhole() {
    return nodes.stream()
        .allMatch(
            node ->
                node.cli("cluster", "info").contains("cluster_state:ok")
                    && !node.cli("cluster", "nodes").contains("fail"));
  }

  /** Drops all data. */
  public void empty() {
    RedisServer first = nodes.getFirst();
    String address = "127.0.0.1:" + first.port();
    first.cli("--cluster", "call", address, "flushall", "--cluster-only-masters");
  }

  public List<RedisServer> nodes() {
    return nodes;
  }

  /** The node that serves the keys of a hash tag at present. */
  public RedisServer primaryOf(String tag) {
    String slot = nodes.getFirst().cli("cluster", "keyslot", "{" + tag + "}").strip();
    String owner = nodes.getFirst().cli("cluster", "slots");
    int wanted = Integer.parseInt(slot);
    String[] lines = owner.split("\n", -1);
    for (int i = 0; i + 3 < lines.length; i++) {
      if (lines[i].matches("\\d+") && lines[i + 1].matches("\\d+")) {
        int from = Integer.parseInt(lines[i]);
        int to = Integer.parseInt(lines[i + 1]);
        if (from <= wanted && wanted <= to && lines[i + 2].equals("127.0.0.1")) {
          int port = Integer.parseInt(lines[i + 3]);
          return nodes.stream().filter(node -> node.port() == port).findFirst().orElseThrow();
        }
      }
    }
    throw new IllegalStateException("nobody serves " + tag + ": " + owner);
  }

  @Override
  public void close() {
    nodes.forEach(RedisServer::close);
  }
}
