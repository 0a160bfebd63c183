package io.doorbuster.inventory;

import static io.doorbuster.inventory.Floor.SALE;
import static io.doorbuster.inventory.Floor.SKU;
import static io.doorbuster.inventory.Floor.buyer;
import static io.doorbuster.inventory.Floor.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.drill.servers.RedisServer;
import io.doorbuster.inventory.ReserveResult.AlreadyOrdered;
import io.doorbuster.inventory.ReserveResult.Reserved;
import io.doorbuster.inventory.ReserveResult.SoldOut;
import io.doorbuster.inventory.ReserveResult.Unknown;
import io.doorbuster.inventory.redis.RedisEngine;
import io.doorbuster.inventory.redis.RedisOptions;
import io.doorbuster.sale.OrderId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a sale outlives which death, with real servers that really die. */
@Tag("redis")
final class RedisFaultsIT {
  private static final Duration CLAIM_AFTER = Duration.ofSeconds(2);
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int SHARDS = 4;

  @TempDir private Path folder;
  private final Floor floor = new Floor(SHARDS);
  private final List<RedisEngine> engines = new ArrayList<>();
  private RedisServer server;

  @BeforeEach
  void start() {
    server = RedisServer.start(folder.resolve("redis"));
  }

  @AfterEach
  void stop() {
    engines.forEach(RedisEngine::close);
    server.close();
  }

  private RedisEngine engine() {
    RedisEngine engine =
        RedisEngine.open(
            RedisOptions.standalone("127.0.0.1", server.port()),
            new RedisEngine.Options(SHARDS, 10_000, CLAIM_AFTER),
            floor.ids::shardOf,
            floor.clock);
    engines.add(engine);
    return engine;
  }

  private static ReserveResult reserve(InventoryEngine engine, Claim claim) {
    return engine.reserve(List.of(claim)).getFirst();
  }

  private static List<OrderId> drainAll(InventoryEngine engine, int orders) {
    List<OrderId> drained = new ArrayList<>();
    await()
        .atMost(SOON)
        .until(
            () -> {
              List<QueuedOrder> batch = engine.drain(100, Duration.ofMillis(50));
              batch.forEach(order -> drained.add(order.claim().order()));
              engine.acknowledge(batch);
              return drained.size() >= orders;
            });
    return drained;
  }

  @Test
  void server_killedWhileSelling_losesNothingThatWasAnswered() throws InterruptedException {
    RedisEngine engine = engine();
    engine.load(load(2_000));
    Set<OrderId> answered = ConcurrentHashMap.newKeySet();
    Set<Claim> unknown = ConcurrentHashMap.newKeySet();
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    List<CompletableFuture<Void>> buyers =
        Stream.generate(
                () ->
                    CompletableFuture.runAsync(
                        () -> {
                          while (!over.get()) {
                            Claim claim = floor.claim(next.incrementAndGet());
                            ReserveResult result = reserve(engine, claim);
                            if (result instanceof Reserved) {
                              answered.add(claim.order());
                            } else if (result instanceof Unknown) {
                              unknown.add(claim);
                              return;
                            }
                          }
                        },
                        work -> Thread.ofVirtual().start(work)))
            .limit(8)
            .toList();
    await().atMost(SOON).until(() -> answered.size() > 200);
    server.kill();
    over.set(true);
    buyers.forEach(CompletableFuture::join);
    server.start();

    await().atMost(SOON).until(() -> !engine.isLoaded(SALE));
    assertThat(engine.resume(mark(1))).as("a server that restarted may be older").isFalse();
    assertThat(engine.carryOver(mark(2), Floor.control(SaleControl.State.RUNNING))).isTrue();
    Set<OrderId> tried = new HashSet<>(answered);
    for (Claim claim : unknown) {
      assertThat(reserve(engine, claim)).isInstanceOf(Reserved.class);
      tried.add(claim.order());
    }
    assertThat(drainAll(engine, tried.size())).containsExactlyInAnyOrderElementsOf(tried);
    assertThat(engine.available(SALE, SKU)).isEqualTo(2_000 - tried.size());
    assertThat(engine.findStatus(SALE).orElseThrow().held(SKU)).isZero();
  }

  private StockMark mark(long epoch) {
    Map<Integer, Long> sequences = new HashMap<>();
    for (int i = 0; i < SHARDS; i++) {
      sequences.put(i, 1L);
    }
    return new StockMark(SALE, epoch, sequences);
  }

  @Test
  void server_backEmpty_isNotedAndNotSoldFrom() {
    RedisEngine engine = engine();
    engine.load(load(10));
    reserve(engine, floor.claim(1));
    server.cli("flushall");
    assertThat(reserve(engine, floor.claim(2))).isEqualTo(new Unknown());
    await().atMost(SOON).until(() -> !engine.isLoaded(SALE));
    assertThat(engine.available(SALE, SKU)).isZero();
    assertThat(engine.carryOver(mark(2), Floor.control(SaleControl.State.RUNNING))).isFalse();
    engine.load(load(3, Map.of(SKU, 4)));
    assertThat(reserve(engine, floor.claim(2))).isInstanceOf(Reserved.class);
  }

