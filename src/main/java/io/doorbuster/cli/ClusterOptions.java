package io.doorbuster.cli;

import io.doorbuster.drill.Fault;
import io.doorbuster.drill.FaultRounds;
import io.doorbuster.drill.Setup;
import io.vertx.core.json.DecodeException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a drill over many processes adds to the command line. */
final class ClusterOptions {
  /** The folder with Kafka's jars, which {@code ./doorbuster} copies when they are needed. */
  private static final String KAFKA_JARS = "doorbuster.kafkaJars";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--cluster",
      description = "Two gates and two order writers over Redis Cluster, PostgreSQL and Kafka.")
  private boolean cluster;

  @Option(
      names = "--redis",
      split = ",",
      paramLabel = "HOST:PORT",
      description = "Cluster: a Redis that runs; several are a Redis Cluster's.")
  private List<String> redis = new ArrayList<>();

  @Option(
      names = "--postgres",
      paramLabel = "JDBC-URL",
      description = "Cluster: a PostgreSQL that runs; DOORBUSTER_STORE_USER and _PASSWORD beside.")
  private @Nullable String postgres;

  @Option(names = "--kafka", paramLabel = "HOST:PORT", description = "Cluster: a Kafka that runs.")
  private @Nullable String kafka;

  @Option(names = "--faults", description = "Cluster: rounds of small sales, each with one fault.")
  private boolean faults;

  @Option(
      names = "--fault",
      split = ",",
      paramLabel = "NAME",
      description = "Faults: only these; all by default.")
  private List<String> chosen = new ArrayList<>();

  @Option(names = "--rounds", defaultValue = "5", description = "Faults: for each; default 5.")
  private int rounds;

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      description = "Faults: gets a line a round; rounds of the same seed in it are not run again.")
  private @Nullable Path resume;

  @Option(names = "--markdown", paramLabel = "FILE", description = "Faults: gets the table.")
  private @Nullable Path markdown;

  /** Whether rounds are asked for instead of one rehearsal. */
  boolean hasFaults() {
    return faults;
  }

  boolean isCluster() {
    return cluster;
  }

  /** Of the run that goes on; empty where a new one begins. */
  Optional<Long> findSeed() {
    try {
      return resume == null ? Optional.empty() : FaultRounds.findSeed(resume);
    } catch (IOException | DecodeException e) {
      throw wrong("--resume " + resume + " is no file of rounds: " + e.getMessage());
    }
  }

  Optional<Setup.Cluster> read() {
    boolean more =
        faults || !redis.isEmpty() || postgres != null || kafka != null || !chosen.isEmpty();
    if (!cluster && more) {
      throw wrong("--faults, --fault, --redis, --postgres and --kafka need --cluster.");
    }
    if (!chosen.isEmpty() && !faults) {
      throw wrong("--fault needs --faults.");
    }
    if (!cluster) {
      return Optional.empty();
    }
    return Optional.of(
        new Setup.Cluster(
            List.copyOf(redis), Optional.ofNullable(postgres), Optional.ofNullable(kafka), jars()));
  }

  private static Optional<String> jars() {
    String folder = System.getProperty(KAFKA_JARS);
    return folder == null || !Files.isDirectory(Path.of(folder))
        ? Optional.empty()
        : Optional.of(folder + File.separator + "*");
  }

  FaultRounds.Options rounds(Setup.Cluster asked) {
    if (rounds < 1) {
      throw wrong("--rounds is at least 1.");
    }
    List<Fault> named =
        chosen.stream()
            .map(
                name ->
                    Fault.find(name)
                        .orElseThrow(
                            () -> wrong("--fault knows " + Fault.names() + ", not " + name + ".")))
            .toList();
    named.stream()
        .filter(fault -> fault.harms(asked))
        .findFirst()
        .ifPresent(
            fault -> {
              throw wrong(fault.id() + " needs a server of the drill's own to harm.");
            });
    List<Fault> all = Stream.of(Fault.values()).filter(fault -> !fault.harms(asked)).toList();
    return new FaultRounds.Options(
        named.isEmpty() ? all : named,
        rounds,
        Optional.ofNullable(resume),
        Optional.ofNullable(markdown));
  }

  private ParameterException wrong(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
