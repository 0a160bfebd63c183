package io.doorbuster.drill.servers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** A real Redis Cluster of our own: three primaries, and a replica for each. */
public final class RedisCluster implements AutoCloseable {
  private static final int NODES = 6;
  private static final int BUS = 10_000;
  private static final Duration UP_WITHIN = Duration.ofSeconds(30);
  private static final String HOST = "127.0.0.1";

  private final List<RedisServer> nodes = new ArrayList<>();
  private final List<TcpProxy> proxies = new ArrayList<>();

  private RedisCluster() {}

  /** Starts it; a primary that is silent for a second is replaced. */
  public static RedisCluster start(Path folder) {
    return start(folder, false);
  }

  /**
   * The same; with proxies each node gives its proxy's port as its own, so that clients, and its
   * replica, reach it that way. What the nodes say of each other's life goes on by its own ports.
   */
  public static RedisCluster start(Path folder, boolean proxied) {
    RedisCluster cluster = new RedisCluster();
    try {
      List<String> create = new ArrayList<>(List.of("--cluster", "create"));
      for (int i = 0; i < NODES; i++) {
        create.add(cluster.addNode(folder.resolve("node-" + i), proxied));
      }
      create.addAll(List.of("--cluster-replicas", "1", "--cluster-yes"));
      cluster.nodes.getFirst().cli(create.toArray(String[]::new));
      cluster.awaitWhole();
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  private String addNode(Path folder, boolean proxied) {
    int port = Child.freePort();
    List<String> configuration =
        new ArrayList<>(
            List.of(
                "--cluster-enabled",
                "yes",
                "--cluster-node-timeout",
                "1000",
                "--cluster-require-full-coverage",
                "no"));
    int address = port;
    if (proxied) {
      TcpProxy proxy = new TcpProxy(port);
      proxies.add(proxy);
      address = proxy.port();
      configuration.addAll(List.of("--cluster-announce-ip", HOST));
      configuration.addAll(List.of("--cluster-announce-port", Integer.toString(address)));
      configuration.addAll(List.of("--cluster-announce-bus-port", Integer.toString(port + BUS)));
    }
    nodes.add(RedisServer.start(folder, port, configuration));
    return HOST + ":" + address + "@" + (port + BUS);
  }

  /** Returns when every slot is served and every node is there. */
  public void awaitWhole() {
    long until = System.nanoTime() + UP_WITHIN.toNanos();
    while (!isWhole()) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(
            "the Redis Cluster is not whole in time: " + nodes.getFirst().cli("cluster", "nodes"));
      }
      Child.sleep(Duration.ofMillis(50));
    }
  }

  /** Whether all nodes agree that all is served by somebody. */
  public boolean isWhole() {
    return nodes.stream().allMatch(RedisServer::isAlive)
        && nodes.stream()
            .allMatch(
                node ->
                    node.cli("cluster", "info").contains("cluster_state:ok")
                        && !node.cli("cluster", "nodes").contains("fail"));
  }

  /** Drops all data. */
  public void empty() {
    RedisServer first = nodes.getFirst();
    String address = HOST + ":" + first.port();
    first.cli("--cluster", "call", address, "flushall", "--cluster-only-masters");
  }

  public List<RedisServer> nodes() {
    return nodes;
  }

  /** One to each node, where there are any. */
  public List<TcpProxy> proxies() {
    return proxies;
  }

  /** As clients are told them: host and port of each node. */
  public List<String> addresses() {
    List<String> addresses = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      addresses.add(HOST + ":" + announced(i));
    }
    return addresses;
  }

  private int announced(int node) {
    return proxies.isEmpty() ? nodes.get(node).port() : proxies.get(node).port();
  }

  /** SIGKILL to all nodes at once; their data stays. */
  public void killAll() {
    nodes.forEach(RedisServer::kill);
  }

  /** Takes the data of all nodes away; none may run. */
  public void wipe() {
    nodes.forEach(RedisServer::wipe);
  }

  /** Starts the nodes that do not run, and waits until the cluster is whole. */
  public void startMissing() {
    List<RedisServer> missing = nodes.stream().filter(node -> !node.isAlive()).toList();
    missing.forEach(RedisServer::begin);
    missing.forEach(RedisServer::awaitUp);
    awaitWhole();
  }

  /** The node that serves the keys of a hash tag at present. */
  public RedisServer primaryOf(String tag) {
    RedisServer asked =
        nodes.stream().filter(RedisServer::isAlive).findFirst().orElse(nodes.getFirst());
    int slot = Integer.parseInt(asked.cli("cluster", "keyslot", "{" + tag + "}").strip());
    String owners = asked.cli("cluster", "slots");
    OptionalInt port = primaryOf(slot, owners.split("\n", -1));
    for (int i = 0; port.isPresent() && i < nodes.size(); i++) {
      if (announced(i) == port.getAsInt()) {
        return nodes.get(i);
      }
    }
    throw new IllegalStateException("nobody serves " + tag + ": " + owners);
  }

  private static OptionalInt primaryOf(int slot, String[] lines) {
    for (int i = 0; i + 3 < lines.length; i++) {
      if (lines[i].matches("\\d+") && lines[i + 1].matches("\\d+")) {
        int from = Integer.parseInt(lines[i]);
        int to = Integer.parseInt(lines[i + 1]);
        if (from <= slot && slot <= to && lines[i + 2].equals(HOST)) {
          return OptionalInt.of(Integer.parseInt(lines[i + 3]));
        }
      }
    }
    return OptionalInt.empty();
  }

  @Override
  public void close() {
    nodes.forEach(RedisServer::close);
    proxies.forEach(TcpProxy::close);
  }
}
