package io.doorbuster.gate;

import io.doorbuster.drill.servers.RedisServer;
import io.doorbuster.gate.pass.Pass;
import io.doorbuster.gate.pass.PassKeys;
import io.doorbuster.gate.pass.Passes;
import io.doorbuster.inventory.redis.RedisOptions;
import io.doorbuster.inventory.redis.RedisWaves;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Language;
import io.doorbuster.sale.Limits;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Release;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.WaveTable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Several gates over one Redis, one stock and one database, with the time of that Redis. */
final class SharedGates implements AutoCloseable {
  static final String SEED = "0123456789abcdef".repeat(4);

  /** From the gate's verdict to the reservation: long enough to be seen by others in between. */
  private static final Duration RESERVING = Duration.ofMillis(5);

  /** One unit is nobody's twice. */
  private final Map<String, AtomicInteger> free = new ConcurrentHashMap<>();

  final AtomicInteger oversold = new AtomicInteger();
  final List<One> gates = new ArrayList<>();
  final WaveTable waves;
  private final Database database;
  private final RedisServer server;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final Passes passes =
      new Passes(
          new PassKeys(
              List.of(new PassKeys.Key("k1", "a".repeat(32).getBytes(StandardCharsets.UTF_8)))));

  /** One gate, its node and what it promised. */
  final class One implements Budget, AutoCloseable {
    final CutNode node;
    final OrderIds ids;
    final Gate gate;
    final ConcurrentLinkedQueue<Permit> winners = new ConcurrentLinkedQueue<>();
    private final Map<OrderId, Permit> outstanding = new ConcurrentHashMap<>();

    One(RedisWaves waves) {
      node = new CutNode(waves);
      ids = new OrderIds(new byte[32], 4, waves.clock());
      gate =
          new Gate(
              new Gate.Parts(
                  waves.clock(),
                  System::nanoTime,
                  passes,
                  new BlockList(),
                  this,
                  ids,
                  SharedGates.this.waves::save,
                  drawn -> drawn.forEach(this::won),
                  node,
                  1_000_000_000,
                  100_000));
    }

    private void won(Permit permit) {
      winners.add(permit);
      reserveSoon(permit);
    }

    void reserveSoon(Permit permit) {
      Future<?> _ =
          timer.schedule(() -> reserve(permit), RESERVING.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void reserve(Permit permit) {
      if (stock(permit.sku()).addAndGet(-permit.quantity()) < 0) {
        oversold.incrementAndGet();
      }
      outstanding.remove(permit.order());
    }

    Verdict ask(Sale sale, String buyer, int quantity) {
      Instant end = sale.closesAt().plus(Duration.ofDays(1));
      String token = passes.issue(new Pass(sale.id(), new BuyerId(buyer), 1, end, null));
      return switch (gate.screen(sale.id(), token, () -> "")) {
        case Gate.Screening.No no -> no.refused();
        case Gate.Screening.Yes yes -> gate.decide(yes, Optional.of(new Gate.Wish("a", quantity)));
      };
    }

    @Override
    public OptionalInt units(String sale, String sku) {
      return OptionalInt.of(stock(sku).get() - outstanding(sale, sku));
    }

    @Override
    public int outstanding(String sale, String sku) {
      return outstanding.values().stream().mapToInt(Permit::quantity).sum();
    }

    @Override
    public Optional<Map<String, Integer>> askFree(Sale sale) {
      Map<String, Integer> units = new HashMap<>();
      sale.skus().forEach(sku -> units.put(sku.id(), stock(sku.id()).get()));
      return Optional.of(units);
    }

    @Override
    public void permit(Permit permit) {
      outstanding.put(permit.order(), permit);
    }

    @Override
    public void giveBack(Permit permit) {
      outstanding.remove(permit.order());
    }

    @Override
    public void close() {
      gate.close();
      node.close();
    }
  }

  SharedGates(Path folder, int count) {
    server = RedisServer.start(folder.resolve("redis"), "--appendfsync", "no");
    database = Database.open(folder.resolve("waves.db"));
    waves = new WaveTable(database);
    for (int i = 0; i < count; i++) {
      gates.add(new One(RedisWaves.open(RedisOptions.standalone("localhost", server.port()))));
    }
  }

  RedisServer server() {
    return server;
  }

  One gate(int index) {
    return gates.get(index);
  }

  AtomicInteger stock(String sku) {
    return free.computeIfAbsent(sku, k -> new AtomicInteger());
  }

  /** A sale that opens a moment from now, at every gate. */
  Sale open(Pick pick, int wave, Duration every, int units) {
    stock("a").set(units);
    Instant opensAt = gate(0).node.clock().instant().plusMillis(700);
    Sale sale =
        new Sale(
            "boots",
            "Boots",
            "",
            null,
            Language.EN,
            Currency.getInstance("EUR"),
            Instant.ofEpochMilli(opensAt.toEpochMilli()),
            opensAt.plusSeconds(600),
            new Release(wave, every, pick, Duration.ofMinutes(5)),
            new Limits(3, Duration.ofMillis(1), Duration.ofMinutes(10)),
            Duration.ofMinutes(15),
            List.of(new Sku("a", "a", 1_000, 2_000, 200)),
            false,
            null);
    Listing listing =
        new Listing(
            sale,
            SalePhase.PUBLISHED,
            SEED,
            1,
            sale.closesAt().plus(Duration.ofDays(1)),
            false,
            false,
            1,
            0,
            List.of(),
            false);
    gates.forEach(one -> one.gate.show(listing));
    return sale;
  }

  /** Moves every gate's clock on, as the program does. */
  void tick(One one) {
    Future<?> _ = timer.scheduleAtFixedRate(one.gate::tick, 0, 10, TimeUnit.MILLISECONDS);
  }

  void tickAll() {
    gates.forEach(this::tick);
  }

  /** Returns when so much of a wave is over by the node's time. */
  void awaitWave(Sale sale, long wave, double part) throws InterruptedException {
    long everyMs = sale.release().every().toMillis();
    Instant at = sale.opensAt().plusMillis(everyMs * wave + (long) (everyMs * part));
    long waitMs = Duration.between(gate(0).node.clock().instant(), at).toMillis();
    TimeUnit.MILLISECONDS.sleep(Math.max(0, waitMs));
  }

  @Override
  public void close() {
    timer.shutdownNow();
    gates.forEach(One::close);
    server.close();
    database.close();
  }
}
