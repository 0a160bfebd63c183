package io.doorbuster.cli;

import io.doorbuster.drill.FaultRounds;
import io.doorbuster.drill.Rehearsal;
import io.doorbuster.drill.Report;
import io.doorbuster.drill.ReportPage;
import io.doorbuster.drill.Setup;
import io.doorbuster.drill.workload.Plan;
import io.doorbuster.drill.workload.Shares;
import io.doorbuster.sale.Pick;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Rehearses a sale: simulated buyers, injected faults, and a checker that trusts nobody. */
@Command(
    name = "drill",
    mixinStandardHelpOptions = true,
    description = {
      "Rehearses a sale with simulated buyers, and checks every promise afterwards.",
      "Starts a server of its own, or attacks --target by a test sale. Exit 1 if one is broken."
    })
final class DrillCommand implements Callable<Integer> {
  /** How long a server lives between two kills, on the average, and sells meanwhile. */
  private static final Duration LIFE = Duration.ofMillis(1_500);

  private static final Duration EVERY = Duration.ofMillis(500);

  private static final Duration PAY_WITHIN = Duration.ofSeconds(2);

  /** Buyers who find no server try again less and less often, and must still be in time. */
  private static final Duration PAY_WITHIN_KILLED = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;

  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(names = "--buyers", description = "Default: 5000; of a --cluster 2000.")
  private @Nullable Integer buyers;

  @Option(names = "--units", description = "Default: 200; of a --cluster 300.")
  private @Nullable Integer units;

  @Option(names = "--skus", defaultValue = "1", description = "The units are shared among them.")
  private int skus;

  @Option(names = "--wave", description = "Places a wave; by default so that it fits the time.")
  private @Nullable Integer wave;

  @Option(names = "--every", converter = DurationText.class, description = "Default: 500ms.")
  private @Nullable Duration every;

  @Option(names = "--pick", defaultValue = "fair", description = "fair (default) or first.")
  private String pick;

  @Option(names = "--seconds", description = "For so long the stock is to last; default 10.")
  private @Nullable Integer seconds;

  @Option(names = "--seed", description = "The same seed is the same workload.")
  private @Nullable Long seed;

  @Option(names = "--kill", defaultValue = "0", description = "SIGKILLs over the sale's life.")
  private int kills;

  @Option(
      names = "--store-outage",
      converter = DurationText.class,
      description = "Takes the database away for so long, such as 15s.")
  private @Nullable Duration storeOutage;

  @Option(names = "--rate", description = "First asks a second; by default a crowd at the door.")
  private int rate;

  @Option(
      names = "--try-every",
      converter = DurationText.class,
      description = "A refused buyer may try again after so long; default 1s.")
  private @Nullable Duration tryEvery;

  @Option(
      names = "--honest",
      description = "A crowd as plan reckons with: all ask, wait and pay; no bot, no trouble.")
  private boolean honest;

  @Option(
      names = "--look",
      description = "Opens each buyer's page too, which asks for the sale's state by itself.")
  private boolean looking;

  @Option(names = "--target", description = "A running server, such as http://127.0.0.1:8080.")
  private @Nullable URI target;

  @Option(names = "--admin", description = "The target's operators' side.")
  private @Nullable URI admin;

  @Option(names = "--token-file", description = "With the target's operator token.")
  private @Nullable Path tokenFile;

  @Option(names = "--json", description = "Writes the report there too.")
  private @Nullable Path json;

  @Option(names = "--html", description = "Writes it there as a page with plots, to look at.")
  private @Nullable Path html;

  @Option(names = "--history", description = "Writes each request and answer there.")
  private @Nullable Path history;

  @Option(names = "--keep", description = "Leaves the server's folder behind.")
  private boolean keep;

  @Override
  public Integer call() throws Exception {
    Setup setup =
        new Setup(
            plan(),
            kills,
            Optional.ofNullable(storeOutage),
            target(),
            cluster.read(),
            looking,
            Optional.ofNullable(history),
            keep);
    if (cluster.hasFaults()) {
      FaultRounds.Options rounds = cluster.rounds(setup.cluster().orElseThrow());
      return new FaultRounds(System.out, InstantSource.system(), setup, rounds).run() ? 0 : 1;
    }
    Optional<Report> report = new Rehearsal(System.out, InstantSource.system()).run(setup);
    if (report.isPresent() && json != null) {
      Files.writeString(json, report.get().toJson().encodePrettily() + System.lineSeparator());
    }
    if (report.isPresent() && html != null) {
      Files.writeString(html, ReportPage.render(report.get(), commandLine()));
    }
    return report.filter(Report::passed).isPresent() ? 0 : 1;
  }

  private String commandLine() {
    List<String> typed = spec.root().commandLine().getParseResult().originalArgs();
    return "./doorbuster " + String.join(" ", typed);
  }

  private Optional<Setup.Target> target() {
    if (cluster.isCluster() && (target != null || storeOutage != null)) {
      throw new ParameterException(
          spec.commandLine(),
          "--cluster starts its own servers: take --target, --store-outage out.");
    }
    if (cluster.hasFaults() && (kills > 0 || json != null || html != null)) {
      throw new ParameterException(
          spec.commandLine(), "--kill, --json and --html are for one rehearsal, not for --faults.");
    }
    if (target == null) {
      return Optional.empty();
    }
    if (admin == null || tokenFile == null) {
      throw new ParameterException(
          spec.commandLine(), "--target needs --admin and --token-file beside it.");
    }
    if (kills > 0 || storeOutage != null) {
      throw new ParameterException(
          spec.commandLine(), "--kill and --store-outage are for a server of the drill's own.");
    }
    return Optional.of(new Setup.Target(target, admin, tokenFile));
  }

  private Plan plan() {
    boolean rounds = cluster.hasFaults();
    boolean many = cluster.isCluster(); // all on this machine, so that each has less of it
    int crowd = buyers != null ? buyers : many ? 2_000 : 5_000;
    int stock = units != null ? units : many ? 300 : 200;
    Shares shares = honest ? Shares.honest() : Shares.usual();
    Duration waves = every == null ? EVERY : every;
    Duration selling = seconds != null ? Duration.ofSeconds(seconds) : defaultSelling(crowd);
    int places = wave != null ? wave : fittingWave(stock, waves, selling);
    try {
      return new Plan(
          crowd,
          stock,
          skus,
          places,
          waves,
          Pick.valueOf(pick.toUpperCase(Locale.ROOT)),
          selling,
          kills == 0 && !rounds ? PAY_WITHIN : PAY_WITHIN_KILLED,
          tryEvery == null ? Plan.TRY_EVERY : tryEvery,
          rate,
          seed == null ? cluster.findSeed().orElseGet(DrillCommand::anySeed) : seed,
          cluster.isCluster() ? shares.withoutDroppedCallbacks() : shares);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static long anySeed() {
    return ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
  }

  private Duration defaultSelling(int crowd) {
    Duration usual = Duration.ofSeconds(10);
    Duration killed = LIFE.multipliedBy(kills);
    Duration arrivals = rate > 0 ? Duration.ofSeconds(Math.ceilDiv(crowd, rate)) : usual;
    Duration longer = killed.compareTo(arrivals) > 0 ? killed : arrivals;
    return longer.compareTo(usual) > 0 ? longer : usual;
  }

  private int fittingWave(int stock, Duration waves, Duration selling) {
    long count = Math.max(1, selling.dividedBy(waves));
    return (int) Math.max(1, Math.ceilDiv(Math.ceilDiv(stock, skus), count));
  }
}
