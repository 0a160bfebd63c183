package io.doorbuster.drill.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFile;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PlanTest {
  private static Plan plan(long seed) {
    return new Plan(
        5_000,
        200,
        3,
        10,
        Duration.ofMillis(500),
        Pick.FAIR,
        Duration.ofSeconds(10),
        Duration.ofSeconds(2),
        Plan.TRY_EVERY,
        0,
        seed,
        Shares.usual());
  }

  @Test
  void workload_ofTheSameSeed_isTheSame() {
    Plan one = plan(42);
    Plan other = plan(42);
    for (int buyer = 0; buyer < one.buyers(); buyer++) {
      assertThat(one.behaviour(buyer)).isEqualTo(other.behaviour(buyer));
      assertThat(one.arrival(buyer)).isEqualTo(other.arrival(buyer));
    }
  }

  @Test
  void workload_ofAnotherSeed_differs() {
    long same =
        IntStream.range(0, 1_000)
            .filter(b -> plan(1).arrival(b).equals(plan(2).arrival(b)))
            .count();
    assertThat(same).isLessThan(50);
  }

  @Test
  void behaviours_overManyBuyers_haveTheirShares() {
    Plan plan = plan(7);
    plan.shares()
        .parts()
        .forEach(
            (behaviour, part) -> {
              long count =
                  IntStream.range(0, plan.buyers())
                      .filter(buyer -> plan.behaviour(buyer) == behaviour)
                      .count();
              double expected = part * plan.buyers();
              assertThat((double) count)
                  .as("%s of seed 7", behaviour)
                  .isBetween(expected * 0.6, expected * 1.4);
            });
  }

  @Test
  void arrivals_atARate_comeAtThatRate() {
    Plan rate =
        new Plan(
            1_000,
            10,
            1,
            1,
            Duration.ofMillis(500),
            Pick.FAIR,
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            Plan.TRY_EVERY,
            100,
            7,
            Shares.honest());
    assertThat(rate.arrival(999)).isBetween(Duration.ofMillis(9_990), Duration.ofSeconds(10));
  }

  @Test
  void sale_ofAPlan_isOneThatAServerTakes() {
    Instant opensAt = Instant.parse("2026-11-27T09:00:00Z");
    Sale sale = plan(7).sale("drill-7", opensAt, opensAt.plusSeconds(60));
    SaleFile.Result read = SaleFile.parse("drill", SaleFile.toJson(sale).encode());
    assertThat(read.errors()).isEmpty();
    assertThat(read.sale()).contains(sale);
    assertThat(sale.skus().stream().mapToInt(sku -> sku.units()).sum()).isEqualTo(200);
  }
}
