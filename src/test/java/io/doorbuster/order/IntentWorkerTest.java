package io.doorbuster.order;

import static io.doorbuster.order.Installation.OPENS;
import static io.doorbuster.order.Installation.RETURNS_EVERY;
import static io.doorbuster.order.Installation.SALE;
import static io.doorbuster.order.Installation.SKU;
import static io.doorbuster.order.Installation.buyer;
import static io.doorbuster.order.Installation.sale;
import static io.doorbuster.order.Installation.sku;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.order.Intent.Kind;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.StoreUnavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of intent: applied once, whatever is lost on the way. */
@Tag("store")
final class IntentWorkerTest {
  private static final Sku[] THREE = {sku(SKU, 10), sku("runner-42", 20), sku("runner-43", 30)};

  @TempDir Path folder;
  private Installation our;

  @BeforeEach
  void open() {
    our = new Installation(folder);
  }

  @AfterEach
  void close() {
    our.close();
  }

  private void intend(String id, Kind kind, int quantity) {
    our.database.write(
        connection -> {
          Intents.write(connection, List.of(Intent.of(id, SALE, SKU, kind, quantity)));
          return id;
        });
  }

  /** Applies what is open, and loses the transactions that would have said so. */
  private void runAndLoseTheMarks() {
    int reads = 2;
    int[] calls = {0};
    our.database.onCall(
        () -> {
          if (++calls[0] >= reads) {
            throw new StoreUnavailable("the database is away", new IOException());
          }
        });
    assertThatThrownBy(our.worker::moveInEngine).isInstanceOf(StoreUnavailable.class);
    our.database.onCall(() -> {});
    assertThat(our.openIntents()).isPositive();
    our.assertAuditIsOk();
  }

  private OrderId cancelled() {
    OrderId id = our.place(1);
    our.store.end(id, OrderStatus.CANCELLED, "by-buyer", our.clock.instant());
    our.clock.set(OPENS.plus(RETURNS_EVERY));
    return id;
  }

  @Test
  void return_whoseMarkIsLost_isMadeOnceByTheSameEngine() {
    our.selling(5);
    cancelled();
    runAndLoseTheMarks();
    assertThat(our.available()).isEqualTo(5);
    our.worker.runOnce();
    our.worker.runOnce();
    assertThat(our.available()).isEqualTo(5);
    assertThat(our.openIntents()).isZero();
    our.assertAuditIsOk();
  }

  @Test
  void return_whoseMarkIsLost_isMadeOnceByANewEngine() {
    our.selling(5);
    cancelled();
    runAndLoseTheMarks();
    our.restart();
    assertThat(our.available()).isEqualTo(4);
    our.assertAuditIsOk();
    our.worker.runOnce();
    assertThat(our.available()).isEqualTo(5);
    our.assertAuditIsOk();
  }

  @Test
  void return_whoseMarkIsLost_isMadeOnceByARebuiltEngine() {
    our.selling(5);
    cancelled();
    runAndLoseTheMarks();
    our.worker.exclusively(() -> our.reconciler.rebuild(SALE));
    our.assertAuditIsOk();
    our.worker.runOnce();
    assertThat(our.available()).isEqualTo(5);
    our.assertAuditIsOk();
  }

  @Test
  void end_appliedOrNot_barsTheBuyerByAgeOnly() {
    our.selling(5);
    OrderId id = cancelled();
    Claim again = our.claim(SALE, SKU, buyer(1), 1);
    Instant createdAt = OPENS.plusSeconds(1);
    assertThat(our.ask(again)).isEqualTo(new ReserveResult.AlreadyOrdered(id, createdAt));
    our.worker.runOnce();
    Instant until = createdAt.plus(Installation.ORDER_EVERY);
    assertThat(our.ask(again)).isEqualTo(new ReserveResult.OrderedRecently(id, until));
    our.restart();
    assertThat(our.ask(again)).isEqualTo(new ReserveResult.OrderedRecently(id, until));
    our.clock.set(until);
    assertThat(our.ask(again)).isInstanceOf(ReserveResult.Reserved.class);
  }

