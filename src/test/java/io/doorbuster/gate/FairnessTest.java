package io.doorbuster.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.WaveRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Promise 9: a buyer has no edge but his account. Every limit fails by chance once in 10^6. */
final class FairnessTest {
  private static final int WAVES = 1_000;
  private static final int BUYERS = 20;
  private static final int PLACES = 5;

  private final GateFixture world = new GateFixture();
  private final Sale sale =
      GateFixture.sale(Pick.FAIR, PLACES, Duration.ofSeconds(3), "a", "b", "c");
  private Random random = new Random();
  private String name = "";

  @BeforeEach
  void printSeed() {
    long seed = Long.getLong("seed", ThreadLocalRandom.current().nextLong());
    System.out.println("FairnessTest: again with -Dseed=" + seed);
    random = new Random(seed);
    name = Long.toHexString(random.nextLong());
    world.open(sale);
    world.budget.put("a", 1_000_000);
    world.budget.put("b", 1_000_000);
    world.budget.put("c", 1_000_000);
  }

  /** Plays the waves; who asks, and how, is the crowd's. */
  private Map<String, Integer> play(BiConsumer<Integer, List<String>> crowd) throws Exception {
    Map<String, Integer> wins = new HashMap<>();
    for (int wave = 0; wave < WAVES; wave++) {
      List<String> others = new ArrayList<>();
      for (int i = 0; i < BUYERS - 2; i++) {
        others.add("buyer-" + random.nextLong());
      }
      Collections.shuffle(others, random);
      world.moveTo(sale, wave, 0);
      world.gate.tick();
      crowd.accept(wave, others);
      world.moveTo(sale, wave + 1, 0);
      world.gate.tick();
      for (Permit permit : world.awaitWinners()) {
        wins.merge(permit.buyer().value(), 1, Integer::sum);
        world.budget.fail(permit);
      }
    }
    return wins;
  }

  private static void assertEqualChance(Map<String, Integer> wins, String one, String other) {
    int a = wins.getOrDefault(one, 0);
    int b = wins.getOrDefault(other, 0);
    System.out.println("FairnessTest: " + one + " " + a + ", " + other + " " + b);
    assertThat(a + b).as("wins of both").isGreaterThan(WAVES / 4);
    assertThat(Chances.chiSquare(a, b)).isLessThan(Chances.limit(1));
  }

  @Test
  void draw_alwaysFirstAndAlwaysLast_winEquallyOften() throws Exception {
    Map<String, Integer> wins =
        play(
            (wave, others) -> {
              world.ask(sale, "first-" + name, "a", 1);
              world.moveTo(sale, wave, 0.5);
              others.forEach(buyer -> world.ask(sale, buyer, "a", 1));
              world.moveTo(sale, wave, 0.999);
              world.ask(sale, "last-" + name, "a", 1);
            });
    assertEqualChance(wins, "first-" + name, "last-" + name);
    int both = wins.getOrDefault("first-" + name, 0) + wins.getOrDefault("last-" + name, 0);
    double share = both / (2.0 * WAVES);
    assertThat(share).isBetween(0.20, 0.30); // 5 places for 20
  }

  @Test
  void draw_everyPlaceInTheQueue_winsEquallyOften() throws Exception {
    int[] wins = new int[BUYERS];
    Map<String, Integer> byName =
        play(
            (wave, others) -> {
              for (int i = 0; i < BUYERS; i++) {
                world.moveTo(sale, wave, i / (double) BUYERS);
                world.ask(sale, name + i, "a", 1);
              }
            });
    byName.forEach(
        (buyer, count) -> wins[Integer.parseInt(buyer.substring(name.length()))] = count);
    assertThat(Chances.chiSquare(wins)).isLessThan(Chances.limit(BUYERS - 1));
  }

  @Test
  void draw_moreRequestsAndOtherSkus_raiseNoChance() throws Exception {
    Map<String, Integer> wins =
        play(
            (wave, others) -> {
              for (int i = 0; i < 30; i++) {
                world.clock.advance(Duration.ofMillis(11));
                world.ask(sale, "hammer-" + name, List.of("a", "b", "c").get(i % 3), 1);
              }
              others.forEach(buyer -> world.ask(sale, buyer, "a", 1));
              world.ask(sale, "polite-" + name, "a", 1);
              for (int i = 0; i < 30; i++) {
                world.clock.advance(Duration.ofMillis(11));
                world.ask(sale, "hammer-" + name, List.of("b", "c", "a").get(i % 3), 1);
              }
            });
    assertEqualChance(wins, "hammer-" + name, "polite-" + name);
  }

