package io.doorbuster.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.WaveRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fair waves while many enter at once, the clock runs and the store stumbles. */
final class FairWavesLoadTest {
  private static final int UNITS = 400;
  private static final int PLACES = 7;

  private final GateFixture world = new GateFixture(100_000);
  private final Sale sale = GateFixture.sale(Pick.FAIR, PLACES, Duration.ofMillis(200), "a", "b");
  private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
  private final Queue<Permit> admitted = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger told = new AtomicInteger();

  private Thread crowd(long seed, CountDownLatch done) {
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              Random random = new Random(seed);
              while (!over.get()) {
                String buyer = "buyer-" + random.nextInt(3_000);
                String sku = random.nextBoolean() ? "a" : "b";
                int quantity = 1 + random.nextInt(3);
                if (world.ask(sale, buyer, sku, quantity) instanceof Verdict.Waiting yes) {
                  entries.add(yes.entry());
                }
              }
              done.countDown();
            });
  }

  /** Some requests fail, most reserve; slowly, so that waves overlap. */
  private Thread inventory(Random random) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  for (Permit permit : world.winners.take()) {
                    admitted.add(permit);
                    if (random.nextInt(10) == 0) {
                      world.budget.fail(permit);
                    } else {
                      world.budget.reserve(permit);
                    }
                  }
                  world.ledger.away = random.nextInt(20) == 0;
                  Thread.sleep(random.nextInt(3));
                  world.ledger.away = false;
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  @Test
  @Timeout(120)
  void enter_manyThreads_everyWaveKeepsItsBoundsAndEveryEntryEnds() throws Exception {
    long seed = Long.getLong("seed", ThreadLocalRandom.current().nextLong());
    System.out.println("FairWavesLoadTest: again with -Dseed=" + seed);
    Random random = new Random(seed);
    world.open(sale);
    world.budget.put("a", UNITS);
    world.budget.put("b", UNITS);
    world.gate.onEntryChanged(entry -> told.incrementAndGet());
    int threads = 4;
    CountDownLatch done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      crowd(random.nextLong(), done);
    }
    Thread inventory = inventory(new Random(random.nextLong()));
    for (int step = 0; step < 600; step++) {
      world.clock.advance(Duration.ofMillis(20 + random.nextInt(40)));
      if (random.nextInt(4) > 0) {
        world.gate.tick();
      }
      Thread.sleep(1);
    }
    over.set(true);
    done.await();
    world.clock.advance(Duration.ofSeconds(1));
    world.gate.tick();
    await().until(() -> entries.stream().noneMatch(e -> e.state() == Entry.State.WAITING));
    int drawn = world.ledger.saved.stream().mapToInt(WaveRecord::admitted).sum();
    await().until(() -> admitted.size() == drawn);
    inventory.interrupt();

    assertBounds();
    assertThat(drawn).isGreaterThan(PLACES * 10);
    assertThat(told.get()).isEqualTo(new HashSet<>(entries).size());
  }

  private void assertBounds() {
    Draw draw = new Draw(sale.id(), GateFixture.SEED);
    for (WaveRecord wave : world.ledger.saved) {
      List<Permit> won =
          admitted.stream()
              .filter(p -> p.wave() == wave.number() && p.sku().equals(wave.sku()))
              .toList();
      assertThat(won).hasSize(wave.admitted()).hasSizeLessThanOrEqualTo(PLACES);
      assertThat(won.stream().mapToInt(Permit::quantity).sum()).isLessThanOrEqualTo(wave.units());
      assertThat(Set.copyOf(draw.winners(wave)))
          .isEqualTo(
              won.stream().map(p -> world.hash(sale, p.buyer())).collect(Collectors.toSet()));
      assertThat(Draw.entries(wave)).hasSize(wave.entries()).doesNotHaveDuplicates();
    }
    // One entry a buyer a wave, over all SKUs.
    List<String> inWaves = new ArrayList<>();
    Set<Entry> all = new HashSet<>(entries);
    for (Entry entry : all) {
      BuyerId buyer = entry.permit().buyer();
      inWaves.add(buyer + " in " + entry.permit().wave());
    }
    assertThat(inWaves).doesNotHaveDuplicates();
  }
}
