package io.doorbuster.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doorbuster.MovableClock;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.StoreUnavailable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many who ask for their orders at once. */
final class OrderReadsTest {
  private static final int ASKERS = 2_500;

  private final OrderIds ids = new OrderIds(new byte[32], 1, new MovableClock(Installation.OPENS));

  private OrderId id(int number) {
    return ids.mint("runner", new BuyerId("b" + number));
  }

  private static Order order(OrderId id) {
    return new Order(
        id,
        "runner",
        "a",
        new BuyerId("b"),
        1,
        100,
        OrderStatus.PLACED,
        0,
        Installation.OPENS,
        Installation.OPENS,
        Installation.OPENS,
        null,
        null,
        null);
  }

  @Test
  void find_byManyAtOnce_asksFewTimesAndTellsEachHisOwn() throws Exception {
    AtomicInteger queries = new AtomicInteger();
    CountDownLatch allAsk = new CountDownLatch(1);
    OrderReads reads =
        new OrderReads(
            wanted -> {
              assertThat(wanted).hasSizeLessThanOrEqualTo(OrderReads.QUERY_MAX);
              if (queries.incrementAndGet() == 1) {
                awaitQuietly(allAsk);
              }
              Map<OrderId, Order> found = new HashMap<>();
              wanted.forEach(id -> found.put(id, order(id)));
              return found;
            });
    List<OrderId> wanted = new ArrayList<>();
    List<Future<Optional<Order>>> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < ASKERS; i++) {
        OrderId id = id(i);
        wanted.add(id);
        answers.add(threads.submit(() -> reads.find(id)));
      }
      allAsk.countDown();
      for (int i = 0; i < ASKERS; i++) {
        assertThat(answers.get(i).get().map(Order::id)).contains(wanted.get(i));
      }
    }
    assertThat(queries.get()).isLessThan(ASKERS / 4);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void find_ofNone_isEmpty() {
    assertThat(new OrderReads(wanted -> Map.of()).find(id(1))).isEmpty();
  }

  @Test
  void find_whileTheStoreIsAway_saysSoAndGoesOnAfterwards() {
    AtomicInteger queries = new AtomicInteger();
    OrderId id = id(1);
    OrderReads reads =
        new OrderReads(
            wanted -> {
              if (queries.incrementAndGet() == 1) {
                throw new StoreUnavailable("away", new IOException());
              }
              return Map.of(id, order(id));
            });
    assertThatThrownBy(() -> reads.find(id)).isInstanceOf(StoreUnavailable.class);
    assertThat(reads.find(id)).isPresent();
  }
}
