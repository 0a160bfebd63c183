package io.doorbuster.drill;

import io.doorbuster.drill.workload.History;
import io.doorbuster.drill.workload.Plan;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Small sales over one fleet, each with one fault; what each came to is kept in a file. */
public final class FaultRounds {
  private static final int EVENT_LOOPS = 2;

  /**
   * What is to be run.
   *
   * @param rounds for each fault
   * @param results gets a line of JSON a round; those that are in it are not run again
   * @param markdown gets the table
   */
  public record Options(
      List<Fault> faults, int rounds, Optional<Path> results, Optional<Path> markdown) {}

  private final PrintStream out;
  private final InstantSource clock;
  private final Setup setup;
  private final Options options;
  private final List<Round> done = new ArrayList<>();
  private @Nullable Path folder;
  private @Nullable Fleet fleet;

  public FaultRounds(PrintStream out, InstantSource clock, Setup setup, Options options) {
    this.out = out;
    this.clock = clock;
    this.setup = setup;
    this.options = options;
  }

  /** All faults once, then all again; true where no promise was broken. */
  public boolean run() throws IOException, InterruptedException {
    done.addAll(known(setup.plan().seed()));
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS));
    try {
      for (int number = 1; number <= options.rounds(); number++) {
        for (Fault fault : options.faults()) {
          if (!isDone(fault, number)) {
            keep(round(vertx, fault, number));
          }
        }
      }
    } finally {
      endFleet(setup.keep());
      vertx.close();
    }
    FaultTable table = new FaultTable(done);
    out.println();
    out.print(table.text());
    if (options.markdown().isPresent()) {
      Files.writeString(options.markdown().get(), table.markdown());
    }
    boolean kept = done.stream().allMatch(round -> round.broken().isEmpty());
    out.println(kept ? "All promises kept." : "A promise was broken.");
    return kept;
  }

  /** Of the run that a file of results is of; empty where there is none yet. */
  public static Optional<Long> findSeed(Path results) throws IOException {
    if (!Files.exists(results)) {
      return Optional.empty();
    }
    return Files.readAllLines(results).stream()
        .findFirst()
        .map(line -> Round.parse(new JsonObject(line)).seed());
  }

  private List<Round> known(long seed) throws IOException {
    List<Round> known = new ArrayList<>();
    if (options.results().isPresent() && Files.exists(options.results().get())) {
      for (String line : Files.readAllLines(options.results().get())) {
        Round round = Round.parse(new JsonObject(line));
        if (round.seed() == seed) {
          known.add(round);
        }
      }
      out.printf("%d rounds of seed %d are done already%n", known.size(), seed);
    }
    return known;
  }

  private boolean isDone(Fault fault, int number) {
    return done.stream()
        .anyMatch(round -> round.fault().equals(fault.id()) && round.number() == number);
  }

  private void keep(Round round) throws IOException {
    done.add(round);
    out.printf("%s %d: %s%n", round.fault(), round.number(), round.text());
    if (options.results().isPresent()) {
      Files.writeString(
          options.results().get(),
          round.toJson().encode() + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }

  /** The same for the same round of the same run, another for any other. */
  static long seedOf(long seed, Fault fault, int number) {
    return Math.floorMod(Objects.hash(seed, fault.id(), number), Integer.MAX_VALUE);
  }

  private Round round(Vertx vertx, Fault fault, int number)
      throws IOException, InterruptedException {
    long seed = setup.plan().seed();
    long own = seedOf(seed, fault, number);
    Plan plan = setup.plan().seeded(own);
    out.printf("%s %d, seed %d: %s%n", fault.id(), number, own, fault.text());
    Fleet server = fleet();
    try (History history = history(fault, number);
        Progress progress = Progress.silent(out, clock, plan.units());
        Drill drill = new Drill(setup.with(plan), server, vertx, history, progress, clock)) {
      FleetBlow blow = new FleetBlow(fault, server, drill.admin(), plan.selling(), own);
      Report report = drill.struckBy(blow).run();
      long struckMs = fault.lastsWholeSale() ? 0 : drill.struckMs();
      Round round = Round.of(fault, number, seed, report, struckMs);
      if (!round.broken().isEmpty()) {
        report.print(out);
        endFleet(true);
      }
      return round;
    } catch (DrillFailed | IllegalStateException e) {
      endFleet(true); // whatever is wrong with it is not to spoil the next round
      return Round.stuck(fault, number, seed, String.valueOf(e.getMessage()));
    }
  }

  private History history(Fault fault, int number) throws IOException {
    return setup.historyFile().isPresent()
        ? History.alsoTo(
            setup
                .historyFile()
                .get()
                .resolveSibling(
                    setup.historyFile().get().getFileName() + "." + fault.id() + "-" + number))
        : History.inMemory();
  }

  private Fleet fleet() throws IOException {
    if (fleet == null) {
      Path made = Files.createTempDirectory("doorbuster-drill");
      folder = made;
      Setup.Cluster cluster = setup.cluster().orElseThrow();
      fleet = new Fleet(made, new Backends(made, cluster, true));
    }
    return fleet;
  }

  private void endFleet(boolean keep) {
    Fleet running = fleet;
    Path left = folder;
    fleet = null;
    folder = null;
    if (running == null || left == null) {
      return;
    }
    try {
      running.close();
      if (keep) {
        out.println("The servers' folder is kept: " + left);
      } else {
        Rehearsal.delete(left);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the servers' folder can not be cleared away", e);
    }
  }
}
