package io.doorbuster.order;

import static io.doorbuster.order.Installation.CLOSES;
import static io.doorbuster.order.Installation.OPENS;
import static io.doorbuster.order.Installation.RETURNS_EVERY;
import static io.doorbuster.order.Installation.SALE;
import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.sale.OrderId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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

/** Payment, expiry and cancellation: one winner, and right books after each. */
@Tag("store")
final class OrderStoreTest {
  private static final long PRICE = 4_900;

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

  private PayResult pay(OrderId id, String reference) {
    return our.store.pay(id, reference, PRICE, our.clock.instant());
  }

  private boolean end(OrderId id, OrderStatus to) {
    return our.store.end(id, to, "test", our.clock.instant());
  }

  private void assertSums(int placed, int paid, int returning, int returned) {
    OrderStore.SkuSums sums = our.sums();
    assertThat(sums.placed()).isEqualTo(placed);
    assertThat(sums.paid()).isEqualTo(paid);
    assertThat(sums.sold()).isEqualTo(placed + paid);
    assertThat(sums.returning()).isEqualTo(returning);
    assertThat(sums.returned()).isEqualTo(returned);
    our.assertAuditIsOk();
  }

  /** In any other index the store would read the ended orders of all buyers of all sales. */
  @Test
  @Tag("file")
  void findLatest_ofABuyerWithoutALiveOrder_readsHisEndedOrdersAlone() {
    OrderId first = our.selling(5).place(1);
    end(first, OrderStatus.CANCELLED);
    our.clock.advance(Installation.ORDER_EVERY);
    our.round();
    OrderId second = our.place(1);
    end(second, OrderStatus.CANCELLED);
    end(our.place(2), OrderStatus.CANCELLED);
    assertThat(our.store.findLatest(SALE, Installation.buyer(1)).map(Order::id)).contains(second);
    assertThat(our.store.findLatest(SALE, Installation.buyer(3))).isEmpty();
    assertThat(our.plan("SELECT * FROM orders WHERE " + OrderStore.LATEST_OVER))
        .containsExactly(
            "SEARCH orders USING INDEX orders_over (sale=? AND buyer=? AND created_at>?)");
  }

  /** The writer's turn can be seconds away; a release that is over by then takes no units. */
  @Test
  void end_thatWaitedForItsTurn_isDecidedByTheTimeOfItsTurn() {
    OrderId id = our.selling(5).place(1);
    Instant lastRelease = CLOSES.minus(RETURNS_EVERY);
    our.clock.set(lastRelease);
    our.database.onCall(() -> our.clock.set(lastRelease.plusSeconds(3)));
    assertThat(end(id, OrderStatus.CANCELLED)).isTrue();
    assertSums(0, 0, 0, 1);
  }

  @Test
  void pay_aPlacedOrder_isPaidOnce() {
    OrderId id = our.selling(5).place(1);
    assertThat(pay(id, "r1")).isEqualTo(PayResult.PAID);
    assertThat(pay(id, "r1")).isEqualTo(PayResult.ALREADY_PAID);
    assertThat(our.events("order.paid")).isEqualTo(1);
    assertThat(our.events("payment.refund-needed")).isZero();
    assertThat(end(id, OrderStatus.CANCELLED)).isFalse();
    assertSums(0, 1, 0, 0);
  }

  @Test
  void pay_twiceByTwoPayments_refundsTheSecondOnce() {
    OrderId id = our.selling(5).place(1);
    pay(id, "r1");
    assertThat(pay(id, "r2")).isEqualTo(PayResult.REFUND_NEEDED);
    assertThat(pay(id, "r2")).isEqualTo(PayResult.REFUND_NEEDED);
    assertThat(our.events("payment.refund-needed")).isEqualTo(1);
    assertSums(0, 1, 0, 0);
  }

  @Test
  void pay_anotherAmount_leavesTheOrderToBePaid() {
    OrderId id = our.selling(5).place(1);
    assertThat(our.store.pay(id, "r1", PRICE - 1, our.clock.instant()))
        .isEqualTo(PayResult.REFUND_NEEDED);
    assertThat(our.status(id)).isEqualTo(OrderStatus.PLACED);
    assertThat(our.number("SELECT amount_minor FROM late_payment")).isEqualTo(PRICE - 1);
    assertThat(pay(id, "r2")).isEqualTo(PayResult.PAID);
    assertSums(0, 1, 0, 0);
  }

