package io.doorbuster.order;

import static io.doorbuster.order.Installation.SALE;
import static io.doorbuster.order.Installation.SKU;
import static io.doorbuster.order.Installation.buyer;
import static io.doorbuster.order.Installation.sale;
import static io.doorbuster.order.Installation.sku;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.sale.ConstraintViolated;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the order writer makes of a batch, whatever the store makes of it. */
@Tag("store")
final class OrderWriterTest {
  private static final String SOCKS = "socks";

  @TempDir Path folder;
  private Installation our;

  @BeforeEach
  void open() {
    our = new Installation(folder, 50).selling(10);
  }

  @AfterEach
  void close() {
    our.close();
  }

  private void run(String sql) {
    our.database.freeze(
        SALE,
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
          }
        });
  }

  @Test
  void write_aBatch_placesEachOrderOnce() {
    Claim one = our.reserve(1);
    Claim two = our.claim(SALE, SKU, buyer(2), 3);
    our.ask(two);
    our.write();

    Order order = our.store.find(two.order()).orElseThrow();
    assertThat(order.status()).isEqualTo(OrderStatus.PLACED);
    assertThat(order.quantity()).isEqualTo(3);
    assertThat(order.amountMinor()).isEqualTo(3 * 4_900);
    assertThat(order.shopRef()).isEqualTo("cart-7");
    assertThat(order.payBefore()).isEqualTo(our.clock.instant().plus(Installation.PAY_WITHIN));
    assertThat(our.placed).extracting(QueuedOrder::claim).containsExactly(one, two);
    assertThat(our.engine.queued()).isZero();
    assertThat(our.sums().sold()).isEqualTo(4);
    assertThat(our.events("order.placed")).isEqualTo(2);
    our.assertAuditIsOk();
  }

  @Test
  void write_ofABatchAgain_changesNothing() {
    our.reserve(1);
    our.reserve(2);
    List<QueuedOrder> batch = our.drain();
    our.store.commit(batch, our.clock.instant());
    OrderId first = batch.getFirst().claim().order();
    our.store.end(first, OrderStatus.CANCELLED, "by-buyer", our.clock.instant());
    our.clock.advance(Duration.ofSeconds(30));
    our.writer.write(batch);
    our.writer.write(batch);

    assertThat(our.status(first)).isEqualTo(OrderStatus.CANCELLED);
    assertThat(our.rejected).isEmpty();
    assertThat(our.sums().sold()).isEqualTo(1);
    assertThat(our.events("order.placed")).isEqualTo(2);
    assertThat(our.engine.queued()).isZero();
    our.assertAuditIsOk();
  }

  @Test
  void write_whoseCommitIsUnknown_isReplayedAndNeverRejected() {
    our.reserve(1);
    our.reserve(2);
    List<QueuedOrder> batch = our.drain();
    AtomicBoolean first = new AtomicBoolean(true);
    our.database.onCall(
        () -> {
          if (first.compareAndSet(true, false)) {
            our.store.commit(batch, our.clock.instant());
            throw new StoreUnavailable("the answer of the commit is lost", new IOException());
          }
        });
    our.writer.write(batch);
    our.database.onCall(() -> {});

    assertThat(our.placed).hasSize(2);
    assertThat(our.rejected).isEmpty();
    assertThat(our.sums().sold()).isEqualTo(2);
    assertThat(our.number("SELECT COUNT(*) FROM orders WHERE status = 'PLACED'")).isEqualTo(2);
    our.assertAuditIsOk();
  }

  @Test
  void write_ofAnEpochThatIsOver_writesNothingAndTellsLost() {
    Claim old = our.reserve(1);
    List<QueuedOrder> batch = our.drain();
    our.reconciler.rebuild(SALE);
    our.writer.write(batch);

    assertThat(our.status(old.order())).isEqualTo(OrderStatus.LOST);
    assertThat(our.lost).containsExactlyElementsOf(batch);
    assertThat(our.available()).isEqualTo(10);
    our.assertAuditIsOk();
    our.place(1);
    our.assertAuditIsOk();
  }

  @Test
  void write_ofABatchWithOneBadOrder_rejectsThatOneOnly() {
    // The database knows a live order of buyer 3 that the engine has never heard of.
    OrderId known = our.ids.mint(SALE, buyer(3));
    insertPlaced(known, 3);
    List<Claim> claims = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      claims.add(our.reserve(i));
    }
    List<QueuedOrder> batch = our.drain();
    our.writer.write(batch);

    OrderId bad = claims.get(2).order();
    Order order = our.store.find(bad).orElseThrow();
    assertThat(order.status()).isEqualTo(OrderStatus.REJECTED);
    assertThat(order.reason()).isEqualTo("already-ordered");
    assertThat(our.rejected).extracting(QueuedOrder::claim).containsExactly(claims.get(2));
    assertThat(our.placed).hasSize(4);
    assertThat(our.store.findLatest(SALE, buyer(3)).orElseThrow().id()).isEqualTo(known);
    assertThat(our.number("SELECT COUNT(*) FROM intent WHERE kind = 'FORGET'")).isEqualTo(1);
    assertThat(our.number("SELECT quantity FROM intent WHERE kind = 'RETURN'")).isEqualTo(1);
  }

  private void insertPlaced(OrderId id, int buyer) {
    our.change(
        ("INSERT INTO orders VALUES ('%s', '%s', '%s', '%s', 1, 4900, 'PLACED', '%s', 0, 0,"
                + " 0, 0, 0, 0, NULL, NULL, NULL)")
            .formatted(id, SALE, SKU, buyer(buyer), SALE + "/" + buyer(buyer)));
    our.change("UPDATE sku SET sold = sold + 1 WHERE sale = '" + SALE + "'");
  }

  @Test
  void write_ofABadOrder_returnsItsUnitOnceAndFreesItsBuyerAtOnce() {
    Claim bad = our.reserve(1);
    Stores.refuseOrders(our.database, "status = 'PLACED'");
    our.write();
    Stores.takeOrders(our.database);

    assertThat(our.status(bad.order())).isEqualTo(OrderStatus.REJECTED);
    assertThat(our.store.find(bad.order()).orElseThrow().reason())
        .isEqualTo("refused-by-the-store");
    assertThat(our.available()).isEqualTo(9);
    our.assertAuditIsOk();

    our.worker.runOnce();
    our.place(1);
    assertThat(our.available()).isEqualTo(8);
    our.assertAuditIsOk();

    our.clock.set(Installation.OPENS.plus(Installation.RETURNS_EVERY));
    our.worker.runOnce();
    our.worker.runOnce();
    assertThat(our.available()).isEqualTo(9);
    assertThat(our.openIntents()).isZero();
    our.assertAuditIsOk();
  }

  @Test
  void write_ofAnOrderThatCanNotEvenBeRejected_isLostAndItsUnitFree() {
    Claim bad = our.reserve(1);
    our.reserve(2);
    Stores.refuseOrders(our.database, "buyer = 'buyer-1'");
    our.write();

    assertThat(our.status(bad.order())).isEqualTo(OrderStatus.LOST);
    assertThat(our.lost).extracting(QueuedOrder::claim).contains(bad);
    assertThat(our.engine.queued()).isZero();
    assertThat(our.available() + our.sums().sold()).isEqualTo(10);
    our.assertAuditIsOk();
  }

  @Test
  void write_beyondTheAllotment_sellsNothingTooManyAndRebuilds() {
    our.shop.with("one", 5);
    our.clock.set(Installation.OPENS.minusSeconds(1));
    our.publish(sale(SOCKS, Pick.FIRST, sku("one", 5)));
    our.clock.set(Installation.OPENS.plusSeconds(1));
    our.engine.add("a mistake", SALE, SKU, 0, 1);
    for (int i = 1; i <= 10; i++) {
      our.place(i);
    }
    Claim tooMany = our.reserve(11);
    Claim sock = our.claim(SOCKS, "one", buyer(11), 1);
    our.ask(sock);
    our.write();

    assertThat(our.status(tooMany.order())).isEqualTo(OrderStatus.LOST);
    assertThat(our.status(sock.order())).isEqualTo(OrderStatus.PLACED);
    assertThat(our.lost).extracting(QueuedOrder::claim).containsExactly(tooMany);
    assertThat(our.sums().sold()).isEqualTo(10);
    assertThat(our.available()).isZero();
    assertThat(our.ask(our.claim(SALE, SKU, buyer(12), 1))).isEqualTo(new ReserveResult.SoldOut(0));
    our.assertAuditIsOk();
    our.assertAuditIsOk(SOCKS);
  }

  @Test
  void writer_whileTheStoreIsLocked_keepsOrdersQueuedUpToTheBound() throws Exception {
    our.close();
    our = new Installation(folder.resolve("../" + folder.getFileName()), 5);
    our.clock.set(Installation.OPENS.plusSeconds(1));
    our.writer.start();
    List<Claim> claims = new ArrayList<>();
    try (AutoCloseable _ = Stores.outage(folder)) {
      for (int i = 1; i <= 5; i++) {
        claims.add(our.reserve(i));
      }
      assertThat(our.ask(our.claim(SALE, SKU, buyer(6), 1)))
          .isEqualTo(new ReserveResult.Overloaded());
      await().atMost(Duration.ofSeconds(20)).until(() -> our.database.fault().isPresent());
      assertThat(our.placed).isEmpty();
      assertThat(our.engine.queued()).isEqualTo(5);
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> our.placed.size() == 5);
    assertThat(our.database.fault()).isEmpty();
    claims.forEach(c -> assertThat(our.status(c.order())).isEqualTo(OrderStatus.PLACED));
    our.writer.close();
    our.place(6);
    our.assertAuditIsOk();
  }

  @Test
  @Tag("file")
  void write_onAFullDisk_landsOnceThereIsRoom() {
    AtomicInteger tries = new AtomicInteger();
    String cart = "x".repeat(100_000);
    for (int i = 1; i <= 10; i++) {
      OrderId id = our.ids.mint(SALE, buyer(i));
      our.ask(new Claim(id, SALE, SKU, buyer(i), 1, 0, our.clock.instant(), cart));
    }
    run("PRAGMA max_page_count = " + our.number("PRAGMA page_count"));
    our.database.onCall(
        () -> {
          if (tries.incrementAndGet() == 2) {
            assertThat(our.database.fault().orElseThrow()).contains("full");
          }
        });
    our.write();
    our.database.onCall(() -> {});

    assertThat(tries.get()).isGreaterThan(1);
    assertThat(our.rejected).isEmpty();
    assertThat(our.sums().sold()).isEqualTo(10);
    assertThat(our.database.fault()).isEmpty();
    our.assertAuditIsOk();
  }

  /** As a file system does that was mounted anew to be read only. */
  @Test
  void write_onAReadOnlyDatabase_waitsAndGoesOn() throws Exception {
    Claim claim = our.reserve(1);
    AtomicBoolean readOnly = new AtomicBoolean(true);
    our.database.onCall(
        () -> {
          if (readOnly.get()) {
            throw new StoreUnavailable("attempt to write a readonly database", new IOException());
          }
        });
    Thread writing = Thread.ofPlatform().start(our::write);
    await().pollDelay(Duration.ofMillis(300)).until(writing::isAlive);
    assertThat(our.placed).isEmpty();
    assertThat(our.rejected).isEmpty();
    readOnly.set(false);
    writing.join();
    assertThat(our.status(claim.order())).isEqualTo(OrderStatus.PLACED);
    our.assertAuditIsOk();
  }

  /** The connection that could not write is thrown away, and the order goes by the next one. */
  @Test
  @Tag("file")
  void write_onAConnectionThatIsReadOnly_placesTheOrderAllTheSame() {
    run("PRAGMA query_only = true");
    Claim claim = our.reserve(1);
    our.write();
    assertThat(our.status(claim.order())).isEqualTo(OrderStatus.PLACED);
    assertThat(our.database.fault()).isEmpty();
    our.assertAuditIsOk();
  }

  @Test
  void commit_ofASkuWithoutARow_isRefusedAsAWhole() {
    our.reserve(1);
    List<QueuedOrder> batch = our.drain();
    our.database.write(
        connection -> Row.run(connection, "DELETE FROM sku WHERE sale = ? AND id = ?", SALE, SKU));
    assertThatThrownBy(() -> our.store.commit(batch, our.clock.instant()))
        .isInstanceOf(ConstraintViolated.class);
    assertThat(our.number("SELECT COUNT(*) FROM orders")).isZero();
    assertThat(our.number("SELECT COUNT(*) FROM outbox WHERE type = 'order.placed'")).isZero();
  }

  @Test
  void writer_ofTwoThreads_placesEachOrderOnce() {
    for (int i = 1; i <= 10; i++) {
      our.reserve(i);
    }
    our.writer.start();
    await().until(() -> our.engine.queued() == 0);
    our.writer.close();
    assertThat(our.placed).hasSize(10).doesNotHaveDuplicates();
    assertThat(our.sums().sold()).isEqualTo(10);
    assertThat(our.events("order.placed")).isEqualTo(10);
    our.assertAuditIsOk();
  }

  /** As want of memory does, or a class that can not be loaded. */
  @Test
  void writer_meetingAnError_saysSoAndWritesTheSameOrderWhenItHasPassed() {
    AtomicBoolean broken = new AtomicBoolean(true);
    our.database.onCall(
        () -> {
          if (broken.get()) {
            throw new NoClassDefFoundError("by hand");
          }
        });
    Claim claim = our.reserve(1);
    our.writer.start();
    await().until(() -> our.writer.fault().isPresent());
    assertThat(our.writer.fault().orElseThrow()).contains("NoClassDefFoundError: by hand");
    // Though another thread of the writer is idle and well.
    await().during(Duration.ofMillis(300)).until(() -> our.writer.fault().isPresent());
    assertThat(our.placed).isEmpty();
    broken.set(false);
    await().until(() -> our.writer.fault().isEmpty());
    assertThat(our.placed).extracting(QueuedOrder::claim).containsExactly(claim);
    our.writer.close();
    assertThat(our.writer.fault()).isEmpty();
    our.assertAuditIsOk();
  }

  @Test
  void writer_thatHasEndedUntold_saysSo() {
    assertThat(our.writer.fault()).as("not started yet").isEmpty();
    our.database.onCall(
        () -> {
          throw new UnspeakableError();
        });
    our.reserve(1);
    our.writer.start();
    await().dontCatchUncaughtExceptions().until(() -> our.writer.fault().isPresent());
    assertThat(our.writer.fault().orElseThrow()).contains("it has ended");
    our.database.onCall(() -> {});
  }

  /** Not even telling of it works. */
  private static final class UnspeakableError extends Error {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new LinkageError("by hand");
    }
  }

  @Test
  void writer_toldToStop_writesWhatIsQueued() {
    for (int i = 1; i <= 8; i++) {
      our.reserve(i);
    }
    our.writer.start();
    our.writer.close();
    assertThat(our.placed).hasSize(8);
    assertThat(our.writer.committed()).isEqualTo(8);
    our.assertAuditIsOk();
  }
}
