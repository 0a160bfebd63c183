package io.doorbuster.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who was not drawn learns it for half an hour, whatever becomes of the sale meanwhile. */
final class EndedEntriesTest {
  private final GateFixture world = new GateFixture();
  private final Sale sale = world.open(GateFixture.sale(Pick.FAIR, 10, Duration.ofSeconds(5), "a"));

  private Entry enter(String buyer, int quantity) {
    return ((Verdict.Waiting) world.ask(sale, buyer, "a", quantity)).entry();
  }

  private void show(SalePhase phase) {
    world.gate.show(GateFixture.listing(sale, phase));
  }

  private void assertNotDrawn(Entry entry, @Nullable String reason) {
    Entry found = world.gate.findEntry(sale.id(), entry.permit().order()).orElseThrow();
    assertThat(found.state()).isEqualTo(Entry.State.NOT_DRAWN);
    assertThat(found.reason()).isEqualTo(reason);
  }

  @Test
  void show_settledInMidWave_tellsThoseOfTheWaveThatTheSaleIsClosed() {
    world.budget.put("a", 100);
    Entry entry = enter("anna", 2);
    show(SalePhase.CLOSED);
    show(SalePhase.SETTLED);
    assertNotDrawn(entry, "closed");
  }

  @Test
  void show_settledAfterTheLastDraw_keepsItsLosersForHalfAnHour() throws Exception {
    world.budget.put("a", 3);
    List<Entry> entries = List.of(enter("anna", 2), enter("ben", 2));
    world.moveTo(sale, 1, 0);
    world.gate.tick();
    world.awaitWinners();
    await().until(() -> entries.stream().noneMatch(e -> e.state() == Entry.State.WAITING));
    Entry loser =
        entries.stream()
            .filter(entry -> entry.state() == Entry.State.NOT_DRAWN)
            .findFirst()
            .orElseThrow();
    show(SalePhase.CLOSED);
    show(SalePhase.SETTLED);
    show(SalePhase.SETTLED);
    world.clock.advance(Entries.REMEMBERED);
    world.gate.purge();
    assertNotDrawn(loser, null);

    world.clock.advance(Duration.ofSeconds(1));
    world.gate.purge();
    assertThat(world.gate.findEntry(sale.id(), loser.permit().order())).isEmpty();
  }

  @Test
  void show_otherRulesInMidWave_tellsThoseOfTheWaveThatTheyDoNotCount() {
    world.budget.put("a", 100);
    Entry entry = enter("anna", 2);
    Sale longer = GateFixture.closingAt(sale, sale.closesAt().plusSeconds(600));
    world.gate.show(GateFixture.listing(longer, SalePhase.PUBLISHED));
    assertNotDrawn(entry, "not-counted");
    assertThat(enter("anna", 2)).isNotSameAs(entry);
  }
}
