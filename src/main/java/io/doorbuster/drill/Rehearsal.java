package io.doorbuster.drill;

import io.doorbuster.drill.workload.History;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A setup in, a report out: makes and clears away all that a {@link Drill} needs around it. */
public final class Rehearsal {
  private static final int EVENT_LOOPS = 2;

  private final PrintStream out;
  private final InstantSource clock;

  public Rehearsal(PrintStream out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
  }

  /** Empty where the rehearsal could not be finished; why has been printed. */
  public Optional<Report> run(Setup setup) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("doorbuster-drill");
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS));
    Optional<Report> report = Optional.empty();
    try (ServerProcess server = server(setup, folder);
        History history = history(setup);
        Progress progress = new Progress(out, clock, setup.plan().units());
        Drill drill = new Drill(setup, server, vertx, history, progress, clock)) {
      report = Optional.of(drill.run());
    } catch (DrillFailed e) {
      out.println("The drill, seed " + setup.plan().seed() + ", was stuck: " + e.getMessage());
    } catch (IllegalStateException e) {
      out.println("The drill can not be run: " + e.getMessage());
    } finally {
      vertx.close();
    }
    report.ifPresent(done -> done.print(out));
    if (setup.keep() || report.filter(Report::passed).isEmpty()) {
      out.println("The server's folder is kept: " + folder);
    } else {
      delete(folder);
    }
    return report;
  }

  private static ServerProcess server(Setup setup, Path folder) {
    return setup
        .target()
        .<ServerProcess>map(t -> new RemoteServer(List.of(t.buyers()), t.admin(), t.tokenFile()))
        .or(() -> setup.cluster().map(cluster -> new Fleet(folder, new Backends(folder, cluster))))
        .orElseGet(() -> new ChildServer(folder));
  }

  private static History history(Setup setup) throws IOException {
    return setup.historyFile().isPresent()
        ? History.alsoTo(setup.historyFile().get())
        : History.inMemory();
  }

  static void delete(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
