package io.doorbuster.drill;

import io.doorbuster.drill.workload.Plan;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A rehearsal as it was asked for.
 *
 * @param kills SIGKILLs, spread over the sale's life
 * @param storeOutage for so long the store is taken away
 * @param target where the server runs; empty starts one
 * @param historyFile gets every request and answer, a line of JSON each
 * @param keep whether the server's folder is left behind
 */
public record Setup(
    Plan plan,
    int kills,
    Optional<Duration> storeOutage,
    Optional<Target> target,
    Optional<Path> historyFile,
    boolean keep) {
  /** A server of somebody else. */
  public record Target(URI buyers, URI admin, Path tokenFile) {}
}
