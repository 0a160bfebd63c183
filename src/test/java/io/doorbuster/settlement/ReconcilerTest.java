package io.doorbuster.settlement;

import static io.doorbuster.order.Installation.OPENS;
import static io.doorbuster.order.Installation.ORDER_EVERY;
import static io.doorbuster.order.Installation.SALE;
import static io.doorbuster.order.Installation.SKU;
import static io.doorbuster.order.Installation.buyer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.inventory.SaleControl;
import io.doorbuster.order.Installation;
import io.doorbuster.order.OrderStatus;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine knows that was loaded from the database. */
@Tag("store")
final class ReconcilerTest {
  @TempDir Path folder;
  private Installation our;

  @BeforeEach
  void open() {
    our = new Installation(folder).selling(20);
  }

  @AfterEach
  void close() {
    our.close();
  }

  private ReserveResult askAgain(int buyer) {
    return our.ask(our.claim(SALE, SKU, buyer(buyer), 1));
  }

  @Test
  void restart_withLiveOrders_letsNobodyOrderTwice() {
    OrderId placed = our.place(1);
    OrderId paid = our.place(2);
    our.store.pay(paid, "r", 4_900, our.clock.instant());
    our.restart();
    assertThat(askAgain(1))
        .isEqualTo(new ReserveResult.AlreadyOrdered(placed, OPENS.plusSeconds(1)));
    assertThat(askAgain(2)).isEqualTo(new ReserveResult.AlreadyOrdered(paid, OPENS.plusSeconds(1)));
    our.clock.advance(ORDER_EVERY.multipliedBy(2));
    our.restart();
    assertThat(askAgain(1)).isInstanceOf(ReserveResult.AlreadyOrdered.class);
    assertThat(our.available()).isEqualTo(18);
    our.assertAuditIsOk();
  }

  @Test
  void restart_withOrdersThatAreOver_barsTheirBuyersByAge() {
    OrderId cancelled = our.place(1);
    our.store.end(cancelled, OrderStatus.CANCELLED, "by-buyer", our.clock.instant());
    our.restart();
    assertThat(askAgain(1))
        .isEqualTo(
            new ReserveResult.OrderedRecently(cancelled, OPENS.plusSeconds(1).plus(ORDER_EVERY)));
    our.clock.set(OPENS.plusSeconds(1).plus(ORDER_EVERY));
    our.restart();
    assertThat(askAgain(1)).isInstanceOf(ReserveResult.Reserved.class);
    our.write();
    our.assertAuditIsOk();
  }

  @Test
  void restart_withARejectedOrder_barsNobody() {
    Stores.refuseOrders(our.database, "status = 'PLACED'");
    Claim bad = our.reserve(1);
    our.write();
    Stores.takeOrders(our.database);
    assertThat(our.status(bad.order())).isEqualTo(OrderStatus.REJECTED);
    our.restart();
    our.place(1);
    our.assertAuditIsOk();
  }

  @Test
  void restart_withQueuedOrders_freesTheirUnits() {
    Claim queued = our.reserve(1);
    our.restart();
    assertThat(our.available()).isEqualTo(20);
    assertThat(our.status(queued.order())).isEqualTo(OrderStatus.LOST);
    our.place(1);
    our.assertAuditIsOk();
  }

  @Test
  void rebuild_ofAPausedSale_isPausedInTheEngine() {
    our.desk.pause(SALE);
    our.reconciler.rebuild(SALE);
    assertThat(askAgain(1)).isEqualTo(new ReserveResult.Paused());
    our.restart();
    assertThat(askAgain(1)).isEqualTo(new ReserveResult.Paused());
  }

  @Test
  void rebuild_whileAPauseRaces_neverLosesThePause() throws Exception {
    for (int i = 0; i < 30; i++) {
      our.desk.resume(SALE);
      Thread rebuilding = Thread.ofPlatform().start(() -> our.reconciler.rebuild(SALE));
      our.desk.pause(SALE);
      assertThat(askAgain(1)).isIn(new ReserveResult.Paused(), new ReserveResult.Unknown());
      rebuilding.join();
      assertThat(our.engine.findStatus(SALE).orElseThrow().control().state())
          .isEqualTo(SaleControl.State.PAUSED);
    }
  }

  @Test
  void rebuild_underLoad_losesNoUnitAndRaisesNoFalseAlarm() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Thread rebuilding =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!done.get()) {
                    our.worker.exclusively(() -> our.reconciler.rebuild(SALE));
                  }
                });
    Thread moving =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!done.get()) {
                    our.round();
                  }
                });
    Thread writing =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!done.get()) {
                    our.write();
                  }
                });
    try {
      for (int i = 0; i < 60; i++) {
        ReserveResult _ = askAgain(i % 30);
        our.store
            .findLatest(SALE, buyer(i % 7))
            .ifPresent(
                order ->
                    our.store.end(
                        order.id(), OrderStatus.CANCELLED, "by-buyer", our.clock.instant()));
        our.clock.advance(Duration.ofSeconds(20));
        our.assertAuditIsOk();
      }
    } finally {
      done.set(true);
      rebuilding.join();
      moving.join();
      writing.join();
    }
    our.write();
    our.assertAuditIsOk();
    assertThat(our.engine.queued()).isZero();
  }

  @Test
  void rebuild_ofASettledSale_leavesItOut() {
    our.desk.close(SALE);
    for (int i = 0; i < 5; i++) {
      our.settlement.tick();
      our.round();
    }
    assertThat(our.engine.isLoaded(SALE)).isFalse();
    our.reconciler.rebuild(SALE);
    assertThat(our.engine.isLoaded(SALE)).isFalse();
  }

  @Test
  void rebuild_thatFailsHalfWay_isMadeAgainAndLosesNoLaterOrder() {
    int[] calls = {0};
    our.database.onCall(
        () -> {
          if (++calls[0] == 2) { // behind the new epoch, ahead of the load
            throw new StoreUnavailable("the database is away", new IOException());
          }
        });
    assertThatThrownBy(() -> our.reconciler.rebuild(SALE)).isInstanceOf(StoreUnavailable.class);
    our.database.onCall(() -> {});
    our.round();
    for (int buyer = 1; buyer <= 5; buyer++) {
      our.place(buyer);
    }
    assertThat(our.lost).isEmpty();
    assertThat(our.available()).isEqualTo(15);
    our.assertAuditIsOk();
  }
}