  @Test
  void server_backWithOlderData_isNotCarriedOver() throws IOException {
    RedisEngine engine = engine();
    engine.load(load(100));
    reserve(engine, floor.claim(1));
    server.kill();
    copy(folder.resolve("redis"), folder.resolve("older"));
    server.start();
    await().atMost(SOON).until(() -> !engine.isLoaded(SALE));
    assertThat(engine.carryOver(mark(2), Floor.control(SaleControl.State.RUNNING))).isTrue();
    for (int i = 2; i < 50; i++) {
      assertThat(reserve(engine, floor.claim(i))).isInstanceOf(Reserved.class);
    }
    Map<Integer, Long> seen = engine.findMark(SALE).orElseThrow().sequences();
    server.kill();
    copy(folder.resolve("older"), folder.resolve("redis"));
    server.start();
    await().atMost(SOON).until(() -> !engine.isLoaded(SALE));
    assertThat(engine.resume(new StockMark(SALE, 1, seen))).isFalse();
    assertThat(
            engine.carryOver(
                new StockMark(SALE, 3, seen), Floor.control(SaleControl.State.RUNNING)))
        .isFalse();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  @Test
  void writer_thatDies_leavesItsOrdersToAnother() {
    RedisEngine dying = engine();
    dying.load(load(10));
    for (int i = 0; i < 5; i++) {
      reserve(dying, floor.claim(i));
    }
    RedisEngine other = engine();
    assertThat(other.resume(mark(1))).isTrue();
    List<QueuedOrder> taken = dying.drain(3, Duration.ofSeconds(1));
    assertThat(taken).hasSize(3);
    dying.acknowledge(taken.subList(0, 1));
    engines.remove(dying);
    dying.close();

    List<OrderId> written = drainAll(other, 4);
    assertThat(written).hasSize(4).doesNotContain(taken.getFirst().claim().order());
    assertThat(other.queued()).isZero();
  }

  @Test
  void writer_thatIsSlow_isNotRobbed() {
    RedisEngine slow = engine();
    slow.load(load(10));
    for (int i = 0; i < 5; i++) {
      reserve(slow, floor.claim(i));
    }
    RedisEngine other = engine();
    assertThat(other.resume(mark(1))).isTrue();
    List<QueuedOrder> taken = slow.drain(10, Duration.ofSeconds(1));
    assertThat(taken).hasSize(5);
    assertThat(other.drain(10, CLAIM_AFTER.multipliedBy(3))).isEmpty();
    slow.acknowledge(taken);
    assertThat(slow.queued()).isZero();
  }

  @Test
  void engine_ofAnOlderEpoch_isFencedOff() {
    RedisEngine old = engine();
    old.load(load(10));
    Claim claim = floor.claim(1);
    reserve(old, claim);
    List<QueuedOrder> taken = old.drain(10, Duration.ofSeconds(1));
    RedisEngine young = engine();
    young.load(load(2, Map.of(SKU, 10)));
    old.acknowledge(taken);
    assertThat(reserve(old, floor.claim(2))).isEqualTo(new Unknown());
    assertThat(old.isLoaded(SALE)).isFalse();
    assertThat(reserve(young, claim)).isInstanceOf(Reserved.class);
    assertThat(young.queued()).isEqualTo(1);
    old.unload(SALE);
    assertThat(young.findStatus(SALE)).as("the newer epoch stays").isPresent();
  }

  @Test
  void server_thatHangs_isUnknownInTimeAndRepeatable() {
    RedisEngine engine = engine();
    engine.load(load(10));
    Claim claim = floor.claim(1);
    server.signal("STOP");
    long before = System.nanoTime();
    assertThat(reserve(engine, claim)).isEqualTo(new Unknown());
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    await().atMost(SOON).until(() -> engine.fault().isPresent());
    server.signal("CONT");
    await().atMost(SOON).until(() -> engine.fault().isEmpty());
    await().atMost(SOON).until(() -> reserve(engine, claim) instanceof Reserved);
    assertThat(drainAll(engine, 1)).containsExactly(claim.order());
    assertThat(engine.available(SALE, SKU)).isEqualTo(9);
  }

  @Test
  void engines_sellingTogether_sellEachUnitOnce() {
    int units = 300;
    RedisEngine first = engine();
    first.load(load(units));
    RedisEngine second = engine();
    assertThat(second.resume(mark(1))).isTrue();
    AtomicInteger next = new AtomicInteger();
    AtomicInteger sold = new AtomicInteger();
    List<String> others = new ArrayList<>();
    List<CompletableFuture<Void>> buyers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      RedisEngine engine = i % 2 == 0 ? first : second;
      buyers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int misses = 0; misses < 3; ) {
                  switch (reserve(engine, floor.claim(next.incrementAndGet()))) {
                    case Reserved r -> sold.incrementAndGet();
                    case SoldOut s -> misses++;
                    case ReserveResult other -> {
                      synchronized (others) {
                        others.add(other.toString());
                      }
                      misses++;
                    }
                  }
                }
              },
              work -> Thread.ofVirtual().start(work)));
    }
    buyers.forEach(CompletableFuture::join);
    assertThat(others).isEmpty();
    assertThat(sold).hasValue(units);
    assertThat(first.findStatus(SALE).orElseThrow().held(SKU)).isEqualTo(units);
    OrderId known = drainAll(second, units).getFirst();
    assertThat(known).isNotNull();
    assertThat(reserve(first, floor.claim(buyer(1), 1))).isInstanceOf(AlreadyOrdered.class);
  }
}
