package io.doorbuster.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One wave after another, with {@code pick: fair}. */
final class FairWavesTest {
  private static final Duration EVERY = Duration.ofSeconds(5);

  private final GateFixture world = new GateFixture();

  private Sale open(int wave, String... skus) {
    return world.open(GateFixture.sale(Pick.FAIR, wave, EVERY, skus));
  }

  private void fill(Sale sale, int buyers) {
    for (int i = 0; i < buyers; i++) {
      world.ask(sale, "buyer-" + i, "a", 1);
    }
  }

  private void tickAt(Sale sale, long wave) {
    world.moveTo(sale, wave, 0);
    world.gate.tick();
  }

  private static Entry entry(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Waiting.class);
    return ((Verdict.Waiting) verdict).entry();
  }

  private static Refusal refusal(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Refused.class);
    return ((Verdict.Refused) verdict).refusal();
  }

  @Test
  void enter_fewerThanPlaces_allWaitAndAreDrawn() throws Exception {
    Sale sale = open(10, "a");
    world.budget.put("a", 100);
    Entry entry = entry(world.ask(sale, "anna", "a", 2));
    fill(sale, 4);

    assertThat(entry.drawAt()).isEqualTo(sale.opensAt().plus(EVERY));
    assertThat(entry.state()).isEqualTo(Entry.State.WAITING);
    assertThat(world.gate.findEntry(sale.id(), entry.permit().order())).containsSame(entry);
    assertThat(world.gate.findEntry(sale.id(), new BuyerId("anna"))).containsSame(entry);
    tickAt(sale, 1);

    List<Permit> winners = world.awaitWinners();
    assertThat(winners).hasSize(5).contains(entry.permit());
    assertThat(entry.state()).isEqualTo(Entry.State.DRAWN);
    assertThat(entry.permit().admittedAt()).isEqualTo(entry.drawAt());
    assertThat(world.ids.isOurs(entry.permit().order(), sale.id(), new BuyerId("anna"))).isTrue();
  }

  @Test
  void enter_beforeTheUnitsAreLoaded_spendsNoPlaceOfTheWave() throws Exception {
    Sale sale = open(2, "first", "a");
    world.budget.put("first", 100);
    world.budget.away("a");
    assertThat(refusal(world.ask(sale, "early", "a", 1))).isEqualTo(Refusal.OVERLOADED);
    world.gate.tick();
    world.budget.put("a", 100);
    world.budget.away();
    fill(sale, 5);
    tickAt(sale, 1);
    assertThat(world.awaitWinners()).hasSize(2);
  }

  @Test
  void enter_askingAgainInTheWave_returnsTheFirstEntry() {
    Sale sale = open(10, "a", "b");
    world.budget.put("a", 100);
    world.budget.put("b", 100);
    Entry first = entry(world.ask(sale, "anna", "a", 1));
    world.clock.advance(Duration.ofSeconds(1));
    assertThat(entry(world.ask(sale, "anna", "a", 3))).isSameAs(first);
    world.clock.advance(Duration.ofSeconds(1));
    assertThat(entry(world.ask(sale, "anna", "b", 1))).isSameAs(first);
  }

  @Test
  void enter_pushedOutBuyer_isToldAndGetsNoSecondEntryInTheWave() {
    Sale sale = open(1, "a", "b");
    world.budget.put("a", 100);
    world.budget.put("b", 100);
    Set<Entry> told = new HashSet<>();
    world.gate.onEntryChanged(told::add);
    Entry first = entry(world.ask(sale, "buyer-x", "a", 1));
    for (int i = 0; i < 10_000 && first.state() == Entry.State.WAITING; i++) {
      world.ask(sale, "buyer-" + i, "a", 1);
    }
    assertThat(told).contains(first);
    assertThat(first.state()).isEqualTo(Entry.State.NOT_DRAWN);

    world.clock.advance(Duration.ofSeconds(1));
    Verdict again = world.ask(sale, "buyer-x", "b", 1);
    assertThat(refusal(again)).isEqualTo(Refusal.NOT_RELEASED);
    assertThat(((Verdict.Refused) again).retryAfter()).isEqualTo(Duration.ofSeconds(4));
    tickAt(sale, 1);
    entry(world.ask(sale, "buyer-x", "b", 1));
  }

  @Test
  void start_budgetGrowsDuringTheWave_kStaysAsItWasAtTheStart() throws Exception {
    Sale sale = open(10, "a");
    world.budget.put("a", 2);
    fill(sale, 1);
    world.budget.put("a", 100);
    fill(sale, 30);
    tickAt(sale, 1);
    assertThat(world.awaitWinners()).hasSize(2);
    assertThat(world.ledger.saved.getFirst().k()).isEqualTo(2);
    assertThat(world.ledger.saved.getFirst().units()).isEqualTo(2);
  }

  @Test
  void start_nobodyHasAskedYet_fixesKAtTheTick() throws Exception {
    Sale sale = open(10, "a");
    world.budget.put("a", 3);
    world.gate.tick();
    world.budget.put("a", 50);
    fill(sale, 30);
    tickAt(sale, 1);
    assertThat(world.awaitWinners()).hasSize(3);
  }

  /** The winners' requests are still under way when the next wave starts. */
  @Test
  void start_winnersUnderWay_promisesNoUnitTwice() throws Exception {
    Sale sale = open(10, "a");
    world.budget.put("a", 15);
    fill(sale, 30);
    tickAt(sale, 1);
    fill(sale, 30);
    tickAt(sale, 2);
    fill(sale, 30);
    tickAt(sale, 3);
    List<Permit> first = world.awaitWinners();
    List<Permit> second = world.awaitWinners();
    assertThat(first).hasSize(10);
    assertThat(second).hasSize(5);
    assertThat(world.winners).isEmpty();
    first.forEach(world.budget::reserve);
    second.forEach(world.budget::reserve);
    assertThat(world.budget.free("a")).isZero();
  }

  @Test
  void draw_storeAway_admitsWinnersOnlyOnceTheLedgerHasTheWave() throws Exception {
    Sale sale = open(10, "a");
    world.budget.put("a", 10);
    Entry entry = entry(world.ask(sale, "anna", "a", 1));
    world.ledger.away = true;
    tickAt(sale, 1);
    await().until(() -> world.ledger.tries.get() >= 2);
    assertThat(world.winners).isEmpty();
    assertThat(entry.state()).isEqualTo(Entry.State.WAITING);
    world.ledger.away = false;
    assertThat(world.awaitWinners()).containsExactly(entry.permit());
    assertThat(world.ledger.saved).hasSize(1);
  }

  @Test
  void draw_afterALongOutage_isRememberedFromItsEnd() throws Exception {
    Sale sale = open(1, "a");
    world.budget.put("a", 1);
    Entry entry = entry(world.ask(sale, "anna", "a", 1));
    world.ledger.away = true;
    tickAt(sale, 1);
    world.clock.advance(Entries.REMEMBERED.multipliedBy(3));
    world.ledger.away = false;
    world.awaitWinners();
    world.gate.purge();
    assertThat(world.gate.findEntry(sale.id(), entry.permit().order())).isPresent();
    world.clock.advance(Entries.REMEMBERED.plusMillis(1));
    world.gate.purge();
    assertThat(world.gate.findEntry(sale.id(), entry.permit().order())).isEmpty();
    assertThat(world.gate.findEntry(sale.id(), new BuyerId("anna"))).isEmpty();
  }

  @Test
  void draw_storeBroken_leavesNobodyWaiting() {
    Sale sale = open(10, "a");
    world.budget.put("a", 10);
    Entry entry = entry(world.ask(sale, "anna", "a", 1));
    world.ledger.broken = true;
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> {});
    try {
      tickAt(sale, 1);
      await().dontCatchUncaughtExceptions().until(() -> entry.state() == Entry.State.NOT_DRAWN);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
    assertThat(entry.reason()).isEqualTo("overloaded");
    assertThat(world.winners).isEmpty();
  }

  @Test
  void enter_storeAwayForManyWaves_isOverloadedBeforeMemoryFills() {
    Sale sale = open(10, "a");
    world.budget.put("a", 1_000_000);
    world.ledger.away = true;
    int wave = 0;
    Verdict verdict = world.ask(sale, "buyer", "a", 1);
    while (verdict instanceof Verdict.Waiting && wave < 1_000) {
      tickAt(sale, ++wave);
      verdict = world.ask(sale, "buyer", "a", 1);
    }
    assertThat(refusal(verdict)).isEqualTo(Refusal.OVERLOADED);
    assertThat(wave).isEqualTo(FairWaves.UNWRITTEN_MAX);
    world.ledger.away = false;
    await().until(() -> world.ledger.saved.size() == FairWaves.UNWRITTEN_MAX);
    world.clock.advance(EVERY);
    await().until(() -> world.ask(sale, "later", "a", 1) instanceof Verdict.Waiting);
  }

  @Test
  void draw_pausedAtTheEnd_isNotHeld() {
    Sale sale = open(10, "a");
    world.budget.put("a", 10);
    Entry entry = entry(world.ask(sale, "anna", "a", 1));
    world.gate.show(GateFixture.listing(sale, SalePhase.PAUSED));
    assertThat(refusal(world.ask(sale, "ben", "a", 1))).isEqualTo(Refusal.PAUSED);
    tickAt(sale, 1);
    await().until(() -> entry.state() == Entry.State.NOT_DRAWN);
    assertThat(entry.reason()).isEqualTo("paused");
    assertThat(world.ledger.saved)
        .singleElement()
        .satisfies(
            wave -> {
              assertThat(wave.k()).isZero();
              assertThat(wave.admitted()).isZero();
              assertThat(wave.complete()).isFalse();
              assertThat(new Draw(sale.id(), GateFixture.SEED).winners(wave)).isEmpty();
            });
    assertThat(world.budget.units(sale.id(), "a")).hasValue(10);
  }

  @Test
  void draw_resumedBeforeTheEnd_isHeldWithItsEntries() throws Exception {
    Sale sale = open(10, "a");
    world.budget.put("a", 10);
    Entry entry = entry(world.ask(sale, "anna", "a", 1));
    world.gate.show(GateFixture.listing(sale, SalePhase.PAUSED));
    world.gate.tick();
    world.gate.show(GateFixture.listing(sale, SalePhase.PUBLISHED));
    tickAt(sale, 1);
    assertThat(world.awaitWinners()).containsExactly(entry.permit());
  }

  @Test
  void draw_closedByHand_isNotHeld() {
    Sale sale = open(10, "a");
    world.budget.put("a", 10);
    Entry entry = entry(world.ask(sale, "anna", "a", 1));
    world.gate.show(GateFixture.listing(sale, SalePhase.CLOSED));
    tickAt(sale, 1);
    await().until(() -> entry.state() == Entry.State.NOT_DRAWN);
    assertThat(entry.reason()).isEqualTo("closed");
    assertThat(world.winners).isEmpty();
  }

  /** 23 s hold three whole waves of 5 s with 5 s behind them; the fourth would be cut off. */
  @Test
  void enter_noWholeWaveLeft_isClosedAheadOfAllOtherChecks() throws Exception {
    Sale open = GateFixture.sale(Pick.FAIR, 10, EVERY, "a");
    Sale sale = world.open(GateFixture.closingAt(open, GateFixture.OPENS.plusSeconds(23)));
    world.budget.put("a", 10);
    assertThat(sale.lastWaveEnd()).isEqualTo(GateFixture.OPENS.plusSeconds(15));
    world.clock.set(GateFixture.OPENS.plusSeconds(15).minusMillis(1));
    Entry last = entry(world.ask(sale, "anna", "a", 1));
    assertThat(last.drawAt()).isEqualTo(GateFixture.OPENS.plusSeconds(15));
    world.clock.set(GateFixture.OPENS.plusSeconds(15));
    assertThat(refusal(world.ask(sale.id(), "no pass", java.util.Optional.empty())))
        .isEqualTo(Refusal.CLOSED);
    world.gate.tick();
    assertThat(world.awaitWinners()).containsExactly(last.permit());
  }

  @Test
  void tick_lateByManyWaves_drawsTheOldAndOpensTheCurrentWave() throws Exception {
    Sale sale = open(10, "a");
    world.budget.put("a", 10);
    Entry entry = entry(world.ask(sale, "anna", "a", 1));
    world.moveTo(sale, 7, 0.5);
    world.gate.tick();
    assertThat(world.awaitWinners()).containsExactly(entry.permit());
    Entry next = entry(world.ask(sale, "ben", "a", 1));
    assertThat(next.permit().wave()).isEqualTo(7);
    assertThat(next.drawAt()).isEqualTo(Waves.opensAt(sale, 8));
  }

  @Test
  void enter_withoutAnyTick_drawsTheWaveThatIsOver() throws Exception {
    Sale sale = open(10, "a");
    world.budget.put("a", 10);
    Entry entry = entry(world.ask(sale, "anna", "a", 1));
    world.moveTo(sale, 1, 0.1);
    world.ask(sale, "ben", "a", 1);
    assertThat(world.awaitWinners()).containsExactly(entry.permit());
  }

  /** A wave that goes on after a restart must not have been drawn already. */
  @Test
  void close_waveUnderWay_isNeitherDrawnNorRecordedAndItsBuyersAreTold() {
    Sale sale = open(10, "a");
    world.budget.put("a", 10);
    Entry entry = entry(world.ask(sale, "anna", "a", 1));
    world.gate.close();
    assertThat(entry.state()).isEqualTo(Entry.State.NOT_DRAWN);
    assertThat(entry.reason()).isEqualTo(Refusal.NOT_COUNTED.id());
    assertThat(world.ledger.saved).isEmpty();
    assertThat(world.winners).isEmpty();
  }

  @Test
  void close_drawUnderWay_waitsForItsEnd() {
    Sale sale = open(10, "a");
    world.budget.put("a", 10);
    world.ask(sale, "anna", "a", 1);
    world.ledger.away = true;
    tickAt(sale, 1);
    await().until(() -> world.ledger.tries.get() > 0);
    world.ledger.away = false;
    world.gate.close();
    assertThat(world.winners).hasSize(1);
  }

  @Test
  void endEntry_drawnWithoutAnOrder_tellsWhy() throws Exception {
    Sale sale = open(10, "a");
    world.budget.put("a", 10);
    Entry entry = entry(world.ask(sale, "anna", "a", 1));
    tickAt(sale, 1);
    world.awaitWinners();
    world.gate.endEntry(sale.id(), entry.permit().order(), "sold-out");
    assertThat(entry.state()).isEqualTo(Entry.State.NOT_DRAWN);
    assertThat(entry.reason()).isEqualTo("sold-out");
  }

  @Test
  void draw_quantities_admitsAllOrNothingWithinTheUnits() throws Exception {
    Sale sale = open(10, "a");
    world.budget.put("a", 5);
    IntStream.range(0, 20).forEach(i -> world.ask(sale, "buyer-" + i, "a", 1 + i % 3));
    tickAt(sale, 1);
    List<Permit> winners = world.awaitWinners();
    assertThat(winners.stream().mapToInt(Permit::quantity).sum()).isBetween(3, 5);
    assertThat(winners).hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void show_sameRules_keepsTheWaveAndItsEntries() {
    Sale sale = open(10, "a");
    world.budget.put("a", 10);
    Entry entry = entry(world.ask(sale, "anna", "a", 1));
    world.gate.show(GateFixture.listing(sale, SalePhase.PUBLISHED, 2));
    world.clock.advance(Duration.ofSeconds(1));
    assertThat(entry(world.ask(sale, "anna", "a", 1))).isSameAs(entry);
  }

  @Test
  void entries_manyEnded_areForgottenTheOldestFirst() {
    Entries entries = new Entries(world.clock, entry -> CompletableFuture.completedFuture(null));
    Sale sale = GateFixture.sale(Pick.FAIR, 1, EVERY, "a");
    Entry first = waiting(sale, "first");
    entries.add(first);
    entries.end(first, null);
    for (int i = 0; i < Entries.ENDED_MAX; i++) {
      Entry entry = waiting(sale, "buyer-" + i);
      entries.add(entry);
      entries.end(entry, null);
    }
    assertThat(entries.size()).isEqualTo(Entries.ENDED_MAX);
    assertThat(entries.find(first.permit().order())).isNull();
    assertThat(entries.find(new BuyerId("buyer-0"))).isNotNull();
  }

  private Entry waiting(Sale sale, String buyer) {
    BuyerId id = new BuyerId(buyer);
    Waves.Ask ask = new Waves.Ask("a", id, 1, 1, null);
    Permit permit = Waves.permit(world.ids, sale, ask, 0, Instant.EPOCH);
    return new Entry(permit, new BuyerHash(0, 0), 0, Instant.EPOCH);
  }
}