  /** Of n entries about k * (1 + ln(n / k)) ever wait; the rest are refused at once. */
  @Test
  void enter_manyEntries_onlyABottomKSampleEverWaits() throws Exception {
    int n = 5_000;
    int waves = 10;
    int waiting = 0;
    for (int wave = 0; wave < waves; wave++) {
      world.moveTo(sale, wave, 0);
      world.gate.tick();
      for (int i = 0; i < n; i++) {
        if (world.ask(sale, "buyer-" + random.nextLong(), "a", 1) instanceof Verdict.Waiting) {
          waiting++;
        }
      }
      world.moveTo(sale, wave + 1, 0);
      world.gate.tick();
      world.awaitWinners().forEach(world.budget::fail);
    }
    double expected = PLACES * (1 + Math.log(n / (double) PLACES));
    double spread = Math.sqrt(expected / waves); // of the mean of ten, at most
    assertThat(waiting / (double) waves).isBetween(expected - 5 * spread, expected + 5 * spread);
  }

  /** What is published after the close tells anybody who had to win, and nobody who took part. */
  @Test
  void winners_fromThePublishedSeedAndEntries_areThoseOfTheGate() throws Exception {
    Map<Long, List<Permit>> drawn = new HashMap<>();
    int entered = 0;
    for (long wave = 0; wave < 200; wave++) {
      for (String sku : List.of("a", "b", "c")) {
        world.budget.put(sku, random.nextInt(14));
      }
      world.moveTo(sale, wave, 0);
      world.gate.tick();
      int asking = 1 + random.nextInt(40);
      for (int i = 0; i < asking; i++) {
        String sku = List.of("a", "b", "c").get(random.nextInt(3));
        world.ask(sale, "buyer-" + i, sku, 1 + random.nextInt(3));
      }
      entered += asking;
      world.moveTo(sale, wave + 1, 0);
      world.gate.tick();
      int saved = entered;
      await().pollInterval(Duration.ofMillis(1)).until(() -> entries(world.ledger.saved) == saved);
      List<Permit> winners = world.winners.poll(50, TimeUnit.MILLISECONDS);
      if (winners != null) {
        drawn.put(wave, winners);
        winners.forEach(world.budget::fail);
      }
    }

    Draw draw = new Draw(sale.id(), GateFixture.SEED);
    int winners = 0;
    for (WaveRecord wave : world.ledger.saved) {
      List<Permit> admitted =
          drawn.getOrDefault(wave.number(), List.of()).stream()
              .filter(p -> p.sku().equals(wave.sku()))
              .toList();
      assertThat(draw.winners(wave))
          .as("%s of wave %s", wave.sku(), wave.number())
          .containsExactlyElementsOf(
              admitted.stream().map(permit -> world.hash(sale, permit.buyer())).toList());
      assertThat(wave.admitted()).isEqualTo(admitted.size());
      assertThat(wave.complete()).isTrue();
      assertThat(Draw.entries(wave)).hasSize(wave.entries());
      assertThat(admitted.stream().mapToInt(Permit::quantity).sum())
          .isLessThanOrEqualTo(wave.units());
      assertCutOff(draw, wave, admitted);
      winners += admitted.size();
    }
    assertThat(winners).isGreaterThan(500);
  }

  private void assertCutOff(Draw draw, WaveRecord wave, List<Permit> admitted) {
    if (admitted.isEmpty()) {
      assertThat(wave.cutOff()).isNull();
      return;
    }
    BuyerHash last = world.hash(sale, admitted.getLast().buyer());
    long cutOff = Long.parseUnsignedLong(wave.cutOff() == null ? "" : wave.cutOff(), 16);
    assertThat(draw.priority(wave.sku(), wave.number(), last)).isEqualTo(cutOff);
  }

  private static int entries(List<WaveRecord> waves) {
    return waves.stream().mapToInt(WaveRecord::entries).sum();
  }

  /** The seed is published; with it alone nobody can look a name up. */
  @Test
  void hash_ofABuyer_dependsOnASecretThatIsNotPublished() {
    var anna = new io.doorbuster.sale.BuyerId("anna");
    var other =
        new io.doorbuster.sale.OrderIds(
            "another-installations-secret-key".getBytes(java.nio.charset.StandardCharsets.UTF_8),
            4,
            world.clock);
    assertThat(BuyerHash.of(other.buyerSalt(sale.id()), anna)).isNotEqualTo(world.hash(sale, anna));
    assertThat(BuyerHash.of(world.ids.buyerSalt("another"), anna))
        .isNotEqualTo(world.hash(sale, anna));
  }

  @Test
  void commitment_ofASeed_isItsSha256() {
    assertThat(Draw.commitment("00".repeat(32)))
        .isEqualTo("66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
  }
}
