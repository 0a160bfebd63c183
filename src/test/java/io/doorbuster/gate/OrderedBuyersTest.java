package io.doorbuster.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the gate remembers of the engine's answers. */
final class OrderedBuyersTest {
  private static final BuyerId ANNA = new BuyerId("anna");
  private static final OrderId ORDER = new OrderId(5, 5);
  private static final OrderId NEXT = new OrderId(6, 6);

  private final OrderedBuyers ordered = new OrderedBuyers();

  @Test
  void find_remembered_untilItsTime() {
    ordered.remember(ANNA, ORDER, 1_000, true);
    assertThat(ordered.find(ANNA, 999)).isEqualTo(new OrderedBuyers.Known(ORDER, 1_000, true));
    assertThat(ordered.find(ANNA, 1_000)).isNull();
  }

  @Test
  void ended_orderThatIsKnown_barsByItsAgeOnly() {
    ordered.remember(ANNA, ORDER, 1_000, true);
    ordered.ended(ANNA, ORDER, 10);
    assertThat(ordered.find(ANNA, 999)).isEqualTo(new OrderedBuyers.Known(ORDER, 1_000, false));
  }

  @Test
  void ended_anOlderOrder_changesNothing() {
    ordered.remember(ANNA, NEXT, 1_000, true);
    ordered.ended(ANNA, ORDER, 10);
    ordered.forget(ANNA, ORDER, 10);
    assertThat(ordered.find(ANNA, 999)).isEqualTo(new OrderedBuyers.Known(NEXT, 1_000, true));
  }

  /** The order writer can be quicker than the answer of the reservation. */
  @Test
  void forget_aheadOfTheAnswer_winsOverIt() {
    ordered.forget(ANNA, ORDER, 0);
    ordered.remember(ANNA, ORDER, 1_000, true);
    assertThat(ordered.find(ANNA, 10)).isNull();
    ordered.remember(ANNA, NEXT, 1_000, true);
    assertThat(ordered.find(ANNA, 10)).isEqualTo(new OrderedBuyers.Known(NEXT, 1_000, true));
  }

  @Test
  void ended_aheadOfTheAnswer_winsOverItAndBarsNobodyMeanwhile() {
    ordered.ended(ANNA, ORDER, 0);
    assertThat(ordered.find(ANNA, 10)).isNull();
    ordered.remember(ANNA, ORDER, 1_000, true);
    assertThat(ordered.find(ANNA, 10)).isEqualTo(new OrderedBuyers.Known(ORDER, 1_000, false));
  }

  @Test
  void ended_newerThanWhatIsKnown_isKept() {
    ordered.remember(ANNA, ORDER, 5, false);
    ordered.ended(ANNA, NEXT, 10);
    ordered.remember(ANNA, NEXT, 1_000, true);
    assertThat(ordered.find(ANNA, 20)).isEqualTo(new OrderedBuyers.Known(NEXT, 1_000, false));
  }

  @Test
  void purge_whatIsPast_isGone() {
    ordered.remember(ANNA, ORDER, 1_000, true);
    ordered.purge(1_000);
    ordered.ended(ANNA, ORDER, 1_000);
    assertThat(ordered.find(ANNA, 1_001)).isNull();
  }

  @Test
  void gate_newEpoch_forgetsAll() {
    GateFixture world = new GateFixture();
    Sale sale = world.open(GateFixture.sale(Pick.FIRST, 10, Duration.ofSeconds(1), "a"));
    world.budget.put("a", 10);
    world.gate.remember(sale.id(), ANNA, ORDER, world.clock.instant().plusSeconds(600), true);
    Verdict.Refused refused = (Verdict.Refused) world.ask(sale, "anna", "a", 1);
    assertThat(refused.refusal()).isEqualTo(Refusal.ALREADY_ORDERED);
    assertThat(refused.order()).isEqualTo(ORDER);
    world.gate.show(GateFixture.listing(sale, SalePhase.PUBLISHED, 2));
    assertThat(world.ask(sale, "anna", "a", 1)).isInstanceOf(Verdict.Admitted.class);
  }
}
