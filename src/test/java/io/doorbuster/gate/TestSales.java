package io.doorbuster.gate;

import io.doorbuster.MovableClock;
import io.doorbuster.gate.pass.Pass;
import io.doorbuster.gate.pass.PassKeys;
import io.doorbuster.gate.pass.Passes;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Language;
import io.doorbuster.sale.Limits;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Release;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.WaveNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;

/** Sales and their gate, for tests of other packages. */
public final class TestSales {
  public static final Instant OPENS = Instant.parse("2027-01-10T10:10:00Z");
  public static final Instant CLOSES = OPENS.plusSeconds(3_600);
  public static final Instant PASSES_END = CLOSES.plus(Duration.ofDays(1));

  private final Passes passes =
      new Passes(
          new PassKeys(
              List.of(new PassKeys.Key("k1", "p".repeat(32).getBytes(StandardCharsets.UTF_8)))));
  private final Gate gate;

  public TestSales(MovableClock clock) {
    FakeBudget budget = new FakeBudget();
    budget.put("a", 1_000);
    gate =
        new Gate(
            new Gate.Parts(
                clock,
                System::nanoTime,
                passes,
                new BlockList(),
                budget,
                new OrderIds(new byte[32], 1, clock),
                new FakeLedger(),
                winners -> {},
                WaveNode.ALONE,
                1_000_000,
                1_000));
  }

  public Gate gate() {
    return gate;
  }

  public Passes passes() {
    return passes;
  }

  public Listing listing(String id, SalePhase stored, boolean test) {
    Sale sale =
        new Sale(
            id,
            "Boots",
            "",
            null,
            Language.EN,
            Currency.getInstance("EUR"),
            OPENS,
            CLOSES,
            new Release(10, Duration.ofSeconds(5), Pick.FAIR, Duration.ofMinutes(5)),
            new Limits(1, Duration.ofMillis(1), Duration.ofMinutes(10)),
            Duration.ofMinutes(15),
            List.of(new Sku("a", "a", 1_000, 2_000, 1_000)),
            test,
            null);
    Instant passesEnd = stored == SalePhase.DRAFT ? null : PASSES_END;
    return new Listing(
        sale, stored, "ab".repeat(32), 1, passesEnd, false, false, 1, 0, List.of(), false);
  }

  public String pass(String sale, String buyer) {
    return passes.issue(new Pass(sale, new BuyerId(buyer), 1, PASSES_END, null));
  }

  public Verdict ask(String sale, String pass) {
    return switch (gate.screen(sale, pass, () -> "")) {
      case Gate.Screening.No no -> no.refused();
      case Gate.Screening.Yes yes -> gate.decide(yes, Optional.of(new Gate.Wish("a", 1)));
    };
  }
}
