package io.doorbuster.settlement;

import static io.doorbuster.order.Installation.CLOSES;
import static io.doorbuster.order.Installation.OPENS;
import static io.doorbuster.order.Installation.PAY_WITHIN;
import static io.doorbuster.order.Installation.SALE;
import static io.doorbuster.order.Installation.SKU;
import static io.doorbuster.order.Installation.buyer;
import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.order.Installation;
import io.doorbuster.order.Order;
import io.doorbuster.order.OrderStatus;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.StoreUnavailable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A closed sale settles when nothing of it is open, and not before. */
@Tag("store")
final class SettlementTest {
  @TempDir Path folder;
  private Installation our;

  @BeforeEach
  void open() {
    our = new Installation(folder).selling(10);
  }

  @AfterEach
  void close() {
    our.close();
  }

  private SalePhase stored() {
    return our.catalog.get(SALE).stored();
  }

  private void ticks(int rounds) {
    for (int i = 0; i < rounds; i++) {
      our.settlement.tick();
      our.round();
    }
  }

  private void expireDue() {
    for (Order order : our.store.listDue(our.clock.instant(), 100)) {
      our.store.end(order.id(), OrderStatus.EXPIRED, "unpaid", our.clock.instant());
    }
  }

  @Test
  void tick_atTheClose_closesAndSettles() {
    our.store.pay(our.place(1), "r", 4_900, our.clock.instant());
    ticks(2);
    assertThat(stored()).isEqualTo(SalePhase.PUBLISHED);
    our.clock.set(CLOSES);
    our.settlement.tick();
    assertThat(stored()).isEqualTo(SalePhase.CLOSED);
    assertThat(our.ask(our.claim(SALE, SKU, buyer(2), 1))).isEqualTo(new ReserveResult.Closed());
    ticks(4);
    assertThat(stored()).isEqualTo(SalePhase.SETTLED);
    assertThat(our.engine.isLoaded(SALE)).isFalse();
    assertThat(our.shop.units(SKU)).isEqualTo(1_000 - 1);
    assertThat(our.events("sale.settled")).isEqualTo(1);
    our.assertAuditIsOk();
    our.restart();
    ticks(2);
    assertThat(our.engine.isLoaded(SALE)).isFalse();
    assertThat(our.events("sale.settled")).isEqualTo(1);
    assertThat(our.shop.units(SKU)).isEqualTo(1_000 - 1);
  }

  @Test
  void settle_withAnUnpaidOrder_waitsForItsDeadline() {
    our.clock.set(CLOSES.minusSeconds(1));
    our.place(1);
    our.clock.set(CLOSES);
    ticks(5);
    assertThat(stored()).isEqualTo(SalePhase.CLOSED);
    our.clock.set(CLOSES.minusSeconds(1).plus(PAY_WITHIN));
    expireDue();
    ticks(5);
    assertThat(stored()).isEqualTo(SalePhase.SETTLED);
    assertThat(our.shop.units(SKU)).isEqualTo(1_000);
    our.assertAuditIsOk();
  }

  /** Asked ten times a second, as long as buyers have time to pay. */
  @Test
  void step_withAnUnpaidOrder_readsNoOrders() {
    our.clock.set(CLOSES.minusSeconds(1));
    OrderId order = our.place(1);
    our.clock.set(CLOSES);
    our.settlement.tick();
    our.change("ALTER TABLE orders RENAME TO orders_out_of_sight");
    assertThat(our.settlement.step(SALE)).isFalse();
    our.change("ALTER TABLE orders_out_of_sight RENAME TO orders");
    our.store.pay(order, "r", 4_900, our.clock.instant());
    ticks(4);
    assertThat(stored()).isEqualTo(SalePhase.SETTLED);
  }

  @Test
  void settle_withAQueuedOrder_waitsForItsCommit() {
    Claim claim = our.reserve(1);
    our.clock.set(CLOSES);
    ticks(5);
    assertThat(stored()).isEqualTo(SalePhase.CLOSED);
    our.write();
    our.store.pay(claim.order(), "r", 4_900, our.clock.instant());
    ticks(5);
    assertThat(stored()).isEqualTo(SalePhase.SETTLED);
    assertThat(our.shop.units(SKU)).isEqualTo(1_000 - 1);
    our.assertAuditIsOk();
  }

  @Test
  void settle_withAnOpenIntent_waitsForTheShop() {
    our.clock.set(CLOSES);
    our.shop.away(true);
    for (int i = 0; i < 5; i++) {
      our.settlement.tick();
      try {
        our.round();
      } catch (StoreUnavailable e) {
        assertThat(e).hasMessageContaining("away");
      }
    }
    assertThat(stored()).isEqualTo(SalePhase.CLOSED);
    our.assertAuditIsOk();
    our.shop.away(false);
    ticks(3);
    assertThat(stored()).isEqualTo(SalePhase.SETTLED);
    assertThat(our.shop.units(SKU)).isEqualTo(1_000);
  }

  @Test
  void settle_withUnitsThatComeLate_withdrawsThemToo() {
    OrderId late = our.place(1);
    our.store.end(late, OrderStatus.CANCELLED, "by-buyer", our.clock.instant());
    our.place(2);
    our.desk.close(SALE);
    ticks(3);
    assertThat(stored()).isEqualTo(SalePhase.CLOSED);
    our.clock.set(OPENS.plusSeconds(1).plus(PAY_WITHIN));
    expireDue();
    ticks(4);
    assertThat(stored()).isEqualTo(SalePhase.SETTLED);
    assertThat(our.shop.units(SKU)).isEqualTo(1_000);
    our.assertAuditIsOk();
  }

  @Test
  void settle_withBooksThatDoNotAddUp_staysClosed() {
    our.desk.close(SALE);
    our.change("UPDATE sku SET allotted = allotted + 1 WHERE sale = '" + SALE + "'");
    ticks(5);
    assertThat(stored()).isEqualTo(SalePhase.CLOSED);
    assertThat(our.audit.run(SALE).findings()).isNotEmpty();
  }

  @Test
  void settle_besideTheIntentWorker_losesNoUnit() throws Exception {
    for (int round = 0; round < 8; round++) {
      String id = "sale-" + round;
      our.clock.set(OPENS.minusSeconds(1));
      our.shop.with(id, 50);
      our.publish(Installation.sale(id, Pick.FIRST, Installation.sku(id, 20)));
      our.clock.set(OPENS.plusSeconds(1));
      List<OrderId> orders = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Claim claim = our.claim(id, id, buyer(i), 1);
        our.ask(claim);
        orders.add(claim.order());
      }
      our.write();
      orders.forEach(
          order -> our.store.end(order, OrderStatus.CANCELLED, "by-buyer", our.clock.instant()));
      Thread moving =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (our.catalog.get(id).stored() != SalePhase.SETTLED) {
                      our.round();
                    }
                  });
      our.desk.close(id);
      long until = System.nanoTime() + 20_000_000_000L;
      while (our.catalog.get(id).stored() != SalePhase.SETTLED && System.nanoTime() < until) {
        our.settlement.tick();
        our.assertAuditIsOk(id);
      }
      assertThat(our.catalog.get(id).stored()).isEqualTo(SalePhase.SETTLED);
      moving.join();
      assertThat(our.shop.units(id)).isEqualTo(50);
    }
  }
}
