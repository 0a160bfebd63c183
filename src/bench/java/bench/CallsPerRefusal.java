package bench;

import static bench.Machine.text;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What refusals cost the stores: commands of Redis and transactions of PostgreSQL, as these count
 * them, while a crowd is refused, less what they count in the same time without a crowd. The gate
 * is a process of its own, and the other roles' process stands still meanwhile, since what that
 * asks the stores every second would hide what a refusal costs.
 */
final class CallsPerRefusal implements Race {
  private static final double GOAL = 1.0;
  private static final double REFUSALS_A_CALL = 10_000;
  private static final int BUYERS = 20_000;
  private static final int CONNECTIONS = 64;
  private static final int QUEUE = 1_000;

  /** Gone after the first wave: whoever waits for a draw is no refusal, and costs calls. */
  private static final int UNITS = 10;

  @Override
  public List<String> lines() {
    return List.of("calls-per-refusal");
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    long wanted = lab.quick() ? 100_000 : 1_000_000;
    Backends backends = Backends.start(lab, Lab.BOTH_CORES);
    Server others =
        Server.start(lab, Lab.BOTH_CORES, backends.settings(lab, QUEUE, "[orders, console]"), "");
    Server gate = others.another(Lab.SERVER_CORE, backends.settings(lab, QUEUE, "[gate]"));
    others.sell("race", UNITS, Refusals.fairWaves(), "5s", Duration.ofSeconds(2));
    Path passes = gate.signer("race").write(lab.folder().resolve("passes"), 0, BUYERS);
    Wrk wrk = new Wrk(lab, CONNECTIONS, passes, "race");
    wrk.run(Lab.LOAD_CORE, gate.port(), lab.warmUpSeconds());
    Lab.pause(Duration.ofSeconds(10)); // what was drawn is sold and written
    Lab.signal("STOP", others.process());
    long refused = 0;
    long postgres = -backends.transactions();
    Map<String, Long> before = backends.redisCalls();
    long startNs = System.nanoTime();
    while (refused < wanted) {
      refused += wrk.run(Lab.LOAD_CORE, gate.port(), lab.measureSeconds()).refused();
    }
    long tookNs = System.nanoTime() - startNs;
    Map<String, Long> crowd = since(before, backends.redisCalls());
    postgres += backends.transactions();
    long quietPostgres = -backends.transactions();
    before = backends.redisCalls();
    Lab.pause(Duration.ofNanos(tookNs));
    Map<String, Long> quiet = since(before, backends.redisCalls());
    quietPostgres += backends.transactions();
    Lab.signal("CONT", others.process());
    long redis = sum(crowd);
    long quietRedis = sum(quiet);
    long more = Math.max(0, redis - quietRedis) + Math.max(0, postgres - quietPostgres);
    return List.of(
        new Result(
            "calls-per-refusal",
            refused / REFUSALS_A_CALL / Math.max(1, more),
            GOAL,
            List.of(
                text(
                    "%,d refusals in %,d s; Redis ran %,d commands and %,d in as long a quiet time,"
                        + " PostgreSQL %,d transactions and %,d",
                    refused, tookNs / 1_000_000_000, redis, quietRedis, postgres, quietPostgres),
                "Redis, each command with the crowd: " + crowd,
                "Redis, each command without: " + quiet)));
  }

  private static Map<String, Long> since(Map<String, Long> before, Map<String, Long> after) {
    Map<String, Long> calls = new TreeMap<>();
    after.forEach((name, count) -> calls.put(name, count - before.getOrDefault(name, 0L)));
    calls.values().removeIf(count -> count == 0);
    return calls;
  }

  private static long sum(Map<String, Long> calls) {
    return calls.values().stream().mapToLong(Long::longValue).sum();
  }
}