  @Test
  void pay_anOrderThatIsOver_isNotedAndRefundedOnce() {
    our.selling(5);
    OrderId expired = our.place(1);
    our.clock.advance(Installation.PAY_WITHIN);
    assertThat(end(expired, OrderStatus.EXPIRED)).isTrue();
    assertThat(pay(expired, "late")).isEqualTo(PayResult.REFUND_NEEDED);
    assertThat(pay(expired, "late")).isEqualTo(PayResult.REFUND_NEEDED);
    assertThat(our.status(expired)).isEqualTo(OrderStatus.EXPIRED);
    assertThat(our.events("payment.refund-needed")).isEqualTo(1);
    assertThat(our.events("order.expired")).isEqualTo(1);
    assertThat(pay(our.ids.mint(SALE, Installation.buyer(9)), "r"))
        .isEqualTo(PayResult.UNKNOWN_ORDER);
    assertSums(0, 0, 1, 0);
  }

  @Test
  void end_beforeAMovedDeadline_leavesTheOrder() {
    OrderId id = our.selling(5).place(1);
    our.store.beat(our.clock.instant(), Duration.ofSeconds(10));
    our.clock.advance(Installation.PAY_WITHIN);
    assertThat(our.store.beat(our.clock.instant(), Duration.ofSeconds(10)))
        .isEqualTo(Installation.PAY_WITHIN);
    assertThat(end(id, OrderStatus.EXPIRED)).isFalse();
    assertThat(our.store.listDue(our.clock.instant(), 10)).isEmpty();
    our.clock.advance(Installation.PAY_WITHIN);
    assertThat(our.store.listDue(our.clock.instant(), 10)).hasSize(1);
    assertThat(end(id, OrderStatus.EXPIRED)).isTrue();
    assertSums(0, 0, 1, 0);
  }

  @Test
  void voidPaid_ofAPaidOrder_refundsOnce() {
    OrderId id = our.selling(5).place(1);
    assertThat(our.store.voidPaid(id, our.clock.instant())).isFalse();
    pay(id, "r1");
    assertThat(our.store.voidPaid(id, our.clock.instant())).isTrue();
    assertThat(our.store.voidPaid(id, our.clock.instant())).isFalse();
    assertThat(pay(id, "r1")).isEqualTo(PayResult.REFUND_NEEDED);
    assertThat(our.events("payment.refund-needed")).isEqualTo(1);
    assertThat(our.events("order.cancelled")).isEqualTo(1);
    assertSums(0, 0, 1, 0);
  }

  @Test
  void unitsBack_whileRunning_waitForTheGrid() {
    OrderId id = our.selling(5).place(1);
    end(id, OrderStatus.CANCELLED);
    our.worker.runOnce();
    assertThat(our.available()).isEqualTo(4);
    assertThat(our.ended).hasSize(1);
    our.clock.set(OPENS.plus(RETURNS_EVERY).minusMillis(1));
    our.worker.runOnce();
    assertThat(our.available()).isEqualTo(4);
    our.clock.set(OPENS.plus(RETURNS_EVERY));
    our.worker.runOnce();
    assertThat(our.available()).isEqualTo(5);
    assertSums(0, 0, 0, 0);

    // On the grid itself it comes back at once; after it, at the next time.
    OrderId next = our.place(2);
    end(next, OrderStatus.CANCELLED);
    our.worker.runOnce();
    assertThat(our.available()).isEqualTo(5);
  }

  @Test
  void unitsBack_afterTheLastRelease_goToTheShop() {
    our.selling(5);
    our.clock.set(CLOSES.minusSeconds(1));
    OrderId id = our.place(1);
    end(id, OrderStatus.CANCELLED);
    assertSums(0, 0, 0, 1);
    our.worker.runOnce();
    assertThat(our.shop.units(Installation.SKU)).isEqualTo(1_000 - 5 + 1);
    assertThat(our.events("stock.returned")).isEqualTo(1);
    assertSums(0, 0, 0, 1);
  }

  @Test
  void unitsBack_ofAReleaseThatTheCloseOvertakes_areNotLost() {
    OrderId id = our.selling(5).place(1);
    end(id, OrderStatus.CANCELLED);
    our.desk.close(SALE);
    our.worker.runOnce();
    assertThat(our.available()).isEqualTo(5);
    assertSums(0, 0, 0, 0);
  }

