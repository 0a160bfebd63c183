package io.doorbuster.inventory;

import static io.doorbuster.inventory.Floor.SALE;
import static io.doorbuster.inventory.Floor.SKU;
import static io.doorbuster.inventory.Floor.buyer;
import static io.doorbuster.inventory.Floor.control;
import static io.doorbuster.inventory.Floor.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.doorbuster.inventory.ReserveResult.Overloaded;
import io.doorbuster.inventory.ReserveResult.Paused;
import io.doorbuster.inventory.ReserveResult.Reserved;
import io.doorbuster.inventory.ReserveResult.SoldOut;
import io.doorbuster.inventory.SaleControl.State;
import io.doorbuster.sale.BuyerId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Units and their sums in every engine, also while many threads want them. */
abstract class InventoryStockContract extends InventoryEngineContract {
  private static final int THREADS = 8;

  InventoryStockContract(int shards) {
    super(shards);
  }

  @Test
  void load_ofStock_spreadsAllOfIt() {
    engine.load(load(1, Map.of(SKU, 10, "boots-43", 2)));
    assertThat(status().shards()).hasSize(shards);
    assertThat(status().available(SKU)).isEqualTo(10);
    assertThat(engine.available(SALE, "boots-43")).isEqualTo(2);
    assertThat(engine.available(SALE, "boots-99")).isZero();
    assertThat(engine.available("no-such", SKU)).isZero();
  }

  @Test
  void findSums_ofASale_tellsWhatIsFreeAndHeldBySku() {
    assertThat(engine.findSums(SALE)).isEmpty();
    engine.load(load(7, Map.of(SKU, 10, "boots-43", 2)));
    assertThat(engine.findSums(SALE).orElseThrow().isAnyHeld()).isFalse();
    reserve(floor.claim(buyer(1), 3));
    reserve(floor.claim(buyer(2), 1));
    BuyerId other = buyer(3);
    reserve(floor.claim(floor.mint(other), other, "boots-43", 2));
    engine.control(SALE, control(State.PAUSED));

    StockSums sums = engine.findSums(SALE).orElseThrow();
    assertThat(sums.epoch()).isEqualTo(7);
    assertThat(sums.control()).isEqualTo(control(State.PAUSED));
    assertThat(List.of(sums.available(SKU), sums.available("boots-43"))).containsExactly(6, 0);
    assertThat(List.of(sums.held(SKU), sums.held("boots-43"))).containsExactly(4, 2);
    assertThat(sums.available("boots-99") + sums.held("boots-99")).isZero();
    assertThat(sums.isAnyHeld()).isTrue();

    List<QueuedOrder> written = engine.drain(2, NO_WAIT);
    engine.acknowledge(written);
    engine.acknowledge(written);
    assertThat(engine.findSums(SALE).orElseThrow().held(SKU)).isZero();
    assertThat(engine.findSums(SALE).orElseThrow().held("boots-43")).isEqualTo(2);
    engine.acknowledge(engine.drain(1, NO_WAIT));
    assertThat(engine.findSums(SALE).orElseThrow().isAnyHeld()).isFalse();
    engine.unload(SALE);
    assertThat(engine.findSums(SALE)).isEmpty();
  }

