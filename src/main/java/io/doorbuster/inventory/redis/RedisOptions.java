package io.doorbuster.inventory.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, and what its crash may cost.
 *
 * @param nodes the server; of a cluster any of its nodes; of Sentinel the sentinels
 * @param sentinelName the primary's name at its sentinels; used by that mode alone
 * @param ca certificates (PEM) of those who vouch for the servers; without one the JVM's own count
 * @param timeout for an answer; past it the server counts as away
 * @param connections to each node, at most
 */
public record RedisOptions(
    Mode mode,
    List<Node> nodes,
    String sentinelName,
    @Nullable String user,
    @Nullable String password,
    boolean tls,
    @Nullable Path ca,
    Duration timeout,
    int connections,
    Durability durability) {

  /** How the nodes belong together. */
  public enum Mode {
    STANDALONE,
    CLUSTER,
    SENTINEL
  }

  /** A server's address. */
  public record Node(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** How soon the server's log must be on its disk. */
  public enum Sync {
    /** Before each answer: a crash of the machine loses nothing that was answered. */
    ALWAYS,
    /** Once a second: such a crash may lose a second's orders, those that were only QUEUED. */
    EVERYSEC,
    /** Never waited for; or no log at all. */
    NO
  }

  /**
   * What is asked of the server.
   *
   * @param weakerAllowed whether a server that is set weaker is warned of and not refused
   * @param replicas that must have a reservation before it is answered, 0 for none
   * @param onReplicasDisk whether these must have it in their log on disk, not only in memory
   */
  public record Durability(
      Sync sync, boolean weakerAllowed, int replicas, boolean onReplicasDisk) {}

  public RedisOptions {
    nodes = List.copyOf(nodes);
  }

  /** One server at this address, with all else at its default. */
  public static RedisOptions standalone(String host, int port) {
    return of(Mode.STANDALONE, List.of(new Node(host, port)));
  }

  /** Servers without a password, asked for a log on disk before each answer. */
  public static RedisOptions of(Mode mode, List<Node> nodes) {
    return new RedisOptions(
        mode,
        nodes,
        "doorbuster",
        null,
        null,
        false,
        null,
        Duration.ofSeconds(1),
        16,
        new Durability(Sync.ALWAYS, false, 0, false));
  }

  @Override
  public String toString() {
    return mode.name().toLowerCase(Locale.ROOT)
        + " "
        + nodes
        + (tls ? " by TLS" : "")
        + (user == null ? "" : " as " + user);
  }
}
