package io.doorbuster.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.order.Order;
import io.doorbuster.order.OrderStatus;
import io.doorbuster.payment.PaymentStatus.Failed;
import io.doorbuster.payment.PaymentStatus.Paid;
import io.doorbuster.payment.PaymentStatus.Pending;
import io.doorbuster.payment.PaymentStatus.Unreachable;
import io.doorbuster.sale.OrderId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Tag("store")
@Execution(ExecutionMode.CONCURRENT)
final class DeadlinesTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Deadlines.Options OPTIONS =
      new Deadlines.Options(Duration.ofMinutes(2), Duration.ofSeconds(3));

  /** Answers as it is told and notes who was asked for. */
  private static final class Provider implements PaymentProvider {
    private final List<OrderId> asked = new ArrayList<>();
    private Function<Order, PaymentStatus> answer = order -> new Pending();

    @Override
    public String start(Order order) {
      return "";
    }

    @Override
    public PaymentStatus status(Order order) {
      asked.add(order.id());
      return answer.apply(order);
    }
  }

  @TempDir Path folder;
  private final Provider provider = new Provider();
  private PaymentFixture books;
  private Deadlines deadlines;
  private OrderId order;

  @BeforeEach
  void open() {
    books = new PaymentFixture(folder);
    deadlines = newDeadlines();
    order = books.place("ann");
    deadlines.round();
  }

  @AfterEach
  void close() {
    books.close();
  }

  private Deadlines newDeadlines() {
    return new Deadlines(books.store(), provider, books.payments(), OPTIONS, books, Runnable::run);
  }

  /** Lets time pass with a round each second, as when all is well. */
  private void live(Duration time) {
    for (long i = 0; i < time.toSeconds(); i++) {
      books.pass(SECOND);
      deadlines.round();
    }
  }

  @Test
  void order_notPaidInTime_expiresAtItsDeadlineAndNotBefore() {
    live(PaymentFixture.PAY_WITHIN.minus(SECOND));
    assertThat(provider.asked).isEmpty();
    assertThat(books.status(order)).isEqualTo(OrderStatus.PLACED);
    live(SECOND);
    assertThat(provider.asked).containsExactly(order);
    assertThat(books.status(order)).isEqualTo(OrderStatus.EXPIRED);
    assertThat(books.order(order).reason()).isEqualTo("not-paid");
    assertThat(books.changed()).containsExactly(order);
    assertThat(books.sold()).isZero();
    assertThat(books.events("order.expired")).isEqualTo(1);
  }

  @Test
  void order_whosePaymentFailed_expires() {
    provider.answer = order -> new Failed();
    live(PaymentFixture.PAY_WITHIN);
    assertThat(books.status(order)).isEqualTo(OrderStatus.EXPIRED);
  }

  @Test
  void order_paidAtItsProviderWithoutACallback_isPaid() {
    provider.answer = order -> new Paid("r1", PaymentFixture.PRICE);
    live(PaymentFixture.PAY_WITHIN);
    assertThat(books.status(order)).isEqualTo(OrderStatus.PAID);
    assertThat(books.order(order).reference()).isEqualTo("r1");
    assertThat(books.changed()).containsExactly(order);
  }

  @Test
  void order_paidWithAnotherAmount_expiresAndAsksForARefund() {
    provider.answer = order -> new Paid("r1", 1);
    live(PaymentFixture.PAY_WITHIN.plus(SECOND));
    assertThat(books.status(order)).isEqualTo(OrderStatus.EXPIRED);
    assertThat(books.events("payment.refund-needed")).isEqualTo(1);
  }

  @Test
  void order_whoseProviderDoesNotAnswer_isKeptForTheGraceOnly() {
    provider.answer = order -> new Unreachable("gone");
    live(PaymentFixture.PAY_WITHIN.plus(OPTIONS.grace()).minus(SECOND));
    assertThat(books.status(order)).isEqualTo(OrderStatus.PLACED);
    assertThat(deadlines.waitingForProvider()).isEqualTo(1);
    assertThat(provider.asked).hasSizeBetween(20, 25);
    live(SECOND);
    assertThat(books.status(order)).isEqualTo(OrderStatus.EXPIRED);
    assertThat(books.order(order).reason()).isEqualTo("provider-unreachable");
    live(SECOND);
    assertThat(deadlines.waitingForProvider()).isZero();
  }

  @Test
  void order_whoseProviderAnswersWithinTheGrace_isPaid() {
    provider.answer =
        order -> {
          throw new IllegalStateException("a provider with a bug");
        };
    live(PaymentFixture.PAY_WITHIN.plusSeconds(60));
    provider.answer = order -> new Paid("r1", PaymentFixture.PRICE);
    live(Duration.ofSeconds(6));
    assertThat(books.status(order)).isEqualTo(OrderStatus.PAID);
  }

  @Test
  void orders_afterAnOutageOfOurs_haveTheTimeThatWasLost() {
    live(PaymentFixture.PAY_WITHIN.minusSeconds(5));
    books.pass(Duration.ofMinutes(30));
    deadlines = newDeadlines();
    deadlines.round();
    assertThat(books.status(order)).isEqualTo(OrderStatus.PLACED);
    assertThat(provider.asked).isEmpty();
    live(Duration.ofSeconds(4));
    assertThat(books.status(order)).isEqualTo(OrderStatus.PLACED);
    live(SECOND);
    assertThat(books.status(order)).isEqualTo(OrderStatus.EXPIRED);
  }

  @Test
  void orders_afterAnOutageOfTheStore_haveTheTimeThatWasLost() throws Exception {
    live(PaymentFixture.PAY_WITHIN.minusSeconds(5));
    try (AutoCloseable outage = books.outage()) {
      assertThat(outage).isNotNull();
      books.pass(Duration.ofSeconds(15));
      deadlines.round();
      assertThat(provider.asked).isEmpty();
    }
    deadlines.round();
    assertThat(books.status(order)).isEqualTo(OrderStatus.PLACED);
    live(Duration.ofSeconds(4));
    assertThat(books.status(order)).isEqualTo(OrderStatus.PLACED);
    live(SECOND);
    assertThat(books.status(order)).isEqualTo(OrderStatus.EXPIRED);
  }

  /** The process was suspended between the question and the expiry. */
  @Test
  void order_whoseWorkerStalled_isLeftForTheNextRound() {
    provider.answer =
        order -> {
          books.pass(Duration.ofMinutes(1));
          return new Pending();
        };
    live(PaymentFixture.PAY_WITHIN);
    assertThat(provider.asked).hasSize(1);
    assertThat(books.status(order)).isEqualTo(OrderStatus.PLACED);
    Instant before = books.order(order).payBefore();
    provider.answer = order -> new Pending();
    live(SECOND);
    assertThat(books.order(order).payBefore()).isEqualTo(before.plusSeconds(61));
    assertThat(provider.asked).hasSize(2);
    assertThat(books.status(order)).isEqualTo(OrderStatus.EXPIRED);
  }

  @Test
  void paymentAfterTheExpiry_asksForOneRefund() {
    live(PaymentFixture.PAY_WITHIN);
    books.payments().pay(order, "late", PaymentFixture.PRICE);
    books.payments().pay(order, "late", PaymentFixture.PRICE);
    assertThat(books.status(order)).isEqualTo(OrderStatus.EXPIRED);
    assertThat(books.events("payment.refund-needed")).isEqualTo(1);
    assertThat(books.count("late_payment")).isEqualTo(1);
  }

  @Test
  void orders_moreThanWorkers_allExpireAndTheThreadStops() {
    for (int i = 0; i < 100; i++) {
      books.place("buyer-" + i);
    }
    live(PaymentFixture.PAY_WITHIN.minus(SECOND));
    books.pass(SECOND);
    try (Deadlines running =
        new Deadlines(books.store(), new DemoProvider(""), books.payments(), OPTIONS, books)) {
      running.start(() -> true);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> books.count("orders WHERE status = 'EXPIRED'") == 101);
    }
    assertThat(books.sold()).isZero();
    assertThat(books.isWritable()).isTrue();
  }
}
