package bench;

import bench.Race.CanNotRun;
import bench.Race.Result;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs the races one after the other and prints a line for each; see {@code docs/benchmarks.md}.
 */
final class Bench {
  private static final List<Race> RACES =
      List.of(
          new Refusals(64, 1.1),
          new Refusals(1_000, 1.0),
          new Orders(),
          new OrdersLatency(),
          new LimiterMemory(),
          new IdleMemory(),
          new Start(),
          new FirstSecond(),
          new SignInStorm(),
          new Reservations(),
          new OrdersIntoPostgres(),
          new ClusterOrders(),
          new ClickToPay(),
          new CallsPerRefusal(),
          new EdgePage(),
          new FirstView(),
          new Lighthouse(),
          new PageRequests(),
          new PlanDrill(1_000, 5),
          new PlanDrill(2_000, 10),
          new PlanDrill(5_000, 20));

  /** Those with servers behind. */
  private static final List<Class<? extends Race>> CLUSTER =
      List.of(
          Reservations.class,
          OrdersIntoPostgres.class,
          ClusterOrders.class,
          ClickToPay.class,
          CallsPerRefusal.class);

  /** Those with the edge in front. */
  private static final List<Class<? extends Race>> EDGE =
      List.of(
          EdgePage.class, FirstView.class, Lighthouse.class, PageRequests.class, PlanDrill.class);

  private static final Map<String, List<Class<? extends Race>>> GROUPS =
      Map.of("cluster", CLUSTER, "edge", EDGE);

  /** Of all cores, ahead of a race: more than this is told. */
  private static final double BUSY = 0.05;

  private final List<Result> results = new ArrayList<>();
  private final List<String> notRun = new ArrayList<>();

  private Bench() {}

  public static void main(String[] args) throws Exception {
    List<String> names = new ArrayList<>();
    boolean quick = false;
    Path json = null;
    List<String> known = RACES.stream().flatMap(race -> race.lines().stream()).toList();
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--quick")) {
        quick = true;
      } else if (args[i].equals("--json") && i + 1 < args.length) {
        json = Path.of(args[++i]);
      } else if (GROUPS.containsKey(args[i])) {
        List<Class<? extends Race>> group = GROUPS.getOrDefault(args[i], List.of());
        RACES.stream()
            .filter(race -> group.contains(race.getClass()))
            .forEach(race -> names.addAll(race.lines()));
      } else if (known.contains(args[i])) {
        names.add(args[i]);
      } else {
        System.err.println(usage(known));
        System.exit(args[i].equals("--help") ? 0 : 2);
      }
    }
    System.exit(new Bench().run(names, quick, json) ? 0 : 1);
  }

  private static String usage(List<String> known) {
    return """
    usage: ./bench [--quick] [--json FILE] [NAME...]
      NAME     races to run, all by default: %s
      cluster  those on Redis and PostgreSQL
      edge     those with nginx in front
      --quick  shorter, to try it; its figures are rough
      --json   also writes the results to a file, for doorbuster plan too\
    """
        .formatted(String.join(" ", known));
  }

  /** Returns whether all that was asked for has been run. */
  private boolean run(List<String> names, boolean quick, @Nullable Path json) throws Exception {
    Lab.say("machine: " + Machine.describe() + (quick ? "; quick, so the figures are rough" : ""));
    for (Race race : RACES) {
      if (names.isEmpty() || race.lines().stream().anyMatch(names::contains)) {
        run(race, quick);
      }
    }
    System.out.println();
    results.forEach(result -> System.out.println(line(result)));
    notRun.forEach(System.out::println);
    if (json != null) {
      Files.writeString(json, json(quick).encodePrettily() + "\n");
    }
    return notRun.isEmpty();
  }

  private void run(Race race, boolean quick) throws IOException, InterruptedException {
    String all = String.join(", ", race.lines());
    Lab.say("\n" + all + " ...");
    double others = Machine.busyShare(Duration.ofSeconds(1));
    if (others > BUSY) {
      Lab.say("  others use %.0f %% of this machine: expect noise".formatted(100 * others));
    }
    long startNs = System.nanoTime();
    try (Lab lab = new Lab(quick)) {
      for (Result result : race.run(lab)) {
        result.details().forEach(detail -> Lab.say("  " + detail));
        result.profile().forEach(row -> Lab.say("    " + row));
        System.out.println(line(result));
        results.add(result);
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (CanNotRun e) {
      isNotRun(all, String.valueOf(e.getMessage()));
    } catch (Exception e) {
      isNotRun(all, "it failed: " + e);
      Arrays.stream(e.getStackTrace()).limit(8).forEach(at -> System.err.println("    " + at));
    }
    Lab.say("  (%d s)".formatted((System.nanoTime() - startNs) / 1_000_000_000));
  }

  private void isNotRun(String race, String why) {
    String line = "race " + race + " NOT RUN: " + why;
    System.out.println(line);
    notRun.add(line);
  }

  private static String line(Result result) {
    return String.format(
        Locale.ROOT, "race %s ratio %.2f goal %.2f", result.name(), result.ratio(), result.goal());
  }

  private JsonObject json(boolean quick) throws IOException {
    JsonArray races = new JsonArray();
    JsonObject figures = new JsonObject();
    for (Result result : results) {
      result.figures().forEach(figures::put);
      races.add(
          new JsonObject()
              .put("name", result.name())
              .put("ratio", result.ratio())
              .put("goal", result.goal())
              .put("details", new JsonArray(result.details()))
              .put("profile", new JsonArray(result.profile())));
    }
    return new JsonObject()
        .put("at", Instant.now().toString())
        .put("machine", Machine.describe())
        .put("quick", quick)
        .put("races", races)
        .put("figures", figures)
        .put("notRun", new JsonArray(notRun));
  }
}
