package io.doorbuster.drill.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.doorbuster.drill.checker.AuditAnswer.AuditedSku;
import io.doorbuster.drill.checker.Books.BookedSku;
import io.doorbuster.drill.checker.Books.BookedWave;
import io.doorbuster.drill.checker.Deliveries.BookedEvent;
import io.doorbuster.drill.workload.Behaviour;
import io.doorbuster.drill.workload.Call.Kind;
import io.doorbuster.drill.workload.Call.Outcome;
import io.doorbuster.drill.workload.Ending;
import io.doorbuster.drill.workload.Interval.What;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each promise is broken by hand once, or in each of its ways, and must be found broken. */
final class CheckerTest {
  private static final long AUDITED = 2;

  @Test
  void check_cleanSale_findsNothing() {
    assertThat(Checker.check(Scene.clean().evidence())).isEmpty();
    assertThat(Figures.of(Scene.clean().evidence())).isEqualTo(new Figures(0, 0, 0, 0));
  }

  @Test
  void check_cleanFairSale_findsNothing() {
    assertThat(Checker.check(Scene.fair().evidence())).isEmpty();
  }

  @Test
  void oversold_moreOrdersThanUnits_isFound() {
    Scene scene = Scene.clean();
    scene.booked(2, "C", "PAID", 300);
    scene.sku = new BookedSku(Scene.SKU, 2, 3, 0);
    assertThat(scene.broken()).contains(1);
    assertThat(Figures.of(scene.evidence()).oversold()).isEqualTo(1);
  }

  @Test
  void oversold_moreShownAsPaidThanUnits_isFound() {
    Scene scene = Scene.clean();
    scene.shown(2, Kind.LOOK, "C", "PAID", 500);
    assertThat(scene.broken()).contains(1);
  }

  @Test
  void oneLiveOrder_twoLiveOrdersOfABuyer_isFound() {
    Scene scene = Scene.clean();
    scene.booked(0, "C", "PLACED", 300);
    assertThat(scene.broken()).contains(2);
    assertThat(Figures.of(scene.evidence()).duplicates()).isEqualTo(1);
  }

  @Test
  void oneLiveOrder_anotherSoonAfterAnEnd_isFound() {
    Scene scene = Scene.clean();
    scene.booked(3, "C", "EXPIRED", 30);
    scene.booked(3, "D", "CANCELLED", 90);
    assertThat(scene.broken()).containsExactly(2);
  }

  @Test
  void oneLiveOrder_anotherSoonAfterARejection_isFine() {
    Scene scene = Scene.clean();
    scene.booked(0, "C", "REJECTED", 30);
    assertThat(scene.broken()).isEmpty();
  }

  @Test
  void shownIsKept_placedOrderMissing_isFound() {
    Scene scene = Scene.clean();
    scene.shown(2, Kind.LOOK, "C", "PLACED", 200);
    assertThat(scene.broken()).containsExactly(3);
    assertThat(Figures.of(scene.evidence()).lostPlaced()).isEqualTo(1);
  }

  @Test
  void shownIsKept_statusGoesBack_isFound() {
    Scene scene = Scene.clean();
    scene.shown(0, Kind.LOOK, "A", "PLACED", 900);
    assertThat(scene.broken()).containsExactly(3);
  }

  @Test
  void shownIsKept_placedThenLost_isFound() {
    Scene scene = Scene.clean();
    scene.interval(What.KILLED, 150, 160);
    scene.shown(2, Kind.LOOK, "C", "PLACED", 200);
    scene.shown(2, Kind.LOOK, "C", "LOST", 300);
    scene.booked(2, "C", "CANCELLED", 190);
    assertThat(scene.broken()).containsExactly(3);
  }

  @Test
  void shownIsKept_queuedThenLostByAKill_isFine() {
    Scene scene = Scene.clean();
    scene.interval(What.KILLED, 150, 160);
    scene.shown(2, Kind.ASK, "C", "QUEUED", 140);
    scene.shown(2, Kind.LOOK, "C", "LOST", 300);
    assertThat(scene.broken()).isEmpty();
  }

  @Test
  void shownIsKept_lostWithoutAKill_isFound() {
    Scene scene = Scene.clean();
    scene.shown(2, Kind.ASK, "C", "QUEUED", 140);
    scene.shown(2, Kind.LOOK, "C", "LOST", 300);
    assertThat(scene.broken()).containsExactly(3);
  }

  @Test
  void shownIsKept_paymentForgotten_isFound() {
    Scene scene = Scene.clean();
    scene.booked(2, "C", "EXPIRED", 30);
    scene.call(2, Kind.PAY, Outcome.ANSWERED, 200, "C", null, null, null, 60, -1);
    assertThat(scene.broken()).containsExactly(3);
    scene.refunds.add("C");
    assertThat(scene.broken()).isEmpty();
  }

