package bench;

import static bench.Machine.text;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What refusals cost the stores: commands of Redis and transactions of PostgreSQL, as these count
 * them, while a crowd is refused, less what they count in the same time without a crowd.
 */
final class CallsPerRefusal implements Race {
  private static final double GOAL = 1.0;
  private static final double REFUSALS_A_CALL = 10_000;
  private static final int BUYERS = 20_000;
  private static final int CONNECTIONS = 64;

  @Override
  public List<String> lines() {
    return List.of("calls-per-refusal");
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    long wanted = lab.quick() ? 100_000 : 1_000_000;
    Backends backends = Backends.start(lab, Lab.BOTH_CORES);
    Server server = backends.serve(lab, Lab.SERVER_CORE, 1_000);
    server.sell("race", 100, Refusals.fairWaves(), "5s", Duration.ofSeconds(2));
    Path passes = server.signer("race").write(lab.folder().resolve("passes"), 0, BUYERS);
    Wrk wrk = new Wrk(lab, CONNECTIONS, passes, "race");
    wrk.run(Lab.LOAD_CORE, server.port(), lab.warmUpSeconds());
    Lab.pause(Duration.ofSeconds(10)); // what was drawn is sold and written
    long refused = 0;
    long redis = -backends.redisCalls();
    long postgres = -backends.transactions();
    long startNs = System.nanoTime();
    while (refused < wanted) {
      refused += wrk.run(Lab.LOAD_CORE, server.port(), lab.measureSeconds()).refused();
    }
    long tookNs = System.nanoTime() - startNs;
    redis += backends.redisCalls();
    postgres += backends.transactions();
    long quietRedis = -backends.redisCalls();
    long quietPostgres = -backends.transactions();
    Lab.pause(Duration.ofNanos(tookNs));
    quietRedis += backends.redisCalls();
    quietPostgres += backends.transactions();
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
                    refused, tookNs / 1_000_000_000, redis, quietRedis, postgres, quietPostgres))));
  }
}