  @Test
  void unitsBack_whileACloseRaces_areDecidedUnderTheLock() throws Exception {
    int orders = 40;
    our.selling(orders);
    List<OrderId> ids = new ArrayList<>();
    for (int i = 0; i < orders; i++) {
      ids.add(our.reserve(i).order());
    }
    our.write();
    List<Callable<Object>> steps = new ArrayList<>();
    ids.forEach(id -> steps.add(() -> end(id, OrderStatus.CANCELLED)));
    steps.add(20, () -> our.desk.close(SALE));
    inParallel(8, steps);
    // Every unit that the close has overtaken went to the shop; all others go on sale, then there.
    our.worker.runOnce();
    our.worker.runOnce();
    OrderStore.SkuSums sums = our.sums();
    assertThat(our.available() + sums.returned()).isEqualTo(orders);
    assertThat(our.shop.units(Installation.SKU)).isEqualTo(1_000 - orders + sums.returned());
    assertSums(0, 0, 0, sums.returned());
  }

  @Test
  void payExpireAndCancel_racing_haveOneWinnerEach() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    int orders = 200;
    our.selling(orders);
    List<OrderId> ids = new ArrayList<>();
    for (int i = 0; i < orders; i++) {
      ids.add(our.reserve(i).order());
    }
    our.write();
    our.clock.advance(Installation.PAY_WITHIN);
    AtomicInteger paid = new AtomicInteger();
    AtomicInteger over = new AtomicInteger();
    AtomicInteger late = new AtomicInteger();
    List<Callable<Object>> steps = new ArrayList<>();
    for (OrderId id : ids) {
      steps.add(
          () ->
              switch (pay(id, "ref-" + id)) {
                case PAID -> paid.incrementAndGet();
                case REFUND_NEEDED -> late.incrementAndGet();
                default -> throw new IllegalStateException("neither paid nor late");
              });
      steps.add(() -> end(id, OrderStatus.EXPIRED) ? over.incrementAndGet() : 0);
      steps.add(() -> end(id, OrderStatus.CANCELLED) ? over.incrementAndGet() : 0);
    }
    Collections.shuffle(steps, new Random(seed));
    AtomicBoolean done = new AtomicBoolean();
    AtomicBoolean alarm = new AtomicBoolean();
    Thread auditor =
        Thread.ofPlatform()
            .uncaughtExceptionHandler((thread, fault) -> alarm.set(true))
            .start(
                () -> {
                  while (!done.get()) {
                    our.assertAuditIsOk();
                    our.worker.runOnce();
                  }
                });
    inParallel(64, steps);
    done.set(true);
    auditor.join();

    assertThat(alarm).isFalse();
    assertThat(paid.get() + over.get()).isEqualTo(orders);
    assertThat(late.get()).isEqualTo(over.get());
    assertThat(our.events("order.paid")).isEqualTo(paid.get());
    assertThat(our.events("payment.refund-needed")).isEqualTo(late.get());
    assertThat(our.events("order.expired") + our.events("order.cancelled")).isEqualTo(over.get());
    our.clock.set(OPENS.plus(RETURNS_EVERY.multipliedBy(4)));
    our.worker.runOnce();
    assertThat(our.available()).isEqualTo(over.get());
    assertSums(0, paid.get(), 0, 0);
  }

  private static void inParallel(int threads, List<Callable<Object>> steps) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Object>> results = new ArrayList<>();
      for (Callable<Object> step : steps) {
        results.add(
            pool.submit(
                () -> {
                  start.await();
                  return step.call();
                }));
      }
      start.countDown();
      for (Future<Object> result : results) {
        result.get();
      }
    }
  }

  @Test
  void pay_byOneReferenceWithTwoAmounts_refundsEachAmount() {
    OrderId id = our.selling(5).place(1);
    assertThat(our.store.pay(id, "r1", 1, our.clock.instant())).isEqualTo(PayResult.REFUND_NEEDED);
    assertThat(pay(id, "r1")).isEqualTo(PayResult.PAID);
    assertThat(our.store.pay(id, "r1", 2, our.clock.instant())).isEqualTo(PayResult.REFUND_NEEDED);
    assertThat(our.store.voidPaid(id, our.clock.instant())).isTrue();
    assertThat(our.number("SELECT SUM(amount_minor) FROM late_payment")).isEqualTo(1 + 2 + PRICE);
    assertThat(our.events("payment.refund-needed")).isEqualTo(3);
  }
}
