package io.doorbuster.outbox;

import static io.doorbuster.outbox.OutboxFixture.append;
import static io.doorbuster.outbox.OutboxFixture.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.outbox.EventSink.Delivered;
import io.doorbuster.outbox.EventSink.Failed;
import io.doorbuster.outbox.EventSink.Unreachable;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Stores;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import shop.CallRate;

@Tag("store")
@Execution(ExecutionMode.CONCURRENT)
final class RelayTest {
  private static final Relay.Options FAST = new Relay.Options(1_000, 16, 10, false);
  private static final Relay.Options PARKS_SOON = new Relay.Options(1_000, 16, 2, false);

  @TempDir Path folder;
  private final RecordingSink sink = new RecordingSink();
  private final List<Relay> relays = new ArrayList<>();
  private Database database;
  private OutboxStore store;

  @BeforeEach
  void open() {
    database = Stores.open(folder);
    store = new OutboxStore(database);
  }

  @AfterEach
  void close() {
    relays.forEach(Relay::close);
    database.close();
  }

  private Relay start(Relay.Options options) {
    Relay relay = new Relay(store, sink, options, InstantSource.system());
    relays.add(relay);
    relay.start(() -> true);
    return relay;
  }

  private OutboxStatus status() {
    return store.status(InstantSource.system().instant());
  }