  @Test
  void add_whoseMarkIsLost_isMadeOnce() {
    our.selling(5);
    intend("more", Kind.TAKE, 3);
    our.shop.loseAnswers(1);
    assertThatThrownBy(our.worker::runOnce).isInstanceOf(StoreUnavailable.class);
    our.assertAuditIsOk();
    our.worker.moveAtShop();
    assertThat(our.shop.units(SKU)).isEqualTo(1_000 - 8);
    assertThat(our.sums().allotted()).isEqualTo(8);
    assertThat(our.available()).isEqualTo(5);
    runAndLoseTheMarks();
    assertThat(our.available()).isEqualTo(8);
    our.worker.runOnce();
    our.restart();
    assertThat(our.available()).isEqualTo(8);
    assertThat(our.sums().allotted()).isEqualTo(8);
    our.assertAuditIsOk();
  }

  @Test
  void take_ofMoreThanTheShopHas_changesNothing() {
    our.selling(5);
    intend("too-many", Kind.TAKE, 10_000);
    our.worker.runOnce();
    assertThat(new Intents(our.database).findOutcome("too-many"))
        .isEqualTo(IntentWorker.NOT_ENOUGH);
    assertThat(our.sums().allotted()).isEqualTo(5);
    our.assertAuditIsOk();
  }

  @Test
  void withdraw_whoseBookingIsLost_isMadeOnce() {
    our.selling(5);
    our.place(1);
    intend("out", Kind.WITHDRAW, 10);
    runAndLoseTheMarks();
    assertThat(our.available()).isZero();
    our.assertAuditIsOk();
    our.worker.runOnce();
    our.worker.runOnce();
    assertThat(new Intents(our.database).findOutcome("out")).isEqualTo("4");
    assertThat(our.sums().returned()).isEqualTo(4);
    assertThat(our.shop.units(SKU)).isEqualTo(1_000 - 1);
    our.assertAuditIsOk();
  }

  @Test
  void withdraw_whoseBookingIsLostWithTheEngine_isMadeOnce() {
    our.selling(5);
    intend("out", Kind.WITHDRAW, 3);
    runAndLoseTheMarks();
    our.restart();
    assertThat(our.available()).isEqualTo(5);
    our.assertAuditIsOk();
    our.worker.runOnce();
    our.worker.runOnce();
    our.restart();
    assertThat(our.available()).isEqualTo(2);
    assertThat(our.shop.units(SKU)).isEqualTo(1_000 - 5 + 3);
    our.assertAuditIsOk();
  }

