package io.doorbuster.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.WaveNode;
import io.doorbuster.sale.WaveNode.Bounds;
import io.doorbuster.sale.WaveNode.Candidate;
import io.doorbuster.sale.WaveNode.Hand;
import io.doorbuster.sale.WaveNode.Outcome;
import io.doorbuster.sale.WaveNode.Report;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The draws of the node that gates share, many of them: each limit fails once in 10^6 by chance.
 */
@Tag("redis")
final class NodeFairnessIT {
  private static final int WAVES = 1_000;
  private static final int BUYERS = 20;
  private static final int PLACES = 5;
  private static final Draw DRAW = new Draw("boots", SharedGates.SEED);

  @TempDir private Path folder;
  private Random random = new Random();

  @BeforeEach
  void printSeed() {
    long seed = Long.getLong("seed", ThreadLocalRandom.current().nextLong());
    System.out.println("NodeFairnessIT: again with -Dseed=" + seed);
    random = new Random(seed);
  }

  /** Began so long ago that each of its waves is over. */
  private static Sale past(SharedGates world) {
    Sale sale = GateFixture.sale(Pick.FAIR, PLACES, Duration.ofSeconds(1), "a");
    Instant now = world.gate(0).node.clock().instant();
    return new Sale(
        sale.id(),
        sale.title(),
        sale.description(),
        sale.image(),
        sale.language(),
        sale.currency(),
        Instant.ofEpochMilli(now.toEpochMilli()).minusSeconds(2L * WAVES),
        now.plusSeconds(3_600),
        sale.release(),
        sale.limits(),
        sale.payWithin(),
        List.of(new Sku("a", "a", 1_000, 2_000, 200)),
        false,
        null);
  }

  private static BuyerHash hash(OrderIds ids, String buyer) {
    return BuyerHash.of(ids.buyerSalt("boots"), new BuyerId(buyer));
  }

  private static Candidate candidate(OrderIds ids, long wave, String buyer, int quantity) {
    BuyerHash hash = hash(ids, buyer);
    OrderId order = ids.mint("boots", new BuyerId(buyer));
    return new Candidate(DRAW.priority("a", wave, hash), hash.toString(), quantity, order);
  }

  private static void open(WaveNode node, Sale sale, long wave, int free) {
    Optional<Map<String, Bounds>> bounds =
        node.open(sale, wave, List.of(new Report("a", 0, 0)), () -> Optional.of(Map.of("a", free)));
    assertThat(bounds).isPresent();
  }

  private static void handIn(WaveNode node, Sale sale, long wave, List<Candidate> best) {
    node.handIn(sale, wave, List.of(new Hand("a", best.size(), true, best)), null);
  }

  @Test
  void findOutcome_oneAskingAtAllGatesAndOneAtOne_winEquallyOften() {
    try (SharedGates world = new SharedGates(folder, 2)) {
      Sale sale = past(world);
      OrderIds ids = world.gate(0).ids;
      WaveNode one = world.gate(0).node;
      WaveNode two = world.gate(1).node;
      int everywhere = 0;
      int atOne = 0;
      int atTwo = 0;
      String name = Long.toHexString(random.nextLong());
      for (int wave = 0; wave < WAVES; wave++) {
        List<Candidate> first = new ArrayList<>();
        List<Candidate> second = new ArrayList<>();
        for (int i = 0; i < BUYERS - 3; i++) {
          String buyer = "buyer-" + random.nextLong();
          (random.nextInt(4) == 0 ? first : second).add(candidate(ids, wave, buyer, 1));
        }
        Candidate here = candidate(ids, wave, "everywhere-" + name, 1);
        Candidate there = candidate(ids, wave, "everywhere-" + name, 1);
        Candidate alone = candidate(ids, wave, "one-" + name, 1);
        Candidate other = candidate(ids, wave, "two-" + name, 1);
        first.addAll(List.of(here, alone));
        second.addAll(List.of(there, other));
        open(one, sale, wave, 1_000_000);
        open(two, sale, wave, 1_000_000);
        handIn(one, sale, wave, first);
        handIn(two, sale, wave, second);
        Set<OrderId> won = new HashSet<>(won(one, sale, wave));
        won.addAll(won(two, sale, wave));
        assertThat(won).hasSize(PLACES);
        everywhere += won.contains(here.order()) || won.contains(there.order()) ? 1 : 0;
        atOne += won.contains(alone.order()) ? 1 : 0;
        atTwo += won.contains(other.order()) ? 1 : 0;
      }
      System.out.println("NodeFairnessIT: " + everywhere + ", " + atOne + ", " + atTwo);
      assertThat(Chances.chiSquare(everywhere, atOne, atTwo)).isLessThan(Chances.limit(2));
      assertThat((everywhere + atOne + atTwo) / (3.0 * WAVES)).isBetween(0.20, 0.30);
    }
  }

