package io.doorbuster.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.WaveRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waves with {@code pick: first}. */
final class FirstWavesTest {
  private static final Duration EVERY = Duration.ofMillis(100);

  private final GateFixture world = new GateFixture(100_000);

  private Sale open(int wave, String... skus) {
    return world.open(GateFixture.sale(Pick.FIRST, wave, EVERY, skus));
  }

  private int admitted(Sale sale, String prefix, int buyers) {
    int admitted = 0;
    for (int i = 0; i < buyers; i++) {
      if (world.ask(sale, prefix + i, "a", 1) instanceof Verdict.Admitted) {
        admitted++;
      }
    }
    return admitted;
  }

  @Test
  void enter_theArticlesExample_admitsTenAWaveAndTwoHundredInAll() {
    Sale sale = open(10, "a");
    world.budget.put("a", 200);
    int total = 0;
    for (int wave = 0; wave < 30; wave++) {
      world.moveTo(sale, wave, 0);
      int admitted = admitted(sale, "buyer-" + wave + "-", 40);
      assertThat(admitted).isEqualTo(wave < 20 ? 10 : 0);
      total += admitted;
    }
    assertThat(total).isEqualTo(200);
  }

  @Test
  void enter_beforeTheUnitsAreLoaded_spendsNoPlaceOfTheWave() {
    Sale sale = open(10, "a");
    world.budget.away("a");
    Verdict.Refused early = (Verdict.Refused) world.ask(sale, "early", "a", 1);
    assertThat(early.refusal()).isEqualTo(Refusal.OVERLOADED);
    assertThat(early.retryAfter()).isPositive();
    world.budget.put("a", 200);
    world.budget.away();
    assertThat(admitted(sale, "x", 40)).isEqualTo(10);
  }

  @Test
  void enter_unusedPlaces_lapse() {
    Sale sale = open(10, "a");
    world.budget.put("a", 200);
    assertThat(admitted(sale, "x", 3)).isEqualTo(3);
    world.moveTo(sale, 1, 0);
    assertThat(admitted(sale, "y", 40)).isEqualTo(10);
  }

  @Test
  void enter_waveIsFull_tellsWhenTheNextOneOpens() {
    Sale sale = open(1, "a");
    world.budget.put("a", 200);
    admitted(sale, "x", 1);
    world.clock.advance(Duration.ofMillis(30));
    Verdict.Refused refused = (Verdict.Refused) world.ask(sale, "late", "a", 1);
    assertThat(refused.refusal()).isEqualTo(Refusal.NOT_RELEASED);
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(70));
  }

  @Test
  void enter_permitWhoseRequestFails_goesBackToTheBudgetOnly() {
    Sale sale = open(10, "a");
    world.budget.put("a", 15);
    List<Permit> permits = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      permits.add(((Verdict.Admitted) world.ask(sale, "x" + i, "a", 1)).permit());
    }
    permits.subList(0, 4).forEach(world.budget::fail);
    permits.subList(4, 10).forEach(world.budget::reserve);
    assertThat(admitted(sale, "y", 20)).as("in the same wave").isZero();
    world.moveTo(sale, 1, 0);
    assertThat(admitted(sale, "z", 20)).as("15 less 6 sold").isEqualTo(9);
  }

  @Test
  void enter_quantities_areAllOrNothing() {
    Sale sale = open(10, "a");
    world.budget.put("a", 4);
    assertThat(world.ask(sale, "one", "a", 3)).isInstanceOf(Verdict.Admitted.class);
    assertThat(world.ask(sale, "two", "a", 2)).isInstanceOf(Verdict.Refused.class);
    assertThat(world.ask(sale, "three", "a", 1)).isInstanceOf(Verdict.Admitted.class);
  }

  @Test
  @Timeout(120)
  void enter_manyThreadsWhileTheClockRuns_neverAdmitsMoreThanAWaveOrTheStock() throws Exception {
    Sale sale = open(10, "a", "b");
    world.budget.put("a", 200);
    world.budget.put("b", 50);
    Queue<Permit> permits = new ConcurrentLinkedQueue<>();
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger buyers = new AtomicInteger();
    int threads = 6;
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                while (!over.get()) {
                  int buyer = buyers.incrementAndGet();
                  String sku = buyer % 3 == 0 ? "b" : "a";
                  if (world.ask(sale, "buyer-" + buyer, sku, 1) instanceof Verdict.Admitted yes) {
                    permits.add(yes.permit());
                    world.budget.reserve(yes.permit());
                  }
                }
                done.countDown();
              });
    }
    while (permits.size() < 250) {
      world.clock.advance(Duration.ofMillis(25));
      world.gate.tick();
      Thread.sleep(2);
    }
    Thread.sleep(20);
    over.set(true);
    done.await();

    Map<String, Long> perWave =
        permits.stream()
            .collect(Collectors.groupingBy(p -> p.sku() + p.wave(), Collectors.counting()));
    assertThat(perWave.values()).allMatch(count -> count <= 10);
    assertThat(permits.stream().filter(p -> p.sku().equals("a"))).hasSize(200);
    assertThat(permits.stream().filter(p -> p.sku().equals("b"))).hasSize(50);
    assertThat(permits)
        .allMatch(p -> Waves.number(sale, p.admittedAt()) <= p.wave())
        .extracting(Permit::order)
        .doesNotHaveDuplicates();
  }

  @Test
  void roll_finishedWaves_areKeptWithTheirCounts() {
    Sale sale = open(10, "a");
    world.budget.put("a", 14);
    admitted(sale, "x", 25);
    world.moveTo(sale, 1, 0);
    admitted(sale, "y", 25);
    world.clock.advance(Duration.ofSeconds(2));
    world.gate.tick();
    await().until(() -> world.ledger.saved.size() == 2);
    assertThat(world.ledger.saved)
        .extracting(WaveRecord::number, WaveRecord::k, WaveRecord::entries, WaveRecord::admitted)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(0L, 10, 25, 10),
            org.assertj.core.groups.Tuple.tuple(1L, 4, 25, 4));
  }

  @Test
  void roll_storeAway_neverBlocksTheTickAndLosesNoWave() {
    Sale sale = open(10, "a");
    world.budget.put("a", 100);
    world.ledger.away = true;
    for (int wave = 0; wave < 10; wave++) {
      world.moveTo(sale, wave, 0);
      admitted(sale, "x" + wave + "-", 2);
      world.gate.tick();
    }
    await().until(() -> world.ledger.tries.get() > 0);
    world.ledger.away = false;
    world.clock.advance(Duration.ofSeconds(2));
    await()
        .until(
            () -> {
              world.gate.tick();
              return world.ledger.saved.size() == 10;
            });
    assertThat(world.ledger.saved).extracting(WaveRecord::number).doesNotHaveDuplicates();
  }

  @Test
  void close_wavesUnderWay_areKeptAndNobodyEntersAnyMore() {
    Sale sale = open(10, "a");
    world.budget.put("a", 100);
    admitted(sale, "x", 2);
    world.gate.close();
    assertThat(world.ledger.saved).extracting(WaveRecord::admitted).containsExactly(2);
    Verdict.Refused refused = (Verdict.Refused) world.ask(sale, "late", "a", 1);
    assertThat(refused.refusal()).as("the sale is open").isEqualTo(Refusal.OVERLOADED);
    assertThat(refused.retryAfter()).isNotNull();
  }
}