  @Test
  void noUnitLost_auditSaysNo_isFound() {
    Scene scene = Scene.clean();
    scene.audit = new AuditAnswer(false, List.of("a unit is missing"), scene.audit.skus());
    assertThat(scene.broken()).containsExactly(4);
  }

  @Test
  void noUnitLost_sumIsShort_isFound() {
    Scene scene = Scene.clean();
    AuditedSku short1 = new AuditedSku(Scene.SKU, AUDITED, 0, 0, 1, 0, 0);
    scene.audit = new AuditAnswer(true, List.of(), List.of(short1));
    assertThat(scene.broken()).containsExactly(4);
  }

  @Test
  void noUnitLost_countDiffersFromOrders_isFound() {
    Scene scene = Scene.clean();
    scene.sku = new BookedSku(Scene.SKU, 2, 1, 0);
    assertThat(scene.broken()).containsExactly(4);
  }

  @Test
  void namedEnding_cutWithoutAKill_isFound() {
    Scene scene = Scene.clean();
    scene.call(2, Kind.ASK, Outcome.CUT, 0, null, null, null, null, 200, -1);
    assertThat(scene.broken()).containsExactly(5);
    scene.interval(What.KILLED, 190, 300);
    assertThat(scene.broken()).isEmpty();
  }

  @Test
  void namedEnding_answerWithoutAName_isFound() {
    Scene scene = Scene.clean();
    scene.call(2, Kind.ASK, Outcome.ANSWERED, 500, null, "internal", null, null, 200, -1);
    assertThat(scene.broken()).containsExactly(5);
  }

  @Test
  void namedEnding_noAnswerInTime_isFound() {
    Scene scene = Scene.clean();
    scene.call(2, Kind.LOOK, Outcome.TIMED_OUT, 0, "C", null, null, null, 200, -1);
    assertThat(scene.broken()).containsExactly(5);
  }

  @Test
  void namedEnding_buyerStillWaits_isFound() {
    Scene scene = Scene.clean();
    scene.history.end(3, Ending.STUCK);
    assertThat(scene.broken()).containsExactly(5);
    assertThat(Figures.of(scene.evidence()).stuck()).isEqualTo(1);
  }

  @Test
  void namedEnding_orderStillPlaced_isFound() {
    Scene scene = Scene.clean();
    scene.rebooked("A", "PLACED");
    assertThat(scene.broken()).contains(5);
    assertThat(Figures.of(scene.evidence()).stuck()).isEqualTo(1);
  }

  @Test
  void cheapRefusal_callOnAnEventLoop_isFound() {
    Scene scene = Scene.clean();
    scene.backendCalls = 1;
    assertThat(scene.broken()).containsExactly(6);
  }

  @Test
  void insideTheWindow_orderAheadOfTheOpening_isFound() {
    Scene scene = Scene.clean();
    scene.booked(2, "C", "CANCELLED", -5);
    assertThat(scene.broken()).containsExactly(7);
  }

  @Test
  void insideTheWindow_orderAfterTheCloseByTheClock_isFound() {
    Scene scene = Scene.clean();
    scene.history.end(2, Ending.CLOSED);
    scene.booked(2, "C", "CANCELLED", 60_000);
    assertThat(scene.broken()).contains(7);
  }

  @Test
  void insideTheWindow_orderWhilePausedOrClosed_isFound() {
    Scene paused = Scene.clean();
    paused.interval(What.PAUSED, 105, 115);
    assertThat(paused.broken()).containsExactly(7);
    Scene closed = Scene.clean();
    closed.interval(What.CLOSED, 125, Long.MAX_VALUE - Scene.OPENS);
    assertThat(closed.broken()).containsExactly(7);
  }

  @Test
  void allSold_unitLeftWhileBuyersAsked_isFound() {
    Scene scene = Scene.clean();
    scene.orders.removeLast();
    assertThat(scene.broken()).contains(8);
  }

  @Test
  void allSold_soldOutSaidTooEarly_isFound() {
    Scene scene = Scene.clean();
    scene.soldOut(3, 90);
    assertThat(scene.broken()).containsExactly(8);
  }

  @Test
  void fairDraws_orderOfNoWinner_isFound() {
    Scene scene = Scene.fair();
    int loser =
        IntStream.range(0, Scene.BUYERS)
            .filter(b -> scene.history.endings().get(b) == Ending.SOLD_OUT)
            .findFirst()
            .orElseThrow();
    scene.booked(loser, "E" + loser, "CANCELLED", 600);
    assertThat(scene.broken()).contains(9);
  }

  @Test
  void fairDraws_winnerToldNotDrawn_isFound() {
    Scene scene = Scene.fair();
    String winner = scene.orders.getFirst().id();
    int buyer = Integer.parseInt(winner.substring(1));
    scene.shown(buyer, Kind.LOOK, winner, "NOT_DRAWN", 590);
    assertThat(scene.broken()).contains(9);
  }