  private static Set<OrderId> won(WaveNode node, Sale sale, long wave) {
    Outcome outcome = node.findOutcome(sale, wave).orElseThrow();
    assertThat(outcome.complete()).isTrue();
    return Objects.requireNonNull(outcome.results().get("a")).won();
  }

  /** Whatever the order in which the gates come, and whatever they hold, it is one draw. */
  @Test
  void findOutcome_anyOrderOfGates_isTheDrawOfAllEntriesTogether() {
    try (SharedGates world = new SharedGates(folder, 3)) {
      Sale sale = past(world);
      OrderIds ids = world.gate(0).ids;
      for (int wave = 0; wave < 100; wave++) {
        int free = 1 + random.nextInt(12);
        List<List<Candidate>> hands =
            List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<Candidate> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
          for (List<Candidate> hand : hands) {
            if (random.nextInt(3) == 0) {
              Candidate entry = candidate(ids, wave, "buyer-" + i, 1 + random.nextInt(3));
              hand.add(entry);
              all.add(entry);
            }
          }
        }
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
        Collections.shuffle(order, random);
        for (int gate : order) {
          open(world.gate(gate).node, sale, wave, free);
        }
        Collections.shuffle(order, random);
        for (int gate : order) {
          handIn(world.gate(gate).node, sale, wave, hands.get(gate));
        }
        Set<OrderId> won = new HashSet<>();
        int bounds = 0;
        for (int gate : order) {
          Outcome outcome = world.gate(gate).node.findOutcome(sale, wave).orElseThrow();
          WaveNode.Result result = Objects.requireNonNull(outcome.results().get("a"));
          won.addAll(result.won());
          bounds = result.units();
        }
        assertThat(bounds).isLessThanOrEqualTo(free);
        assertThat(won).as("wave %s", wave).isEqualTo(drawn(all, bounds));
      }
    }
  }

  /** Written from the rule: one entry a buyer, k smallest, all or nothing while units last. */
  private static Set<OrderId> drawn(List<Candidate> all, int units) {
    Map<String, Candidate> byBuyer = new HashMap<>();
    for (Candidate entry : all) {
      byBuyer.merge(
          entry.buyer(),
          entry,
          (a, b) ->
              a.quantity() != b.quantity()
                  ? (a.quantity() < b.quantity() ? a : b)
                  : (a.order().compareTo(b.order()) < 0 ? a : b));
    }
    List<Candidate> ranked = new ArrayList<>(byBuyer.values());
    ranked.sort((a, b) -> Long.compareUnsigned(a.priority(), b.priority()));
    Set<OrderId> won = new HashSet<>();
    int left = units;
    for (Candidate entry : ranked.subList(0, Math.min(ranked.size(), Math.min(PLACES, units)))) {
      if (entry.quantity() <= left) {
        left -= entry.quantity();
        won.add(entry.order());
      }
    }
    return won;
  }
}
