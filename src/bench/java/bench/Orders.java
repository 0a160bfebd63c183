package bench;

import static bench.Machine.text;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Accepted orders from the first request to the last commit, against a bare loop of inserts of the
 * same rows; and what they cost the server. Load and server share both cores.
 */
final class Orders implements Race {
  static final int ORDERS = 100_000;
  static final int CONNECTIONS = 64;

  /** Room for all at once: a load that is never told to come again asks each buyer's wish once. */
  static final String QUEUE = "inventory: {queueCapacity: " + ORDERS + "}";

  private static final double GOAL = 0.5;
  private static final double CPU_GOAL = 1.0;
  private static final double CPU_SECONDS_A_THOUSAND = 0.06;

  /** Of the fastest open system that was built and run on two such cores. */
  private static final double FASTEST_PEER = 659;

  /** Sales that go ahead: admissions and commits are rare in the server's own warm-up. */
  private static final int SETTLING = 3;

  private static final Duration BOUND = Duration.ofSeconds(60);

  /** One sale, sold out. */
  record Run(double perSecond, double cpuSecondsAThousand) {}

  @Override
  public List<String> lines() {
    return List.of("orders", "orders-cpu");
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Server server = start(lab);
    List<Double> ratios = new ArrayList<>();
    List<Double> cpu = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    List<String> details = new ArrayList<>();
    for (int run = 0; run < SETTLING; run++) {
      sellOut(lab, server, "settling-" + run);
    }
    for (int pair = 0; pair < lab.pairs(); pair++) {
      double loop = insertLoop(lab);
      Run ours = sellOut(lab, server, "orders-" + pair);
      ratios.add(ours.perSecond() / loop);
      rates.add(ours.perSecond());
      cpu.add(ours.cpuSecondsAThousand());
      details.add(
          text(
              "inserts %,.0f/s; orders %,.0f/s, %.3f CPU-seconds a thousand (%,.0f orders per"
                  + " CPU-second)",
              loop,
              ours.perSecond(),
              ours.cpuSecondsAThousand(),
              1_000 / ours.cpuSecondsAThousand()));
    }
    details.addFirst(
        text(
            "%,d orders in the database, %d connections, %.0f times the fastest peer's %.0f/s",
            ORDERS, CONNECTIONS, Lab.median(rates) / FASTEST_PEER, FASTEST_PEER));
    List<String> profile = Profile.of(lab, server, () -> sellOut(lab, server, "profile"));
    double cost = Lab.median(cpu);
    return List.of(
        new Result("orders", Lab.median(ratios), GOAL, details, profile),
        new Result(
            "orders-cpu",
            CPU_SECONDS_A_THOUSAND / cost,
            CPU_GOAL,
            List.of(text("%.3f CPU-seconds of the server for 1,000 orders", cost))));
  }

  /** Its own warm-up takes admissions and commits too, and leaves its database small. */
  static Server start(Lab lab) throws IOException, InterruptedException {
    return lab.server(Lab.BOTH_CORES, QUEUE, "gate: {warmUp: " + lab.warmUpSeconds() + "s}");
  }

  /** Lets each of the buyers have his unit, and waits until the last order is committed. */
  static Run sellOut(Lab lab, Server server, String sale)
      throws IOException, InterruptedException, SQLException {
    Path passes = server.signer(sale).write(lab.folder().resolve(sale), 0, ORDERS);
    Instant opens = server.sell(sale, ORDERS, allAtOnce(ORDERS), "5s", Duration.ofSeconds(2));
    Lab.pause(Duration.between(Instant.now(), opens.plusMillis(300)));
    try (Books books = Books.ofFile(server.database(), sale)) {
      Wrk wrk = new Wrk(lab, CONNECTIONS, passes, sale);
      double cpuBefore = Machine.cpuSeconds(server.pid());
      long[] endMs = new long[1];
      Thread watch = Thread.ofVirtual().start(() -> endMs[0] = books.awaitSold(ORDERS, BOUND));
      wrk.once(Lab.BOTH_CORES, server.port());
      watch.join();
      double cpu = Machine.cpuSeconds(server.pid()) - cpuBefore;
      if (endMs[0] == 0) {
        throw new IOException(
            "%d of %d orders after %s: %s"
                .formatted(books.sold(), ORDERS, BOUND, server.verdicts()));
      }
      double seconds = (endMs[0] - books.firstAdmittedMs()) / 1_000.0;
      return new Run(ORDERS / seconds, cpu / ORDERS * 1_000);
    }
  }

  static String allAtOnce(int places) {
    return String.format(
        Locale.ROOT, "\"wave\": %d, \"every\": \"5m\", \"pick\": \"first\"", places);
  }

  /** In a process of its own on both cores, as the server is; rows a second. */
  private static double insertLoop(Lab lab) throws IOException, InterruptedException {
    Path folder = lab.newFolder("inserts");
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                InsertLoop.class.getName(),
                folder.resolve("rows.db").toString(),
                Integer.toString(ORDERS))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Process process = lab.start(Lab.BOTH_CORES, builder);
    process.waitFor();
    lab.end(process);
    return InsertLoop.readRate(log);
  }
}