  /** A wave that met a sale without units would have no place in it. */
  @Test
  void load_again_isNeverSeenAsASaleThatIsNotThere() throws Exception {
    engine.load(load(10));
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger missing = new AtomicInteger();
    Thread watching =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!over.get()) {
                    if (!engine.isLoaded(SALE) || available() == 0) {
                      missing.incrementAndGet();
                    }
                  }
                });
    for (int epoch = 2; epoch < 1_000; epoch++) {
      engine.load(load(epoch, Map.of(SKU, 10)));
    }
    over.set(true);
    watching.join();
    assertThat(missing).hasValue(0);
  }

  @Test
  void reserve_ofMoreThanIsLeft_takesNothing() {
    engine.load(load(5));
    assertThat(reserve(floor.claim(buyer(1), 3))).isInstanceOf(Reserved.class);
    assertThat(reserve(floor.claim(buyer(2), 3))).isEqualTo(new SoldOut(2));
    assertThat(available()).isEqualTo(2);
    assertThat(reserve(floor.claim(buyer(2), 2))).isInstanceOf(Reserved.class);
    assertThat(reserve(floor.claim(buyer(3), 1))).isEqualTo(new SoldOut(0));
  }

  @Test
  void reserve_ofAllUnitsAtOnce_gathersThemFromEveryShard() {
    engine.load(load(30));
    assertThat(reserve(floor.claim(floor.buyerOf(shards - 1, 0), 30))).isInstanceOf(Reserved.class);
    assertThat(available()).isZero();
    assertThat(status().held(SKU)).isEqualTo(30);
  }

  @Test
  void reserve_byBuyersOfOneShard_sellsTheOthersUnitsToo() {
    engine.load(load(40));
    int next = 0;
    for (int i = 0; i < 40; i++) {
      BuyerId buyer = floor.buyerOf(0, next);
      next = Integer.parseInt(buyer.value().substring("buyer-".length())) + 1;
      assertThat(reserve(floor.claim(buyer, 1))).isInstanceOf(Reserved.class);
    }
    assertThat(reserve(floor.claim(floor.buyerOf(0, next), 1))).isEqualTo(new SoldOut(0));
  }

  @Test
  void add_withOneId_addsOnce() {
    engine.load(load(0));
    engine.add("move", SALE, SKU, 0, 3);
    engine.add("move", SALE, SKU, 0, 3);
    engine.add("move", SALE, SKU, 0, 5);
    assertThat(available()).isEqualTo(3);
    engine.add("other", SALE, SKU, shards - 1, 2);
    engine.add("other", "no-such", SKU, 0, 2);
    assertThat(available()).isEqualTo(5);
    assertThat(status().appliedMoves()).containsExactlyInAnyOrder("move", "other");
    assertThat(reserve(floor.claim(buyer(1), 5))).isInstanceOf(Reserved.class);
  }

  @Test
  void add_toAShardOfAnotherTime_isNotLost() {
    engine.load(load(0));
    engine.add("move", SALE, SKU, 200, 3);
    assertThat(available()).isEqualTo(3);
  }

  @Test
  void withdraw_withOneId_answersTheSame() {
    engine.load(load(10));
    reserve(floor.claim(buyer(1), 4));
    assertThat(engine.withdraw("a", SALE, SKU, 2)).isEqualTo(2);
    assertThat(engine.withdraw("a", SALE, SKU, 2)).isEqualTo(2);
    assertThat(available()).isEqualTo(4);
    assertThat(engine.withdraw("b", SALE, SKU, 100)).isEqualTo(4);
    assertThat(engine.withdraw("c", SALE, SKU, 1)).isZero();
    engine.add("d", SALE, SKU, 0, 7);
    assertThat(engine.withdraw("b", SALE, SKU, 100)).isEqualTo(4);
    assertThat(engine.withdraw("c", SALE, SKU, 1)).isZero();
    assertThat(available()).isEqualTo(7);
    assertThat(engine.withdraw("e", "no-such", SKU, 1)).isZero();
    assertThat(engine.withdraw("e", SALE, "boots-99", 1)).isZero();
  }

  @Test
  void moves_ofNegativeUnits_areRefused() {
    engine.load(load(10));
    assertThatIllegalArgumentException().isThrownBy(() -> engine.add("a", SALE, SKU, 0, -11));
    assertThatIllegalArgumentException().isThrownBy(() -> engine.withdraw("b", SALE, SKU, -1));
    assertThat(available()).isEqualTo(10);
    assertThat(status().appliedMoves()).isEmpty();
  }

  @RepeatedTest(5)
  void reserve_byManyThreads_sellsEveryUnitAndNoneTwice() throws Exception {
    int units = 500;
    engine = replaceEngine(units * 2);
    engine.load(load(units));
    AtomicInteger sold = new AtomicInteger();
    AtomicInteger buyers = new AtomicInteger();
    Set<String> early = ConcurrentHashMap.newKeySet();
    inParallel(
        () -> {
          int misses = 0;
          while (misses < 20) {
            int number = buyers.incrementAndGet();
            int wanted = 1 + number % 3;
            switch (reserve(floor.claim(buyer(number), wanted))) {
              case Reserved r -> sold.addAndGet(wanted);
              case SoldOut(int left) -> {
                misses++;
                if (left >= wanted) {
                  early.add("wanted " + wanted + " of " + left);
                }
              }
              case ReserveResult other -> early.add(other.toString());
            }
          }
          return null;
        });
    assertThat(early).isEmpty();
    assertThat(sold.get() + available()).isEqualTo(units);
    assertThat(available()).as("units left though buyers of one unit asked").isZero();
    assertThat(status().held(SKU)).isEqualTo(units);
  }

  @Test
  void reserve_whileUnitsComeAndGo_neverGoesBelowZero() throws Exception {
    int units = 100;
    engine = replaceEngine(100_000);
    engine.load(load(units));
    long seed = System.nanoTime();
    AtomicInteger sold = new AtomicInteger();
    AtomicInteger withdrawn = new AtomicInteger();
    AtomicInteger names = new AtomicInteger();
    AtomicBoolean ended = new AtomicBoolean();
    List<String> below = new ArrayList<>();
    Thread watcher =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!ended.get()) {
                    for (StockStatus.ShardStatus shard : status().shards()) {
                      if (shard.available().values().stream().anyMatch(free -> free < 0)) {
                        below.add(shard.toString());
                      }
                    }
                  }
                });
    inParallel(
        () -> {
          Random random = new Random(seed + names.get());
          for (int i = 0; i < 500; i++) {
            int number = names.incrementAndGet();
            int wanted = 1 + random.nextInt(3);
            switch (random.nextInt(4)) {
              case 0 -> withdrawn.addAndGet(engine.withdraw("w" + number, SALE, SKU, wanted));
              case 1 -> {
                engine.add("a" + number, SALE, SKU, random.nextInt(shards), wanted);
                withdrawn.addAndGet(-wanted);
              }
              default -> {
                if (reserve(floor.claim(buyer(number), wanted)) instanceof Reserved) {
                  sold.addAndGet(wanted);
                }
              }
            }
          }
          return null;
        });
    ended.set(true);
    watcher.join();
    assertThat(below).as("seed " + seed).isEmpty();
    assertThat(available() + sold.get() + withdrawn.get()).as("seed " + seed).isEqualTo(units);
    assertThat(status().held(SKU)).isEqualTo(sold.get());
  }

  @Test
  void reserve_ofOneBuyerByManyThreads_isOneOrder() throws Exception {
    engine.load(load(10));
    Set<ReserveResult> results = ConcurrentHashMap.newKeySet();
    inParallel(() -> results.add(reserve(floor.claim(1))));
    assertThat(results).hasSize(2);
    assertThat(results).filteredOn(Reserved.class::isInstance).hasSize(1);
    assertThat(available()).isEqualTo(9);
  }

  @Test
  void control_onceItReturns_isHeldByEveryShard() throws Exception {
    engine = replaceEngine(1_000_000);
    engine.load(load(1_000_000));
    AtomicInteger buyers = new AtomicInteger();
    AtomicInteger reservedLate = new AtomicInteger();
    AtomicBoolean paused = new AtomicBoolean();
    Thread operator =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (engine.queued() < 100) {
                    Thread.onSpinWait();
                  }
                  engine.control(SALE, control(State.PAUSED));
                  paused.set(true);
                });
    inParallel(
        () -> {
          int after = 0;
          while (after < 200) {
            boolean late = paused.get();
            ReserveResult result = reserve(floor.claim(buyers.incrementAndGet()));
            if (late && !result.equals(new Paused())) {
              reservedLate.incrementAndGet();
            }
            after += late ? 1 : 0;
          }
          return null;
        });
    operator.join();
    assertThat(reservedLate).hasValue(0);
  }

  @Test
  void queue_filledAndEmptiedByManyThreads_losesNoOrder() throws Exception {
    int orders = 2_000;
    engine.load(load(orders));
    Set<BuyerId> written = ConcurrentHashMap.newKeySet();
    AtomicInteger twice = new AtomicInteger();
    AtomicBoolean ended = new AtomicBoolean();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!ended.get() || engine.queued() > 0) {
                    List<QueuedOrder> batch = engine.drain(17, NO_WAIT);
                    batch.stream()
                        .filter(order -> !written.add(order.claim().buyer()))
                        .forEach(order -> twice.incrementAndGet());
                    engine.acknowledge(batch);
                  }
                });
    AtomicInteger buyers = new AtomicInteger();
    inParallel(
        () -> {
          for (int n = buyers.getAndIncrement(); n < orders; n = buyers.getAndIncrement()) {
            Claim claim = floor.claim(n);
            while (reserve(claim) instanceof Overloaded) {
              Thread.onSpinWait();
            }
          }
          return null;
        });
    ended.set(true);
    writer.join();
    assertThat(written).hasSize(orders);
    assertThat(twice).hasValue(0);
    assertThat(available()).isZero();
    assertThat(status().held(SKU)).isZero();
    assertThat(engine.queued()).isZero();
  }

  private InventoryEngine replaceEngine(int queueCapacity) {
    engine.close();
    return engine(clock, shards, queueCapacity);
  }

  /** Runs the work on some threads at once, and throws what any of them threw. */
  private static void inParallel(Callable<?> work) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      Set<Future<?>> running = new HashSet<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(threads.submit(work));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
  }
}