  private void awaitDelivered(long events) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(status().delivered()).isEqualTo(events));
  }

  @Test
  void events_ofManyKeys_arriveOnceInOrderOfEachKeyAndInParallelOverKeys() {
    for (int key = 0; key < 20; key++) {
      for (String type : List.of("order.placed", "order.paid", "payment.refund-needed")) {
        append(database, event("order-" + key, type));
      }
    }
    sink.slow(30);
    start(new Relay.Options(1_000, 4, 10, false));
    awaitDelivered(60);

    assertThat(sink.ids()).hasSize(60).doesNotHaveDuplicates();
    for (int key = 0; key < 20; key++) {
      String order = "order-" + key;
      assertThat(sink.idsOf(order))
          .containsExactly(
              order + ".order.placed", order + ".order.paid", order + ".payment.refund-needed");
    }
    assertThat(sink.openMost()).isEqualTo(4);
    assertThat(sink.openOfAKeyMost()).isEqualTo(1);
    assertThat(status()).isEqualTo(new OutboxStatus(0, 0, 0, 60, 0));
  }

  @Test
  void event_thatFails_isTriedAgainAheadOfTheNextOfItsKey() {
    AtomicInteger failures = new AtomicInteger(2);
    sink.answering(
        event -> failures.getAndDecrement() > 0 ? new Failed("status 500") : new Delivered());
    append(database, event("a", "order.placed"), event("a", "order.paid"));
    start(FAST);
    awaitDelivered(2);
    assertThat(sink.ids())
        .containsExactly("a.order.placed", "a.order.placed", "a.order.placed", "a.order.paid");
    List<Long> times = sink.callsNs();
    assertThat(Duration.ofNanos(times.get(1) - times.get(0))).isGreaterThan(Backoff.LEAST);
    assertThat(Duration.ofNanos(times.get(2) - times.get(1)))
        .isGreaterThan(Backoff.LEAST.multipliedBy(2));
  }

  @Test
  void event_refusedTooOften_isParkedAndHoldsUpOnlyItsKeyUntilItIsSentAgain() {
    sink.answering(event -> event.key().equals("bad") ? new Failed("status 500") : new Delivered());
    append(database, event("bad", "order.placed"), event("bad", "order.paid"));
    append(database, event("good", "order.placed"), event("good", "order.paid"));
    Relay relay = start(PARKS_SOON);
    await().atMost(Duration.ofSeconds(20)).until(() -> status().parked() == 1);
    awaitDelivered(2);

    append(database, event("good", "payment.refund-needed"), event("bad", "order.expired"));
    awaitDelivered(3);
    assertThat(sink.idsOf("bad")).containsExactly("bad.order.placed", "bad.order.placed");
    assertThat(status().waiting()).isEqualTo(2);
    assertThat(status().lagMs()).isPositive();
    ParkedEvent parked = store.listParked(10).getFirst();
    assertThat(parked.id()).isEqualTo("bad.order.placed");
    assertThat(parked.attempts()).isEqualTo(2);
    assertThat(parked.lastError()).isEqualTo("status 500");

    sink.answering(event -> new Delivered());
    assertThat(store.retryParked("nobody.order.placed")).isZero();
    assertThat(store.retryParked(parked.id())).isEqualTo(1);
    relay.signal();
    awaitDelivered(6);
    assertThat(sink.idsOf("bad").subList(2, 5))
        .containsExactly("bad.order.placed", "bad.order.paid", "bad.order.expired");
    assertThat(store.listParked(10)).isEmpty();
  }

  @Test
  void sink_thatIsAway_parksNothingAndIsAskedByOneCallAtATime() {
    sink.slow(50).answering(event -> new Unreachable("no connection"));
    for (int key = 0; key < 20; key++) {
      append(database, event("order-" + key, "order.placed"));
    }
    Relay relay = start(PARKS_SOON);
    await().atMost(Duration.ofSeconds(5)).until(relay::isSinkAway);
    await().during(Duration.ofMillis(1_500)).until(() -> sink.ids().size() <= 16 + 4);
    assertThat(status().parked()).isZero();

    sink.answering(event -> new Delivered());
    awaitDelivered(20);
    assertThat(relay.isSinkAway()).isFalse();
  }

  /** Nothing can be written, so no mark; the events went out. It is what a crash leaves behind. */
  @Test
  void events_whoseMarkWasNotWritten_areSentAgainByTheSameIds() throws Exception {
    for (int key = 0; key < 30; key++) {
      append(database, event("order-" + key, "order.placed"));
    }
    try (AutoCloseable _ = Stores.outage(folder)) {
      Relay relay = start(FAST);
      await().atMost(Duration.ofSeconds(10)).until(() -> sink.ids().size() == 30);
      relay.close();
    }
    assertThat(status().delivered()).isZero();

    start(FAST);
    awaitDelivered(30);
    assertThat(sink.ids()).hasSize(60);
    assertThat(new HashSet<>(sink.ids())).hasSize(30);
  }

  @Test
  void store_thatIsAwayAndBack_losesNothing() throws Exception {
    start(FAST);
    append(database, event("a", "order.placed"));
    try (AutoCloseable _ = Stores.outage(folder)) {
      await().atMost(Duration.ofSeconds(10)).until(() -> sink.ids().size() == 1);
      Thread.sleep(1_500);
    }
    append(database, event("a", "order.paid"));
    awaitDelivered(2);
    assertThat(sink.ids()).containsExactly("a.order.placed", "a.order.paid");
  }

  @Test
  void relay_thatStops_waitsForCallsUnderWayAndWritesTheirMarks() {
    append(database, event("a", "order.placed"));
    sink.slow(500);
    Relay relay = start(FAST);
    await().atMost(Duration.ofSeconds(5)).until(() -> sink.ids().size() == 1);
    relay.close();
    assertThat(status().delivered()).isEqualTo(1);
  }

  @Test
  void eventsOfTestSales_keptBack_areMarkedAndHoldUpNothing() {
    append(database, event("t", "order.placed", true), event("t", "order.paid", true));
    append(database, event("a", "order.placed"));
    start(FAST);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(status()).isEqualTo(new OutboxStatus(0, 0, 0, 1, 2)));
    assertThat(sink.ids()).containsExactly("a.order.placed");
  }

  @Test
  void eventsOfTestSales_whereTheyAreWanted_areSent() {
    append(database, event("t", "order.placed", true));
    start(new Relay.Options(1_000, 4, 10, true));
    awaitDelivered(1);
    assertThat(sink.ids()).containsExactly("t.order.placed");
  }

  /** A transaction that commits late leaves a row behind higher ones that are delivered. */
  @Test
  void row_committedLateWithALowNumber_isNotPassedOver() {
    execute(Stores.countEventsFrom(100));
    append(database, event("a", "order.placed"));
    start(FAST);
    awaitDelivered(1);
    append(database, event("b", "order.placed"));
    execute("UPDATE outbox SET seq = 5 WHERE id = 'b.order.placed'");
    awaitDelivered(2);
  }

  private void execute(String sql) {
    database.write(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
          }
        });
  }

  @Test
  void calls_alsoRightAfterARestart_neverExceedTheRate() {
    Set<String> all = new HashSet<>();
    for (int key = 0; key < 90; key++) {
      append(database, event("order-" + key, "order.placed"));
      all.add("order-" + key + ".order.placed");
    }
    Relay.Options fifty = new Relay.Options(50, 8, 10, false);
    Relay first = start(fifty);
    await().atMost(Duration.ofSeconds(10)).until(() -> sink.ids().size() >= 40);
    first.close();
    start(fifty);
    awaitDelivered(90);

    CallRate rate = new CallRate();
    sink.callsNs().forEach(rate::call);
    assertThat(rate.perSecondMax()).isLessThanOrEqualTo(50);
    assertThat(new HashSet<>(sink.ids())).isEqualTo(all);
  }

  /** A thousand events are some tens of transactions, not a thousand. */
  @Test
  void marks_atSpeed_areWrittenInBatches() {
    List<Event> events = new ArrayList<>();
    for (int key = 0; key < 1_000; key++) {
      events.add(event("order-" + key, "order.placed"));
    }
    append(database, events);
    long before = database.calls();
    start(FAST);
    await().atMost(Duration.ofSeconds(20)).until(() -> sink.ids().size() == 1_000);
    long calls = database.calls() - before;
    awaitDelivered(1_000);
    assertThat(calls).isLessThan(100);
  }
}
