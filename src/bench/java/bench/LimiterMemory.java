package bench;

import static bench.Machine.megabytes;
import static bench.Machine.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What it costs to remember when each buyer last tried, in a real process that all have asked. */
final class LimiterMemory implements Race {
  private static final double GOAL = 1.0;
  private static final double BYTES_A_BUYER = 64;
  private static final double ALL_BYTES = 1L << 30;
  private static final int MILLION = 1_000_000;

  /** Less than the goal, so that a server that lives has reached it. */
  private static final String SMALL_HEAP = "-Xmx800m";

  /** Passes at a time in the load's memory. */
  private static final int CHUNK = 250_000;

  private static final int CONNECTIONS = 64;

  @Override
  public List<String> lines() {
    return List.of("limiter-bytes", "limiter-heap");
  }

  /** Of one process, in bytes. */
  private record Memory(
      long heapBefore,
      long heapAfter,
      long residentAfter,
      Map<String, Long> verdicts,
      List<String> objects) {}

  @Override
  public List<Result> run(Lab lab) throws IOException, InterruptedException {
    Memory one = measure(lab, MILLION, "");
    double each = (double) (one.heapAfter() - one.heapBefore()) / MILLION;
    int most = lab.quick() ? 2 * MILLION : 10 * MILLION;
    Memory ten = measure(lab, most, SMALL_HEAP);
    return List.of(
        new Result(
            "limiter-bytes",
            BYTES_A_BUYER / each,
            GOAL,
            List.of(
                text(
                    "%.1f bytes of live heap a buyer at %,d buyers, who all asked (%s)"
                        + "; the whole sale is counted",
                    each, MILLION, one.verdicts())),
            one.objects(),
            Map.of("buyerBytes", each)),
        new Result(
            "limiter-heap",
            ALL_BYTES / ten.residentAfter(),
            GOAL,
            List.of(
                text(
                    "%,.0f MiB resident in all at %,d buyers, who all asked (%s),"
                        + " with %s; %,.0f MiB of it live heap",
                    megabytes(ten.residentAfter()),
                    most,
                    ten.verdicts(),
                    SMALL_HEAP,
                    megabytes(ten.heapAfter()))),
            ten.objects()));
  }

  private static Memory measure(Lab lab, int buyers, String options)
      throws IOException, InterruptedException {
    List<String> settings = List.of("gate: {buyersMax: " + buyers + ", warmUp: 0s}");
    try (Server server = Server.start(lab, Lab.SERVER_CORE, settings, options)) {
      long before = server.liveHeapBytes();
      server.sell("race", 100_000, Refusals.fairWaves(), "1h", Duration.ZERO);
      Server.Signer signer = server.signer("race");
      Path passes = lab.folder().resolve("passes");
      Wrk wrk = new Wrk(lab, CONNECTIONS, passes, "race");
      for (int from = 0; from < buyers; from += CHUNK) {
        signer.write(passes, from, from + CHUNK);
        wrk.once(Lab.LOAD_CORE, server.port());
      }
      Files.delete(passes);
      long after = server.liveHeapBytes();
      return new Memory(
          before,
          after,
          Machine.residentBytes(server.pid()),
          server.verdicts(),
          server.largestObjects());
    }
  }
}
