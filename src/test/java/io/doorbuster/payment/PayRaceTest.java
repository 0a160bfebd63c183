package io.doorbuster.payment;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.order.OrderStatus;
import io.doorbuster.order.PayResult;
import io.doorbuster.sale.OrderId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Payments and expiries of the same orders at the same time, on a real store. */
@Tag("store")
final class PayRaceTest {
  private static final int ORDERS = 60;

  @TempDir Path folder;

  @Test
  void payAndExpire_atTheSameTime_haveOneWinnerAndRightBooks() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("PayRaceTest seed " + seed);
    try (PaymentFixture books = new PaymentFixture(folder);
        ExecutorService threads = Executors.newFixedThreadPool(16)) {
      List<OrderId> orders = new ArrayList<>();
      for (int i = 0; i < ORDERS; i++) {
        orders.add(books.place("buyer-" + i));
      }
      Map<OrderId, AtomicInteger> wins = new ConcurrentHashMap<>();
      List<Runnable> deeds = new ArrayList<>();
      for (OrderId order : orders) {
        for (String reference : List.of("first", "first", "second")) {
          deeds.add(
              () -> {
                PayResult result = books.payments().pay(order, reference, PaymentFixture.PRICE);
                count(result == PayResult.PAID, wins, order);
              });
        }
        for (int i = 0; i < 2; i++) {
          deeds.add(() -> count(books.payments().expire(order, "not-paid"), wins, order));
        }
      }
      run(threads, deeds, seed);
      check(books, orders, wins);
    }
  }

  private static void count(boolean yes, Map<OrderId, AtomicInteger> counts, OrderId order) {
    if (yes) {
      counts.computeIfAbsent(order, id -> new AtomicInteger()).incrementAndGet();
    }
  }

  /** Neighbours in the list start together, and the list is shuffled in small blocks. */
  private static void run(ExecutorService threads, List<Runnable> deeds, long seed)
      throws Exception {
    for (int i = 0; i + 5 <= deeds.size(); i += 5) {
      Collections.shuffle(deeds.subList(i, i + 5), new Random(seed + i));
    }
    CountDownLatch whistle = new CountDownLatch(1);
    List<Future<?>> all = new ArrayList<>();
    for (Runnable deed : deeds) {
      all.add(
          threads.submit(
              () -> {
                whistle.await();
                deed.run();
                return null;
              }));
    }
    whistle.countDown();
    for (Future<?> one : all) {
      one.get(60, TimeUnit.SECONDS);
    }
  }

  private static void check(
      PaymentFixture books, List<OrderId> orders, Map<OrderId, AtomicInteger> wins) {
    long paid = 0;
    for (OrderId order : orders) {
      assertThat(wins.get(order)).as("winners of " + order).hasValue(1);
      OrderStatus status = books.status(order);
      assertThat(status).isIn(OrderStatus.PAID, OrderStatus.EXPIRED);
      paid += status == OrderStatus.PAID ? 1 : 0;
      long refunds = books.count("late_payment WHERE order_id = '" + order + "'");
      assertThat(refunds).isEqualTo(status == OrderStatus.PAID ? 1 : 2);
    }
    assertThat(books.sold()).isEqualTo(paid);
    assertThat(books.events("order.paid")).isEqualTo(paid);
    assertThat(books.events("order.expired")).isEqualTo(ORDERS - paid);
    assertThat(books.events("payment.refund-needed")).isEqualTo(books.count("late_payment"));
    assertThat(books.count("intent WHERE kind = 'RETURN'")).isEqualTo(ORDERS - paid);
    assertThat(books.count("orders WHERE live_key IS NOT NULL")).isEqualTo(paid);
    assertThat(books.payments().paid()).isEqualTo(paid);
    assertThat(books.payments().expired()).isEqualTo(ORDERS - paid);
    assertThat(books.changed()).hasSize(ORDERS).doesNotHaveDuplicates();
  }
}
