package io.doorbuster.settlement;

import static io.doorbuster.order.Installation.CLOSES;
import static io.doorbuster.order.Installation.OPENS;
import static io.doorbuster.order.Installation.SALE;
import static io.doorbuster.order.Installation.SKU;
import static io.doorbuster.order.Installation.buyer;
import static io.doorbuster.order.Installation.sale;
import static io.doorbuster.order.Installation.sku;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.order.Installation;
import io.doorbuster.order.Intent;
import io.doorbuster.order.Intents;
import io.doorbuster.order.OrderStatus;
import io.doorbuster.sale.NotAllowed;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFile;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.StoreUnavailable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's verbs, with the intent worker and the order writer at work beside them. */
@Tag("store")
final class SaleDeskTest {
  @TempDir Path folder;
  private Installation our;

  @BeforeEach
  void open() {
    our = new Installation(folder);
  }

  @AfterEach
  void close() {
    our.worker.close();
    our.writer.close();
    our.close();
  }

  private void selling(int units) {
    our.catalog.register(sale(SALE, Pick.FIRST, sku(SKU, units)));
    our.worker.start(() -> true);
    our.writer.start();
    our.desk.publish(SALE);
    our.clock.set(OPENS.plusSeconds(1));
  }

  private SalePhase stored() {
    return our.catalog.get(SALE).stored();
  }

  private void assertAllBackAtTheShop() {
    for (int i = 0; i < 300 && stored() != SalePhase.SETTLED; i++) {
      our.settlement.tick();
      sleep(10);
    }
    assertThat(stored()).isEqualTo(SalePhase.SETTLED);
    for (int i = 0; i < 300 && our.openIntents() > 0; i++) {
      sleep(10);
    }
    assertThat(our.shop.units(SKU)).isEqualTo(1_000);
    our.assertAuditIsOk();
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void publish_byManyAtOnce_takesTheAllotmentOnce() throws Exception {
    our.catalog.register(sale(SALE, Pick.FIRST, sku(SKU, 10)));
    our.worker.start(() -> true);
    List<Callable<Object>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(() -> our.desk.publish(SALE));
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      for (Future<Object> one : pool.invokeAll(all)) {
        one.get();
      }
    }
    assertThat(our.shop.units(SKU)).isEqualTo(990);
    assertThat(our.sums().allotted()).isEqualTo(10);
    assertThat(our.available()).isEqualTo(10);
    our.assertAuditIsOk();
  }

  @Test
  void publish_ofMoreThanTheShopHas_keepsNothing() {
    our.shop.with(SKU, 5).with("runner-42", 100);
    our.catalog.register(sale(SALE, Pick.FIRST, sku("runner-42", 10), sku(SKU, 10)));
    our.worker.start(() -> true);
    assertThatThrownBy(() -> our.desk.publish(SALE))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("not enough");
    for (int i = 0; i < 300 && our.openIntents() > 0; i++) {
      sleep(10);
    }
    assertThat(our.shop.units("runner-42")).isEqualTo(100);
    assertThat(our.shop.units(SKU)).isEqualTo(5);

    our.shop.with(SKU, 50);
    our.desk.publish(SALE);
    assertThat(our.shop.units("runner-42")).isEqualTo(90);
    assertThat(our.shop.units(SKU)).isEqualTo(40);
    our.assertAuditIsOk();
  }

  @Test
  void publish_afterATryThatIsStillBeingUndone_takesTheAllotmentOnce() {
    our.catalog.register(sale(SALE, Pick.FIRST, sku(SKU, 10)));
    our.startPublishing(SALE);
    our.desk.voidSale(SALE);
    our.worker.start(() -> true);
    our.desk.publish(SALE);
    for (int i = 0; i < 300 && our.openIntents() > 0; i++) {
      sleep(10);
    }
    assertThat(our.sums().allotted()).isEqualTo(10);
    assertThat(our.available()).isEqualTo(10);
    assertThat(our.shop.units(SKU)).isEqualTo(990);
    our.assertAuditIsOk();
  }

