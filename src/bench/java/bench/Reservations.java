package bench;

import static bench.Machine.text;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.inventory.SaleControl;
import io.doorbuster.inventory.StockLoad;
import io.doorbuster.inventory.redis.RedisEngine;
import io.doorbuster.inventory.redis.RedisOptions;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reservations that are on the disk before they are answered: ours, of which those gather that come
 * while a call is under way, against redis-benchmark calling the same script for one claim a call.
 * The server has a core of its own, each load the other one.
 */
final class Reservations implements Race {
  private static final double GOAL = 5;
  private static final String SALE = "boots";
  private static final String SKU = "boots-42";
  private static final int UNITS = 100_000_000;

  /** Buyers whose requests wait at the same time. */
  private static final int CALLERS = 800;

  private static final int ALTERNATIVES_CALLS = 100_000;

  /** Of a shard, as every script gets them. */
  private static final List<String> KEYS =
      List.of("meta", "stock", "buyers", "held", "queue", "moves", "transfers", "held-units");

  private static final Pattern RATE = Pattern.compile("([0-9.]+) requests per second");

  @Override
  public List<String> lines() {
    return List.of("durable-reservations");
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Path folder = lab.newFolder("redis");
    int port = Lab.freePort();
    Process redis =
        lab.start(
            Lab.SERVER_CORE,
            new ProcessBuilder(Backends.redisCommand(port, folder))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile()));
    Lab.pause(Duration.ofSeconds(1));
    List<Double> ratios = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    List<String> details = new ArrayList<>();
    try (RedisEngine engine =
        RedisEngine.open(
            RedisOptions.standalone("127.0.0.1", port),
            new RedisEngine.Options(1, UNITS, Duration.ofMinutes(5)),
            buyer -> 0)) {
      reserve(engine, Duration.ofSeconds(lab.warmUpSeconds()));
      for (int pair = 0; pair <= lab.pairs(); pair++) {
        double theirs = alternative(engine, port);
        double cpuBefore = Machine.cpuSeconds(redis.pid());
        double ours = reserve(engine, Duration.ofSeconds(lab.measureSeconds()));
        double cpu = Machine.cpuSeconds(redis.pid()) - cpuBefore;
        if (pair > 0) { // the first one settles
          ratios.add(ours / theirs);
          rates.add(ours);
          details.add(
              text(
                  "ours %,.0f/s with %d buyers waiting (%,.0f for each CPU second of Redis),"
                      + " redis-benchmark -c 64 %,.0f/s",
                  ours, CALLERS, ours * lab.measureSeconds() / cpu, theirs));
        }
      }
    }
    return List.of(
        new Result("durable-reservations", Lab.median(ratios), GOAL, details)
            .with(Map.of("reservationsPerSecond", Lab.median(rates))));
  }

  private static void load(RedisEngine engine) {
    Instant now = Instant.now();
    SaleControl open =
        new SaleControl(
            now.minusSeconds(60), now.plus(Duration.ofHours(5)), SaleControl.State.RUNNING, 0);
    engine.load(
        new StockLoad(SALE, 1, open, Duration.ofMinutes(10), Map.of(SKU, UNITS), List.of()));
  }

  /** Reserved orders a second; every answer must be one. */
  private static double reserve(RedisEngine engine, Duration time) throws InterruptedException {
    load(engine);
    AtomicLong reserved = new AtomicLong();
    AtomicLong others = new AtomicLong();
    AtomicLong number = new AtomicLong();
    long start = System.nanoTime();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(
          Thread.startVirtualThread(
              () -> {
                while (System.nanoTime() - start < time.toNanos()) {
                  Claim claim = claim(number.incrementAndGet());
                  boolean yes =
                      engine.reserve(List.of(claim)).getFirst() instanceof ReserveResult.Reserved;
                  (yes ? reserved : others).incrementAndGet();
                }
              }));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (others.get() > 0 || engine.queued() != reserved.get()) {
      throw new IllegalStateException(
          others + " answers were no reservation; Redis holds " + engine.queued());
    }
    return reserved.get() / seconds;
  }

  private static Claim claim(long number) {
    OrderId order = new OrderId(number, ThreadLocalRandom.current().nextLong());
    return new Claim(
        order, SALE, SKU, new BuyerId("buyer-" + number), 1, 3, Instant.EPOCH, "cart-7");
  }

  private static double alternative(RedisEngine engine, int port)
      throws IOException, InterruptedException {
    load(engine);
    List<String> command =
        new ArrayList<>(
            List.of(
                Machine.program(
                    "redis-benchmark", "as root on Debian: apt-get install redis-tools"),
                "-p",
                Integer.toString(port),
                "-c",
                "64",
                "-n",
                Integer.toString(ALTERNATIVES_CALLS),
                "-r",
                "2000000000",
                "-q",
                "evalsha",
                sha(),
                Integer.toString(KEYS.size())));
    for (String key : KEYS) {
      command.add("{" + SALE + ":0}:" + key);
    }
    command.addAll(List.of("1", "", Integer.toString(UNITS)));
    command.addAll(List.of("order-__rand_int__", "buyer-__rand_int__", SKU, "1", "3\n0\n=cart-7"));
    Process benchmark = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(benchmark.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    benchmark.waitFor();
    Matcher rate = RATE.matcher(printed);
    if (!rate.find()) {
      throw new IOException("redis-benchmark says " + printed);
    }
    Lab.pause(Duration.ofMillis(300)); // until the engine has looked
    if (engine.queued() < ALTERNATIVES_CALLS * 0.99) {
      throw new IOException("only " + engine.queued() + " of its calls have reserved");
    }
    return Double.parseDouble(rate.group(1));
  }

  /** How the server names the script of the engine. */
  private static String sha() throws IOException {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      for (String name : List.of("shard", "reserve")) {
        try (InputStream in =
            RedisEngine.class.getResourceAsStream("/inventory/" + name + ".lua")) {
          sha1.update(Objects.requireNonNull(in, name).readAllBytes());
        }
      }
      return HexFormat.of().formatHex(sha1.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
