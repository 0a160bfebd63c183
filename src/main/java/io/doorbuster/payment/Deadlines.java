package io.doorbuster.payment;

import io.doorbuster.order.Order;
import io.doorbuster.order.OrderStore;
import io.doorbuster.order.PayResult;
import io.doorbuster.payment.PaymentStatus.Failed;
import io.doorbuster.payment.PaymentStatus.Paid;
import io.doorbuster.payment.PaymentStatus.Pending;
import io.doorbuster.payment.PaymentStatus.Unreachable;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.StoreUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Expires orders that were not paid in time, but asks their provider first; and notes that we are
 * well.
 *
 * <h2>Design</h2>
 *
 * Nothing expires before a heartbeat of this process: the first after an outage moves the deadlines
 * by it. One that moved them makes what was read before it worthless, so a worker that finds that,
 * or that the last heartbeat is too old, leaves its order for the next round. A provider that does
 * not answer keeps the units for a bounded grace after the deadline.
 */
public final class Deadlines implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Deadlines.class);
  private static final Duration ROUND = Duration.ofMillis(250);
  private static final Duration BEAT = Duration.ofSeconds(1);

  /** How long a provider that did not answer is left alone about one order. */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private static final int ROWS_MAX = 1_000;

  /** Orders in hand at a time, and so questions to the provider. */
  private static final int WORKERS = 16;

  private static final Duration STOP_WAIT = Duration.ofSeconds(1);

  /**
   * The waits that an operator may choose.
   *
   * @param grace how long after its deadline an order is kept whose provider does not answer
   * @param tolerated a longer time without a heartbeat is an outage of ours
   */
  public record Options(Duration grace, Duration tolerated) {}

  private final OrderStore store;
  private final PaymentProvider provider;
  private final Payments payments;
  private final Options options;
  private final InstantSource clock;
  private final Executor workers;
  private final Semaphore places = new Semaphore(WORKERS);
  private final Set<OrderId> inHand = ConcurrentHashMap.newKeySet();
  private final Map<OrderId, Instant> askAgainAt = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = Thread.ofPlatform().name("deadlines").unstarted(this::run);
  private final AtomicInteger moves = new AtomicInteger();
  private volatile Instant lastBeat = Instant.MIN;
  private volatile boolean storeAway;
  private volatile BooleanSupplier turn = () -> true;

  /** Does nothing before {@link #start}. */
  public Deadlines(
      OrderStore store,
      PaymentProvider provider,
      Payments payments,
      Options options,
      InstantSource clock) {
    this(
        store,
        provider,
        payments,
        options,
        clock,
        task -> Thread.ofVirtual().name("deadline").start(task));
  }

  Deadlines(
      OrderStore store,
      PaymentProvider provider,
      Payments payments,
      Options options,
      InstantSource clock,
      Executor workers) {
    this.store = store;
    this.provider = provider;
    this.payments = payments;
    this.options = options;
    this.clock = clock;
    this.workers = workers;
  }

  /**
   * Looks for orders that are due, until it is closed.
   *
   * @param turn whether it is this process that expires orders, asked ahead of each round
   */
  public void start(BooleanSupplier turn) {
    this.turn = turn;
    thread.start();
  }

  /** Orders kept over their deadline because their provider does not answer. */
  public int waitingForProvider() {
    return askAgainAt.size();
  }

  private void run() {
    try {
      do {
        if (turn.getAsBoolean()) {
          round();
        }
      } while (!closing.await(ROUND.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A heartbeat where one is due, then whatever is over its deadline. */
  void round() {
    try {
      Instant now = clock.instant();
      if (!now.isBefore(lastBeat.plus(BEAT))) {
        beat(now);
      }
      startDue(clock.instant());
      if (storeAway) {
        log.info("the store is back; deadlines go on");
      }
      storeAway = false;
    } catch (StoreUnavailable e) {
      if (!storeAway) {
        log.warn("deadlines wait: {}", e.getMessage());
      }
      storeAway = true;
    } catch (RuntimeException e) {
      log.error("deadlines go on after: {}", e.toString(), e);
    }
  }

  private void beat(Instant now) {
    Duration gap = store.beat(now, options.tolerated());
    if (!gap.isZero()) {
      moves.incrementAndGet();
      log.warn("deadlines to pay move by an outage of {} s", gap.toSeconds());
    }
    lastBeat = now;
  }

  private boolean isWell() {
    return !clock.instant().isAfter(lastBeat.plus(options.tolerated()));
  }

  private void startDue(Instant now) {
    int movesSeen = moves.get();
    if (!isWell()) {
      return;
    }
    List<Order> due = store.listDue(now, ROWS_MAX);
    askAgainAt.keySet().retainAll(due.stream().map(Order::id).toList());
    List<Order> inTurn = new ArrayList<>(due);
    inTurn.sort(Comparator.comparing(this::quietUntil));
    for (Order order : inTurn) {
      if (now.isBefore(quietUntil(order)) || inHand.contains(order.id())) {
        continue;
      }
      if (!places.tryAcquire()) {
        return;
      }
      inHand.add(order.id());
      workers.execute(() -> settle(order, movesSeen));
    }
  }

  /** Who was never asked for comes first, so that an unreachable provider is no order's alone. */
  private Instant quietUntil(Order order) {
    return askAgainAt.getOrDefault(order.id(), Instant.MIN);
  }

  private void settle(Order order, int movesSeen) {
    try {
      PaymentStatus status = ask(order);
      if (movesSeen != moves.get() || !isWell()) {
        return;
      }
      switch (status) {
        case Paid(String reference, long amountMinor) -> {
          PayResult result = payments.pay(order.id(), reference, amountMinor);
          if (result == PayResult.REFUND_NEEDED) {
            payments.expire(order.id(), "not-paid");
          }
        }
        case Failed(), Pending() -> payments.expire(order.id(), "not-paid");
        case Unreachable(String reason) -> keepOrExpire(order, reason);
      }
    } catch (StoreUnavailable e) {
      // Still due; the next round says so, and the one after finds it again.
      storeAway = true;
    } catch (RuntimeException e) {
      log.error("order {} stays due after: {}", order.id(), e.toString(), e);
    } finally {
      inHand.remove(order.id());
      places.release();
    }
  }

  private PaymentStatus ask(Order order) {
    try {
      return provider.status(order);
    } catch (RuntimeException e) {
      return new Unreachable("the provider failed: " + e);
    }
  }

  private void keepOrExpire(Order order, String reason) {
    Instant now = clock.instant();
    Instant graceEnd = order.payBefore().plus(options.grace());
    if (!now.isBefore(graceEnd)) {
      log.warn("order {} expires, its provider does not answer: {}", order.id(), reason);
      payments.expire(order.id(), "provider-unreachable");
      return;
    }
    if (askAgainAt.isEmpty()) {
      log.warn("the payment provider does not answer, orders are kept: {}", reason);
    }
    Instant again = now.plus(ASK_AGAIN);
    askAgainAt.put(order.id(), again.isBefore(graceEnd) ? again : graceEnd);
  }

  /** Takes up no further order and waits a bounded time for those in hand. */
  @Override
  public void close() {
    closing.countDown();
    try {
      if (thread.isAlive()) {
        boolean _ = thread.join(STOP_WAIT);
      }
      if (places.tryAcquire(WORKERS, STOP_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        places.release(WORKERS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