  @Test
  void units_addedAndWithdrawn_moveOnceForAKey() {
    selling(10);
    our.desk.add(SALE, SKU, 5, "k1");
    our.desk.add(SALE, SKU, 5, "k1");
    for (int i = 0; i < 300 && our.available() < 15; i++) {
      sleep(10);
    }
    assertThat(our.available()).isEqualTo(15);
    assertThat(our.desk.withdraw(SALE, SKU, 4, "k2")).isEqualTo(4);
    assertThat(our.desk.withdraw(SALE, SKU, 4, "k2")).isEqualTo(4);
    assertThat(our.desk.withdraw(SALE, SKU, 100, "k3")).isEqualTo(11);
    assertThatThrownBy(() -> our.desk.add(SALE, SKU, 100_000, "k4")).isInstanceOf(NotAllowed.class);
    assertThatThrownBy(() -> our.desk.add(SALE, "boots", 1, "k5")).isInstanceOf(NotAllowed.class);
    assertThatThrownBy(() -> our.desk.add(SALE, SKU, 0, "k6")).isInstanceOf(NotAllowed.class);
    our.desk.close(SALE);
    assertThatThrownBy(() -> our.desk.add(SALE, SKU, 1, "k7")).isInstanceOf(NotAllowed.class);
    assertThat(our.desk.withdraw(SALE, SKU, 4, "k2")).isEqualTo(4);
    our.assertAuditIsOk();
    assertAllBackAtTheShop();
  }

  @Test
  void void_ofADraftThatIsBeingPublished_givesAllBack() {
    our.shop.with("runner-42", 100);
    our.catalog.register(sale(SALE, Pick.FIRST, sku(SKU, 10), sku("runner-42", 10)));
    our.startPublishing(SALE);
    our.shop.loseAnswers(1);
    try {
      our.round();
    } catch (StoreUnavailable e) {
      assertThat(e).hasMessageContaining("lost");
    }
    assertThat(our.desk.voidSale(SALE).stored()).isEqualTo(SalePhase.DRAFT);
    assertThat(our.desk.voidSale(SALE).publishing()).isFalse();
    our.catalog.register(sale(SALE, Pick.FIRST, sku("runner-42", 7)));
    for (int i = 0; i < 4; i++) {
      our.round();
    }
    assertThat(our.shop.units(SKU)).isEqualTo(1_000);
    assertThat(our.shop.units("runner-42")).isEqualTo(100);
    assertThat(our.openIntents()).isZero();
    our.assertAuditIsOk();
  }

  @Test
  void void_beforeTheStart_givesAllBack() {
    our.catalog.register(sale(SALE, Pick.FIRST, sku(SKU, 10)));
    our.worker.start(() -> true);
    our.desk.publish(SALE);
    our.desk.voidSale(SALE);
    assertAllBackAtTheShop();
  }

