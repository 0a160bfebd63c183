package io.doorbuster.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.WaveRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Waves with {@code pick: first} over several gates and a real Redis. */
@Tag("redis")
@Timeout(120)
final class SharedFirstWavesIT {
  private static final Duration EVERY = Duration.ofMillis(200);

  @TempDir private Path folder;
  private final AtomicInteger buyers = new AtomicInteger();
  private final Queue<Permit> permits = new ConcurrentLinkedQueue<>();

  /** Asks at a gate, one buyer after another, until it is over. */
  private Thread crowd(SharedGates.One gate, Sale sale, AtomicBoolean over, int quantities) {
    return Thread.ofVirtual()
        .start(
            () -> {
              while (!over.get()) {
                int buyer = buyers.incrementAndGet();
                int quantity = 1 + buyer % quantities;
                if (gate.ask(sale, "buyer-" + buyer, quantity) instanceof Verdict.Admitted yes) {
                  permits.add(yes.permit());
                  gate.reserveSoon(yes.permit());
                }
                sleep();
              }
            });
  }

  private static void sleep() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<Long, Long> perWave() {
    return permits.stream()
        .collect(Collectors.groupingBy(Permit::wave, TreeMap::new, Collectors.counting()));
  }

  private int unitsPermitted() {
    return permits.stream().mapToInt(Permit::quantity).sum();
  }

  private void sell(SharedGates world, Sale sale, List<SharedGates.One> asked, int quantities)
      throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> crowds = new ArrayList<>();
    for (SharedGates.One gate : asked) {
      crowds.add(crowd(gate, sale, over, quantities));
    }
    try {
      await().atMost(Duration.ofSeconds(30)).until(() -> world.stock("a").get() <= 0);
      Thread.sleep(1_000); // so that anything too much is seen, too
    } finally {
      over.set(true);
    }
    for (Thread one : crowds) {
      one.join();
    }
    System.out.println("SharedFirstWavesIT: admitted a wave " + perWave());
  }

  @Test
  void enter_crowdsAtAllGates_neverMoreThanAWaveAndInTheEndTheStock() throws Exception {
    try (SharedGates world = new SharedGates(folder, 3)) {
      Sale sale = world.open(Pick.FIRST, 10, EVERY, 75);
      world.tickAll();
      sell(world, sale, world.gates, 1);
      assertThat(perWave().values()).allMatch(count -> count <= 10);
      assertThat(world.oversold).hasValue(0);
      assertThat(permits).hasSize(75);
      assertThat(perWave().size()).as("waves").isBetween(8, 14);
    }
  }

  @Test
  void enter_quantities_staySoldOutToTheLastUnit() throws Exception {
    try (SharedGates world = new SharedGates(folder, 2)) {
      Sale sale = world.open(Pick.FIRST, 10, EVERY, 61);
      world.tickAll();
      sell(world, sale, world.gates, 3);
      assertThat(perWave().values()).allMatch(count -> count <= 10);
      assertThat(world.oversold).hasValue(0);
      assertThat(unitsPermitted()).isEqualTo(61);
    }
  }

  @Test
  void enter_oneGateAloneHasDemand_usesAllPlaces() throws Exception {
    try (SharedGates world = new SharedGates(folder, 3)) {
      Sale sale = world.open(Pick.FIRST, 9, EVERY, 66);
      world.tickAll();
      sell(world, sale, List.of(world.gate(1)), 1);
      Map<Long, Long> perWave = perWave();
      assertThat(perWave).as("equal shares at first").containsEntry(0L, 3L);
      for (long wave = 1; wave <= 7; wave++) {
        assertThat(perWave).as("wave by wave").containsEntry(wave, 9L);
      }
      assertThat(permits).hasSize(66);
    }
  }

  @Test
  void finish_severalGates_recordsSumsOfAll() throws Exception {
    try (SharedGates world = new SharedGates(folder, 2)) {
      Sale sale = world.open(Pick.FIRST, 10, EVERY, 30);
      world.tickAll();
      sell(world, sale, world.gates, 1);
      await().until(() -> sum(world.waves.list(sale.id())) == 30);
      assertThat(world.waves.list(sale.id()))
          .allMatch(wave -> wave.admitted() <= wave.k() && wave.entries() >= wave.admitted())
          .allMatch(WaveRecord::complete);
      assertThat(sum(world.waves.listLatest(sale.id(), 100))).isEqualTo(30);
    }
  }

  private static int sum(List<WaveRecord> waves) {
    return waves.stream().mapToInt(WaveRecord::admitted).sum();
  }

  @Test
  void enter_nodeAway_isOverloadedUntilItIsBack() throws Exception {
    try (SharedGates world = new SharedGates(folder, 2)) {
      Sale sale = world.open(Pick.FIRST, 10, EVERY, 1_000);
      world.tickAll();
      world.awaitWave(sale, 1, 0.1);
      assertThat(world.gate(0).ask(sale, "early", 1)).isInstanceOf(Verdict.Admitted.class);
      world.server().kill();
      await()
          .until(
              () ->
                  world.gate(0).ask(sale, "away-" + buyers.incrementAndGet(), 1)
                          instanceof Verdict.Refused no
                      && no.refusal() == Refusal.OVERLOADED
                      && no.retryAfter() != null);
      world.server().start();
      await()
          .until(
              () ->
                  world.gate(0).ask(sale, "back-" + buyers.incrementAndGet(), 1)
                      instanceof Verdict.Admitted);
    }
  }

  @Test
  void lease_gateThatDied_holdsNothingBackForLong() throws Exception {
    try (SharedGates world = new SharedGates(folder, 2)) {
      Sale sale = world.open(Pick.FIRST, 40, EVERY, 40);
      world.tickAll();
      world.awaitWave(sale, 0, 0.3);
      for (int i = 0; i < 10; i++) { // promised, and never reserved
        assertThat(world.gate(1).ask(sale, "lost-" + i, 1)).isInstanceOf(Verdict.Admitted.class);
      }
      world.awaitWave(sale, 1, 0.9);
      world.gate(1).node.cut = true;
      sell(world, sale, List.of(world.gate(0)), 1);
      assertThat(permits).hasSize(40);
    }
  }
}