  @Test
  void fairDraws_cutOffOrCountChanged_isFound() {
    Scene scene = Scene.fair();
    BookedWave wave = scene.waves.getFirst();
    scene.waves.set(
        0,
        new BookedWave(
            wave.sku(), 0, 2, 2, 4, wave.admitted(), "0000000000000001", true, wave.entered()));
    assertThat(scene.broken()).containsExactly(9);
    scene.waves.set(
        0, new BookedWave(wave.sku(), 0, 2, 2, 4, 1, wave.cutOff(), true, wave.entered()));
    assertThat(scene.broken()).containsExactly(9);
  }

  @Test
  void fairDraws_publishedWithOtherEntries_isFound() {
    Scene scene = Scene.fair();
    scene.hidden = true;
    assertThat(scene.broken()).containsExactly(9);
  }

  @Test
  void fairDraws_twoEntriesOfABuyer_isFound() {
    Scene scene = Scene.fair();
    scene.waves.add(scene.wave(1, List.of(2, 2, 3), 1));
    assertThat(scene.broken()).containsExactly(9);
  }

  @Test
  void fairDraws_hammeringWinsAsOthers_isFine() {
    Scene scene = Scene.hammered();
    for (int number = 0; number < 30; number++) {
      scene.waves.add(scene.wave(number, IntStream.range(0, 100).boxed().toList(), 10));
    }
    scene.plan.behaviour(0);
    assertThat(Checker.check(scene.evidence())).noneMatch(b -> b.promise() == 9);
  }

  @Test
  void fairDraws_hammeringWinsMore_isFound() {
    Scene scene = Scene.hammered();
    PublishedRule rule = new PublishedRule("drill", Scene.SEED, Scene.ID_KEY);
    for (int number = 0; number < 30; number++) {
      // Only entries that keep a hammering buyer in front are let in: a gate that favours them.
      List<Integer> favoured = new ArrayList<>();
      BookedWave all = scene.wave(number, IntStream.range(0, 100).boxed().toList(), 1);
      List<String> ranked =
          rule.ranked(all).stream().map(PublishedRule.Entered::buyerHash).toList();
      int best = best(scene, rule, ranked);
      String front = rule.buyerHash(scene.plan.buyer(best));
      for (int buyer = 0; buyer < 100; buyer++) {
        if (ranked.indexOf(rule.buyerHash(scene.plan.buyer(buyer))) >= ranked.indexOf(front)) {
          favoured.add(buyer);
        }
      }
      scene.waves.add(scene.wave(number, favoured, 1));
    }
    assertThat(scene.broken()).contains(9);
  }

  private static int best(Scene scene, PublishedRule rule, List<String> ranked) {
    return IntStream.range(0, 100)
        .filter(b -> scene.plan.behaviour(b) == Behaviour.HAMMERS)
        .boxed()
        .min((a, b) -> Integer.compare(rank(scene, rule, ranked, a), rank(scene, rule, ranked, b)))
        .orElseThrow();
  }

  private static int rank(Scene scene, PublishedRule rule, List<String> ranked, int buyer) {
    return ranked.indexOf(rule.buyerHash(scene.plan.buyer(buyer)));
  }

  @Test
  void tail_knownCases_areExact() {
    assertThat(FairDraws.tail(10, 0.5, 10)).isCloseTo(Math.pow(0.5, 10), within(1e-12));
    assertThat(FairDraws.tail(10, 0.5, 0)).isEqualTo(1);
    assertThat(FairDraws.tail(200, 0.02, 4)).isCloseTo(0.569, within(0.002));
    assertThat(FairDraws.tail(200, 0.02, 16)).isLessThan(1e-4);
  }

  private static Scene delivering(String... arrived) {
    Scene scene = Scene.clean();
    List<BookedEvent> booked =
        List.of(
            new BookedEvent("A.placed", "A"),
            new BookedEvent("B.placed", "B"),
            new BookedEvent("A.paid", "A"));
    scene.deliveries = Optional.of(new Deliveries(booked, List.of(arrived)));
    return scene;
  }

  @Test
  void events_inOrderOfEachKeyAndAgain_areFine() {
    assertThat(delivering("B.placed", "A.placed", "A.paid", "A.placed").broken()).isEmpty();
  }

  @Test
  void events_oneMissing_isFound() {
    assertThat(delivering("A.placed", "A.paid").broken()).containsExactly(10);
  }

  @Test
  void events_oneBehindALaterOne_isFound() {
    assertThat(delivering("A.paid", "B.placed", "A.placed").broken()).containsExactly(10);
  }

  @Test
  void events_oneNeverCommitted_isFound() {
    assertThat(delivering("A.placed", "B.placed", "A.paid", "C.placed").broken())
        .containsExactly(10);
  }
}
