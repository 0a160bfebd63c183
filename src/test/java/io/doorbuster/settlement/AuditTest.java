package io.doorbuster.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.Stage;
import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.order.OrderStatus;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Stores;
import io.doorbuster.sale.TableStock;
import io.doorbuster.settlement.Audit.Report;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit is quiet while all is well, under any load, and is not when a row is wrong. */
@Tag("store")
final class AuditTest {
  private static final int AUDITS = 100;
  private static final int RESERVATIONS = 300;

  /** For machines that are slow or busy. */
  private static final Duration LOAD_MOST = Duration.ofSeconds(60);

  private static final String SALE = "audited";
  private static final int UNITS = 200;

  @TempDir private Path folder;
  private Stage stage;

  @BeforeEach
  void open() {
    stage = new Stage(folder);
    stage.open(SALE, UNITS);
  }

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void report_ofASaleUnderLoad_isAlwaysClean() throws Exception {
    int buyers = 4;
    long seed = System.nanoTime();
    System.out.println("AuditTest seed " + seed);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger reserved = new AtomicInteger();
    List<String> alarms = new ArrayList<>();
    long untilNs = System.nanoTime() + LOAD_MOST.toNanos();
    int audits = 0;
    try (ExecutorService crowd = Executors.newCachedThreadPool()) {
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < buyers; i++) {
        Random random = new Random(seed + i);
        int name = i;
        work.add(crowd.submit(() -> buy(name, random, reserved, over)));
      }
      work.add(crowd.submit(() -> steer(new Random(seed - 1), over)));
      while ((audits < AUDITS || reserved.get() < RESERVATIONS) && System.nanoTime() < untilNs) {
        alarms.addAll(stage.audit.run(SALE).findings());
        audits++;
      }
      over.set(true);
      for (Future<?> done : work) {
        done.get();
      }
    }
    assertThat(alarms).isEmpty();
    assertThat(audits).isGreaterThanOrEqualTo(AUDITS);
    assertThat(reserved.get()).isGreaterThanOrEqualTo(RESERVATIONS);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              Report last = stage.audit.run(SALE);
              assertThat(last.findings()).isEmpty();
              assertThat(last.skus().getFirst().held()).isZero();
            });
  }

  /** Reserves, and cancels or pays most of what was placed. */
  private void buy(int name, Random random, AtomicInteger reserved, AtomicBoolean over) {
    List<OrderId> mine = new ArrayList<>();
    for (int round = 0; !over.get(); round++) {
      BuyerId buyer = new BuyerId("buyer-" + name + "-" + random.nextInt(1 + round));
      OrderId order = stage.ids.mint(SALE, buyer);
      int units = 1 + random.nextInt(3);
      Claim claim = new Claim(order, SALE, "tee", buyer, units, 0, stage.clock.instant(), null);
      if (stage.engine.reserve(List.of(claim)).getFirst() instanceof ReserveResult.Reserved) {
        reserved.incrementAndGet();
        mine.add(order);
      }
      if (!mine.isEmpty() && random.nextInt(4) > 0) {
        OrderId old = mine.remove(random.nextInt(mine.size()));
        if (random.nextInt(20) == 0) {
          stage.orders.pay(old, "reference-" + old, units * 1_990L, stage.clock.instant());
        } else if (!stage.orders.end(
            old, OrderStatus.CANCELLED, "by-buyer", stage.clock.instant())) {
          mine.add(old);
        }
        stage.worker.wake();
      }
    }
  }

  /** Adds and withdraws units while the crowd buys. */
  private void steer(Random random, AtomicBoolean over) {
    new TableStock(stage.database).set("tee", 1_000_000);
    for (int i = 0; !over.get(); i++) {
      if (random.nextBoolean()) {
        stage.saleDesk.withdraw(SALE, "tee", 1 + random.nextInt(3), "out-" + i);
      } else {
        stage.saleDesk.add(SALE, "tee", 1 + random.nextInt(9), "in-" + i);
      }
    }
  }

  @Test
  void report_ofAnUntouchedSale_isClean() {
    place("anna", 2);
    Report report = stage.audit.run(SALE);
    assertThat(report.isOk()).isTrue();
    assertThat(report.live()).isTrue();
    assertThat(report.skus().getFirst().sold()).isEqualTo(2);
    assertThat(report.skus().getFirst().sum()).isEqualTo(UNITS);
  }

  @Test
  void oversold_byHand_raisesAnAlarm() throws Exception {
    place("anna", 1);
    byHand(Stores.uncheckBooks(), "UPDATE orders SET quantity = 201", "UPDATE sku SET sold = 201");
    assertThat(stage.audit.run(SALE).findings())
        .anySatisfy(finding -> assertThat(finding).contains("promise 1", "oversold", "201"));
  }

  @Test
  void doubledOrder_byHand_raisesAnAlarm() throws Exception {
    OrderId order = place("anna", 1);
    byHand(
        "DROP INDEX orders_live",
        "INSERT INTO orders SELECT '7' || substr(id, 2), sale, sku, buyer, quantity, price_minor,"
            + " status, live_key, shard, wave, admitted_at, created_at + 86400000, pay_before,"
            + " changed_at, reason, reference, shop_ref FROM orders WHERE id = '"
            + order
            + "'");
    assertThat(stage.audit.run(SALE).findings())
        .anySatisfy(finding -> assertThat(finding).contains("promise 2", "anna"));
  }

  @Test
  void lostUnit_byHand_raisesAnAlarm() throws Exception {
    place("anna", 2);
    byHand("UPDATE sku SET allotted = allotted + 1");
    assertThat(stage.audit.run(SALE).findings())
        .anySatisfy(finding -> assertThat(finding).contains("promise 4", "201"));
  }

  @Test
  void lostSoldUnit_byHand_raisesAnAlarm() throws Exception {
    place("anna", 2);
    byHand("UPDATE orders SET quantity = 1");
    assertThat(stage.audit.run(SALE).findings())
        .anySatisfy(finding -> assertThat(finding).contains("promise 4", "booked as sold"));
  }

  @Test
  void wronglyBookedPayment_byHand_raisesAnAlarm() throws Exception {
    place("anna", 2);
    byHand("UPDATE sku SET paid = paid + 2");
    assertThat(stage.audit.run(SALE).findings())
        .anySatisfy(finding -> assertThat(finding).contains("promise 4", "booked as paid"));
  }

  @Test
  void orderTooSoonAfterAnother_byHand_raisesAnAlarm() throws Exception {
    OrderId order = place("anna", 1);
    place("ben", 1);
    String later =
        "INSERT INTO orders SELECT '7' || substr(id, 2), sale, sku, buyer, quantity, price_minor,"
            + " 'EXPIRED', NULL, shard, wave, admitted_at, created_at + %d, pay_before,"
            + " changed_at, reason, reference, shop_ref FROM orders WHERE buyer = '%s'";
    long every = stage.catalog.get(SALE).sale().limits().orderEvery().toMillis();
    byHand(later.formatted(every - 1, "anna"), later.formatted(every, "ben"));
    assertThat(stage.audit.run(SALE).findings())
        .filteredOn(finding -> finding.contains("too soon"))
        .singleElement()
        .asString()
        .contains("7" + order.toString().substring(1));
  }

  @Test
  void vanishedOrder_byHand_raisesAnAlarm() throws Exception {
    OrderId order = place("anna", 1);
    byHand("DELETE FROM orders", "UPDATE sku SET sold = 0");
    assertThat(stage.audit.run(SALE).findings())
        .anySatisfy(finding -> assertThat(finding).contains("promise 3", order.toString()));
  }

  private OrderId place(String name, int units) {
    BuyerId buyer = new BuyerId(name);
    OrderId order = stage.ids.mint(SALE, buyer);
    Claim claim = new Claim(order, SALE, "tee", buyer, units, 0, stage.clock.instant(), null);
    assertThat(stage.engine.reserve(List.of(claim)).getFirst())
        .isInstanceOf(ReserveResult.Reserved.class);
    await().until(() -> stage.orders.find(order).isPresent() && stage.engine.queued() == 0);
    return order;
  }

  /** As somebody would with a tool beside the running server. */
  private void byHand(String... statements) throws SQLException {
    try (var connection = Stores.outside(folder);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