  @Test
  void give_whoseAnswerIsLost_isGivenOnce() {
    our.selling(5);
    intend("out", Kind.WITHDRAW, 3);
    our.worker.moveInEngine();
    our.shop.loseAnswers(2);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(our.worker::moveAtShop).isInstanceOf(StoreUnavailable.class);
    }
    our.restart();
    our.worker.runOnce();
    assertThat(our.shop.units(SKU)).isEqualTo(1_000 - 5 + 3);
    assertThat(our.events("stock.returned")).isEqualTo(1);
    our.assertAuditIsOk();
  }

  @Test
  void give_toAShopThatIsAway_holdsUpNothingElse() {
    our.selling(5);
    our.shop.away(true);
    for (int i = 0; i < 600; i++) {
      intend("give-" + i, Kind.GIVE, 1);
    }
    cancelled();
    int before = our.shop.calls();
    assertThatThrownBy(our.worker::runOnce).isInstanceOf(StoreUnavailable.class);
    assertThat(our.shop.calls()).isEqualTo(before + 1);
    assertThat(our.available()).isEqualTo(5);
    assertThat(our.ended).hasSize(1);
  }

  @Test
  void round_withAnIntentThatFails_appliesTheOthers() {
    our.selling(5);
    our.database.write(
        connection -> {
          Intents.write(
              connection,
              List.of(new Intent("a-bug", SALE, SKU, Kind.END, 0, 0, null, null, Instant.EPOCH)));
          return 0;
        });
    cancelled();
    assertThatThrownBy(our.worker::moveInEngine).isInstanceOf(NullPointerException.class);
    assertThat(our.available()).isEqualTo(5);
    assertThat(our.openIntents()).isEqualTo(1);
  }

  @Test
  void publish_killedAfterTheFirstOfThreeSkus_goesOn() {
    for (Sku sku : THREE) {
      our.shop.with(sku.id(), 100);
    }
    our.catalog.register(sale(SALE, Pick.FIRST, THREE));
    our.startPublishing(SALE);
    int[] writes = {0};
    our.database.onCall(
        () -> {
          if (++writes[0] == 3) {
            throw new StoreUnavailable("killed", new IOException());
          }
        });
    assertThatThrownBy(our.worker::moveAtShop).isInstanceOf(StoreUnavailable.class);
    our.database.onCall(() -> {});
    our.restart();
    assertThat(our.catalog.get(SALE).stored()).isEqualTo(SalePhase.DRAFT);
    our.worker.runOnce();
    our.worker.runOnce();
    assertThat(our.catalog.get(SALE).stored()).isEqualTo(SalePhase.PUBLISHED);
    for (Sku sku : THREE) {
      assertThat(our.shop.units(sku.id())).isEqualTo(100 - sku.units());
      assertThat(our.engine.available(SALE, sku.id())).isEqualTo(sku.units());
    }
    our.assertAuditIsOk();
  }

  @Test
  void publish_refusedByTheShop_givesAllBackOnce() {
    for (int missing = 0; missing < 3; missing++) {
      String id = "sale-" + missing;
      for (int i = 0; i < 3; i++) {
        our.shop.with(THREE[i].id(), i == missing ? 1 : 100);
      }
      our.catalog.register(sale(id, Pick.FIRST, THREE));
      our.startPublishing(id);
      our.shop.loseAnswers(1);
      for (int round = 0; round < 4; round++) {
        try {
          our.worker.runOnce();
        } catch (StoreUnavailable lost) {
          our.restart();
        }
      }
      assertThat(our.catalog.get(id).stored()).isEqualTo(SalePhase.DRAFT);
      assertThat(our.catalog.get(id).publishing()).isFalse();
      assertThat(our.openIntents()).isZero();
      for (int i = 0; i < 3; i++) {
        assertThat(our.shop.units(THREE[i].id())).isEqualTo(i == missing ? 1 : 100);
      }
      our.assertAuditIsOk(id);
    }
  }

  @Test
  void give_thatTheShopRefuses_holdsUpNoOther() {
    our.shop.with("runner-42", 100).with("runner-43", 100);
    our.selling(Installation.sale(SALE, Pick.FIRST, THREE));
    our.shop.refuse(SKU);
    for (Sku sku : THREE) {
      our.database.write(
          connection -> {
            String id = Intent.id(SALE, sku.id(), "withdraw-x");
            Intents.write(connection, List.of(Intent.of(id, SALE, sku.id(), Kind.WITHDRAW, 10)));
            return id;
          });
    }
    for (int round = 0; round < 3; round++) {
      our.worker.moveInEngine();
      assertThatThrownBy(our.worker::moveAtShop).isInstanceOf(StoreUnavailable.class);
    }
    assertThat(our.shop.units("runner-42")).isEqualTo(90);
    assertThat(our.shop.units("runner-43")).isEqualTo(80);
    assertThat(our.openIntents()).isEqualTo(1);
    our.assertAuditIsOk();
  }

  @Test
  void event_ofReturnedStock_waitsForNoOtherSale() {
    our.selling(5);
    intend(Intent.id(SALE, SKU, "withdraw-x"), Kind.WITHDRAW, 2);
    our.worker.runOnce();
    our.worker.runOnce();
    assertThat(
            our.number("SELECT COUNT(*) FROM outbox WHERE order_key = '" + SALE + "/" + SKU + "'"))
        .isEqualTo(1);
  }
}
