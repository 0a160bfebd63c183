package io.doorbuster.drill;

import io.doorbuster.drill.workload.Plan;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A rehearsal as it was asked for.
 *
 * @param kills SIGKILLs, spread over the sale's life
 * @param storeOutage for so long the store is taken away
 * @param target where the server runs; empty starts one
 * @param cluster starts many processes with servers behind them instead
 * @param looking whether the buyers' pages are loaded and ask for the sale's state as well
 * @param historyFile gets every request and answer, a line of JSON each
 * @param keep whether the server's folder is left behind
 */
public record Setup(
    Plan plan,
    int kills,
    Optional<Duration> storeOutage,
    Optional<Target> target,
    Optional<Cluster> cluster,
    boolean looking,
    Optional<Path> historyFile,
    boolean keep) {
  /** A server of somebody else. */
  public record Target(URI buyers, URI admin, Path tokenFile) {}

  /**
   * Two gates, two order writers, and what they need; what is named runs already, and is neither
   * started nor harmed.
   *
   * @param redis {@code host:port}, a cluster's where they are several
   * @param postgres its JDBC address; user and password by {@code DOORBUSTER_STORE_USER} and so on
   * @param kafka {@code host:port}
   * @param kafkaPath the class path of Kafka's server, for one of our own
   */
  public record Cluster(
      List<String> redis,
      Optional<String> postgres,
      Optional<String> kafka,
      Optional<String> kafkaPath) {}

  /** Pages that are open. */
  int lookers() {
    return looking ? plan.buyers() : 0;
  }

  /** The same with another plan. */
  Setup with(Plan other) {
    return new Setup(other, kills, storeOutage, target, cluster, looking, historyFile, keep);
  }
}
