package io.doorbuster.drill.workload;

import io.doorbuster.sale.Language;
import io.doorbuster.sale.Limits;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Release;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.Sku;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a rehearsal is made of. The same plan, seed included, is the same workload.
 *
 * @param units in all, over all SKUs
 * @param wave places for a SKU in a wave
 * @param selling how long the stock is meant to last; the sale closes by the clock well after
 * @param tryEvery a refused buyer may try again after so long
 * @param arrivalsPerSecond first asks a second from the opening on; 0 is a crowd at the door
 */
public record Plan(
    int buyers,
    int units,
    int skus,
    int wave,
    Duration every,
    Pick pick,
    Duration selling,
    Duration payWithin,
    Duration tryEvery,
    int arrivalsPerSecond,
    long seed,
    Shares shares) {
  /** A drill's own machine holds the buyers too. */
  public static final int BUYERS_MAX = 200_000;

  /** A refused buyer may try again so soon: a drill has seconds where a sale has minutes. */
  public static final Duration TRY_EVERY = Duration.ofSeconds(1);

  private static final Duration RETURNS_EVERY = Duration.ofSeconds(1);

  public Plan {
    if (buyers < 1 || buyers > BUYERS_MAX || skus < 1 || units < skus || wave < 1) {
      throw new IllegalArgumentException(
          "a drill has 1 to " + BUYERS_MAX + " buyers, and at least one unit a SKU");
    }
  }

  /** The smallest time in which the waves can admit all units. */
  public Duration wavesLast() {
    long waves = Math.ceilDiv(Math.ceilDiv(units, skus), wave);
    return every.multipliedBy(waves);
  }

  /** The sale that the plan rehearses; a test sale, so that it touches nothing of the shop. */
  public Sale sale(String id, Instant opensAt, Instant closesAt) {
    List<Sku> list = new ArrayList<>();
    for (int i = 0; i < skus; i++) {
      int share = units / skus + (i < units % skus ? 1 : 0);
      list.add(new Sku("item-" + (i + 1), "Item " + (i + 1), 1_990, 9_990, share));
    }
    int smallest = list.getLast().units();
    return new Sale(
        id,
        "Drill",
        "A rehearsal.",
        null,
        Language.EN,
        Currency.getInstance("EUR"),
        opensAt,
        closesAt,
        new Release(Math.min(wave, smallest), every, pick, RETURNS_EVERY),
        new Limits(1, tryEvery, Duration.ofMinutes(10)),
        payWithin,
        list,
        true,
        null);
  }

  /** The same with other dice. */
  public Plan seeded(long other) {
    return new Plan(
        buyers,
        units,
        skus,
        wave,
        every,
        pick,
        selling,
        payWithin,
        tryEvery,
        arrivalsPerSecond,
        other,
        shares);
  }

  public String buyer(int index) {
    return "drill-" + Long.toHexString(seed) + "-" + index;
  }

  public Behaviour behaviour(int index) {
    return shares.draw(random(index, 1));
  }

  /** When a buyer first asks, after the opening; below zero for those who come early. */
  public Duration arrival(int index) {
    SplittableRandom random = random(index, 2);
    if (behaviour(index) == Behaviour.COMES_EARLY) {
      return Duration.ofMillis(-random.nextInt(100, 1_500));
    }
    if (arrivalsPerSecond > 0) {
      double at = (index + random.nextDouble()) / arrivalsPerSecond;
      return Duration.ofMillis((long) (at * 1_000));
    }
    // Half of a crowd is there in the first second, the rest in the first half of the sale.
    int spreadMs = random.nextBoolean() ? 1_000 : Math.max(1_000, (int) selling.toMillis() / 2);
    return Duration.ofMillis(random.nextInt(spreadMs));
  }

  /** A buyer's own dice. */
  public SplittableRandom random(int index, int purpose) {
    // Seeds apart by multiples of the generator's own step would give overlapping sequences.
    return new SplittableRandom(new SplittableRandom(seed).nextLong() + index * 16L + purpose)
        .split();
  }
}