  @Test
  void void_ofAnOpenSale_cancelsAndRefundsAllAndSellsNoMore() {
    selling(10);
    List<OrderId> orders = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      orders.add(our.reserve(i).order());
    }
    for (int i = 0; i < 300 && our.placed.size() < 6; i++) {
      sleep(10);
    }
    our.store.pay(orders.get(0), "r0", 4_900, our.clock.instant());
    our.store.pay(orders.get(1), "r1", 4_900, our.clock.instant());
    our.reserve(7);
    our.desk.voidSale(SALE);
    assertThat(stored()).isEqualTo(SalePhase.CLOSED);
    assertThat(our.ask(our.claim(SALE, SKU, buyer(8), 1))).isEqualTo(new ReserveResult.Closed());
    our.desk.voidSale(SALE);
    for (OrderId id : orders) {
      assertThat(our.status(id)).isEqualTo(OrderStatus.CANCELLED);
      assertThat(our.store.find(id).orElseThrow().reason()).isEqualTo("void");
    }
    assertThat(our.events("payment.refund-needed")).isEqualTo(2);
    assertThat(our.events("order.cancelled")).isEqualTo(7);
    our.assertAuditIsOk();
    assertAllBackAtTheShop();
  }

  @Test
  void void_ofASettledSale_refundsAndGivesBackWhatWasSold() {
    selling(10);
    OrderId id = our.reserve(1).order();
    for (int i = 0; i < 300 && our.placed.isEmpty(); i++) {
      sleep(10);
    }
    our.store.pay(id, "r0", 4_900, our.clock.instant());
    our.clock.set(CLOSES);
    our.desk.close(SALE);
    assertThat(our.desk.settle(SALE).stored()).isEqualTo(SalePhase.SETTLED);
    assertThat(our.desk.settle(SALE).stored()).isEqualTo(SalePhase.SETTLED);
    assertThat(our.shop.units(SKU)).isEqualTo(999);
    our.desk.voidSale(SALE);
    our.desk.voidSale(SALE);
    assertThat(our.status(id)).isEqualTo(OrderStatus.CANCELLED);
    assertThat(our.events("payment.refund-needed")).isEqualTo(1);
    assertAllBackAtTheShop();
  }

  @Test
  void void_againstPaymentsThatRace_refundsEachOfThem() throws Exception {
    selling(60);
    List<OrderId> orders = new ArrayList<>();
    for (int i = 1; i <= 60; i++) {
      orders.add(our.reserve(i).order());
    }
    for (int i = 0; i < 500 && our.placed.size() < 60; i++) {
      sleep(10);
    }
    Thread paying =
        Thread.ofPlatform()
            .start(
                () ->
                    orders.forEach(id -> our.store.pay(id, "r-" + id, 4_900, our.clock.instant())));
    our.desk.voidSale(SALE);
    paying.join();
    our.desk.voidSale(SALE);
    assertThat(our.events("payment.refund-needed")).isEqualTo(60);
    assertThat(our.sums().sold()).isZero();
    our.assertAuditIsOk();
    assertAllBackAtTheShop();
  }

  @Test
  void settle_ofASaleThatIsOpen_isNotAllowed() {
    selling(3);
    assertThatThrownBy(() -> our.desk.settle(SALE)).isInstanceOf(NotAllowed.class);
    assertThatThrownBy(() -> our.desk.publish("no-such")).isInstanceOf(NotAllowed.class);
  }

  @Test
  void publish_ofASaleThatIsOver_bringsItsPageBackAndMovesNoUnit() {
    selling(3);
    our.desk.close(SALE);
    assertAllBackAtTheShop();
    our.catalog.unpublish(SALE);
    assertThat(our.desk.publish(SALE).unpublished()).isFalse();
    assertThat(stored()).isEqualTo(SalePhase.SETTLED);
    assertAllBackAtTheShop();
  }

  @Test
  void publish_ofASkuUnknownToTheShop_saysSoAndKeepsNothing() {
    our.shop.refuse("nosuch");
    our.catalog.register(sale(SALE, Pick.FIRST, sku(SKU, 5), sku("nosuch", 5)));
    our.worker.start(() -> true);
    assertThatThrownBy(() -> our.desk.publish(SALE))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("there is no nosuch")
        .hasMessageContaining("nothing was kept");
    Awaitility.await().until(() -> our.openIntents() == 0);
    assertThat(our.shop.units(SKU)).isEqualTo(1_000);
  }

  @Test
  void publish_ofSalesWhoseNamesRunTogether_takesForEach() {
    our.shop.with("b.c", 10).with("c", 10);
    our.catalog.register(sale("a", Pick.FIRST, sku("b.c", 5)));
    our.catalog.register(sale("a.b", Pick.FIRST, sku("c", 5)));
    our.worker.start(() -> true);
    our.desk.publish("a");
    our.desk.publish("a.b");
    assertThat(our.shop.units("b.c")).isEqualTo(5);
    assertThat(our.shop.units("c")).isEqualTo(5);
  }

  @Test
  void register_asARehearsalWhileUnitsAreOwed_isRefused() {
    our.catalog.register(sale(SALE, Pick.FIRST, sku(SKU, 5)));
    our.database.write(
        connection -> {
          Intents.write(
              connection,
              List.of(Intent.of(Intent.id(SALE, SKU, "undo-1"), SALE, SKU, Intent.Kind.GIVE, 4)));
          return SALE;
        });
    String text = SaleFile.toJson(our.catalog.get(SALE).sale()).put("test", true).encode();
    Sale rehearsal = SaleFile.parse("sale.json", text).sale().orElseThrow();
    assertThatThrownBy(() -> our.catalog.register(rehearsal))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("test can not change yet");
    our.round();
    our.catalog.register(rehearsal);
    assertThat(our.shop.units(SKU)).isEqualTo(1_004);
  }

  @Test
  void withdraw_byAKeyThatCouldBeMistaken_isRefused() {
    selling(5);
    assertThatThrownBy(() -> our.desk.withdraw(SALE, SKU, 1, "k/give"))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("a key is");
  }
}
