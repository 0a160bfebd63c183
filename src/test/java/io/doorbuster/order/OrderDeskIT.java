package io.doorbuster.order;

import static io.doorbuster.order.Installation.SALE;
import static io.doorbuster.order.Installation.SKU;
import static io.doorbuster.order.Installation.buyer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.gate.BlockList;
import io.doorbuster.order.Door.Answer;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.StoreUnavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a buyer is told of his order, over the wire. */
@Tag("store")
final class OrderDeskIT {
  @TempDir Path folder;
  private Installation our;

  @SuppressWarnings("NullAway.Init") // each test opens the one that it needs
  private Door door;

  @BeforeEach
  void open() {
    our = new Installation(folder);
    our.shop.with("fair", 100);
  }

  @AfterEach
  void close() {
    door.close();
    our.close();
  }

  private void first(int units) {
    our.selling(units);
    door = new Door(our);
  }

  private void fair(int units) {
    our.selling(Installation.sale(SALE, Pick.FAIR, Installation.sku(SKU, units)));
    door = new Door(our);
  }

  private static Answer within(CompletableFuture<Answer> answer, int seconds) throws Exception {
    return answer.get(seconds, TimeUnit.SECONDS);
  }

  private void awaitWatchers(int count) {
    await().atMost(Duration.ofSeconds(10)).until(() -> door.watch.size() == count);
  }

  @Test
  void poll_ofAQueuedOrder_wakesWithItsCommit() throws Exception {
    first(10);
    List<Long> tookMs = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      Answer bought = door.buy(i);
      CompletableFuture<Answer> poll = door.poll(i, bought.order());
      awaitWatchers(1);
      our.write();
      long committed = System.nanoTime();
      assertThat(within(poll, 10).orderStatus()).isEqualTo("PLACED");
      tookMs.add((System.nanoTime() - committed) / 1_000_000);
      awaitWatchers(0);
    }
    System.out.println("a long poll wakes after ms: " + tookMs);
    assertThat(tookMs.stream().sorted().toList().get(5)).isLessThan(250);
  }

  @Test
  void poll_ofAnOrderThatIsSettled_answersAtOnce() throws Exception {
    first(10);
    Answer bought = door.buy(1);
    our.write();
    assertThat(within(door.poll(1, bought.order()), 10).orderStatus()).isEqualTo("PLACED");
    assertThat(door.watch.size()).isZero();
  }

  @Test
  void status_ofAnotherBuyersOrAForgedOne_isNotFound() {
    first(10);
    String mine = door.buy(1).order();
    our.write();
    assertThat(door.get(2, mine).status()).isEqualTo(404);
    assertThat(door.cancel(2, mine).status()).isEqualTo(404);
    OrderId real = OrderId.parse(mine).orElseThrow();
    OrderIds forger = new OrderIds(new byte[] {1}, 3, our.clock);
    for (String id :
        List.of(
            forger.mint(SALE, buyer(1)).toString(),
            new OrderId(real.high(), real.low() ^ 1).toString(),
            new OrderId(real.high() ^ 1L << 16, real.low()).toString(),
            mine.toLowerCase(Locale.ROOT),
            "x",
            "%00",
            "..%2F..%2Fetc",
            "x".repeat(1_500))) {
      Answer answer = door.get(1, id);
      assertThat(answer.status()).as(id).isEqualTo(404);
      assertThat(answer.problem()).isEqualTo("not-found");
      assertThat(door.cancel(1, id).status()).isEqualTo(404);
    }
    assertThat(door.call("/api/orders/" + mine, "no.pass.atall").status()).isEqualTo(401);
    assertThat(door.call("/api/orders/" + mine, door.pass("other", 1)).status()).isEqualTo(401);
    assertThat(door.call("/api/sales/other/orders/mine", door.pass(1)).status()).isEqualTo(401);
    assertThat(our.status(real)).isEqualTo(OrderStatus.PLACED);
  }

  @Test
  void status_ofABlockedBuyer_isForbiddenAndNoReasonToSignInAgain() {
    first(5);
    Answer bought = door.buy(1);
    String name = Installation.buyer(1).value();
    door.blocks.set(List.of(new BlockList.Block(BlockList.Kind.BUYER, name, "test")));
    assertThat(door.get(1, bought.order()).status()).isEqualTo(403);
    assertThat(door.mine(1).problem()).isEqualTo("forbidden");
    assertThat(door.buy(1).problem()).isEqualTo("forbidden");
  }

  @Test
  void buy_ofASoldOutSale_saysThatNoneIsLeft() {
    first(5);
    door.gate.stock(SALE, SKU, true, null);
    Answer answer = door.buy(1);
    assertThat(answer.status()).isEqualTo(410);
    assertThat(answer.json().getInteger("left")).isZero();
  }

  @Test
  void status_ofAnOrderThatDiedWithTheMachine_isLost() {
    first(10);
    String order = door.buy(1).order();
    door.close();
    our.restart();
    door = new Door(our);
    assertThat(door.get(1, order).orderStatus()).isEqualTo("LOST");
    assertThat(door.mine(1).status()).isEqualTo(404);
    assertThat(door.buy(1).status()).isEqualTo(202);
    our.write();
    assertThat(door.mine(1).orderStatus()).isEqualTo("PLACED");
    our.assertAuditIsOk();
  }

  @Test
  void status_whileTheQueueIsTakenUpAnew_isNotLost() {
    first(10);
    String order = door.buy(1).order();
    door.close();
    door = new Door(our);
    door.engine.notHeld = true;
    assertThat(door.get(1, order).problem()).isEqualTo("overloaded");
    door.engine.notHeld = false;
    assertThat(door.get(1, order).orderStatus()).isEqualTo("QUEUED");
  }

  @Test
  void status_whileTheStoreIsAway_isNeverNotFound() {
    first(10);
    String placed = door.buy(1).order();
    our.write();
    String queued = door.buy(2).order();
    our.database.onCall(
        () -> {
          throw new StoreUnavailable("away", new IOException());
        });
    door.storeAway.set(true);
    assertThat(door.get(1, placed).status()).isEqualTo(503);
    assertThat(door.get(1, placed).problem()).isEqualTo("overloaded");
    assertThat(door.mine(1).status()).isEqualTo(503);
    assertThat(door.cancel(1, placed).status()).isEqualTo(503);
    Answer waiting = door.get(2, queued);
    assertThat(waiting.orderStatus()).isEqualTo("QUEUED");
    assertThat(waiting.json().getString("reason")).isEqualTo("store-unavailable");
    our.database.onCall(() -> {});
    door.storeAway.set(false);
    assertThat(door.get(1, placed).orderStatus()).isEqualTo("PLACED");
    our.write();
    assertThat(door.get(2, queued).orderStatus()).isEqualTo("PLACED");
  }

  @Test
  void cancel_aPlacedOrder_givesItsUnitBackOnce() {
    first(10);
    String order = door.buy(1).order();
    our.write();
    Answer cancelled = door.cancel(1, order);
    assertThat(cancelled.status()).isEqualTo(200);
    assertThat(cancelled.orderStatus()).isEqualTo("CANCELLED");
    Answer again = door.cancel(1, order);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.problem()).isEqualTo("not-cancellable");
    assertThat(again.json().getString("orderStatus")).isEqualTo("CANCELLED");
    assertThat(our.sums().returning()).isEqualTo(1);
    our.assertAuditIsOk();

    String paid = door.buy(2).order();
    our.write();
    our.store.pay(OrderId.parse(paid).orElseThrow(), "r", 4_900, our.clock.instant());
    assertThat(door.cancel(2, paid).status()).isEqualTo(409);
    assertThat(door.get(2, paid).orderStatus()).isEqualTo("PAID");
  }

  @Test
  void cancel_aQueuedOrder_waitsForItsCommit() throws Exception {
    first(10);
    String order = door.buy(1).order();
    CompletableFuture<Answer> cancelled = door.cancelLater(1, order);
    awaitWatchers(1);
    our.write();
    assertThat(within(cancelled, 10).status()).isEqualTo(200);
    assertThat(door.get(1, order).orderStatus()).isEqualTo("CANCELLED");
    our.assertAuditIsOk();
  }

  @Test
  void cancel_aQueuedOrderThatIsNotCommitted_isOverloadedAndTheOrderStands() throws Exception {
    first(10);
    String order = door.buy(1).order();
    assertThat(door.cancel(1, order).status()).isEqualTo(503);
    our.write();
    assertThat(door.get(1, order).orderStatus()).isEqualTo("PLACED");
    assertThat(door.watch.size()).isZero();
  }

  @Test
  void draw_tellsEachOneWhoWaits() throws Exception {
    fair(3);
    List<String> orders = new ArrayList<>();
    List<CompletableFuture<Answer>> polls = new ArrayList<>();
    for (int i = 1; i <= 12; i++) {
      Answer answer = door.buy(i);
      if (answer.status() == 429) {
        assertThat(answer.problem()).isEqualTo("not-released");
        continue;
      }
      assertThat(answer.status()).isEqualTo(202);
      assertThat(answer.orderStatus()).isEqualTo("WAITING");
      assertThat(answer.json().getString("drawAt")).isNotEmpty();
      orders.add(answer.order());
      polls.add(door.poll(i, answer.order()));
      assertThat(door.mine(i).order()).isEqualTo(answer.order());
    }
    int pushedOut = orders.size() - 3;
    awaitWatchers(3);
    door.draw();
    int queued = 0;
    for (CompletableFuture<Answer> poll : polls) {
      Answer answer = within(poll, 10);
      assertThat(answer.orderStatus()).isIn("QUEUED", "NOT_DRAWN");
      queued += answer.orderStatus().equals("QUEUED") ? 1 : 0;
    }
    assertThat(queued).isEqualTo(3);
    assertThat(orders.size() - queued).isEqualTo(pushedOut);
    await().atMost(Duration.ofSeconds(5)).until(() -> our.engine.queued() == 3);
    our.write();
    assertThat(our.sums().placed()).isEqualTo(3);
    our.assertAuditIsOk();
  }

  @Test
  void draw_ofBuyersWhoHungUp_makesTheirOrders() throws Exception {
    fair(3);
    String body = "{\"sku\":\"" + SKU + "\"}";
    for (int i = 1; i <= 3; i++) {
      door.buyAndHangUp(i, body, body.length());
    }
    await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () ->
                door.mine(1).status() == 200
                    && door.mine(2).status() == 200
                    && door.mine(3).status() == 200);
    String order = door.mine(2).order();
    assertThat(door.cancel(2, order).status()).isEqualTo(409);
    door.draw();
    await().atMost(Duration.ofSeconds(5)).until(() -> our.engine.queued() == 3);
    our.write();
    for (int i = 1; i <= 3; i++) {
      assertThat(door.mine(i).orderStatus()).isEqualTo("PLACED");
    }
    assertThat(door.mine(2).order()).isEqualTo(order);
    assertThat(door.checkout.outstanding()).isZero();
  }

  @Test
  void draw_whoseWinnersTheEngineRefuses_tellsThemWhy() throws Exception {
    fair(3);
    List<CompletableFuture<Answer>> polls = new ArrayList<>();
    List<String> orders = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      orders.add(door.buy(i).order());
    }
    our.engine.withdraw("by hand", SALE, SKU, 2);
    door.draw();
    await().atMost(Duration.ofSeconds(5)).until(() -> door.checkout.outstanding() == 0);
    for (int i = 1; i <= 3; i++) {
      polls.add(door.poll(i, orders.get(i - 1)));
    }
    our.write();
    int refused = 0;
    for (CompletableFuture<Answer> poll : polls) {
      Answer answer = within(poll, 10);
      if (answer.orderStatus().equals("NOT_DRAWN")) {
        refused++;
        assertThat(answer.json().getString("reason")).isEqualTo("sold-out");
      }
    }
    assertThat(refused).isEqualTo(2);
  }

  @Test
  void draw_whoseEngineAnswersLate_promisesItsUnitsToNobodyElse() throws Exception {
    fair(3);
    for (int i = 1; i <= 3; i++) {
      assertThat(door.buy(i).orderStatus()).isEqualTo("WAITING");
    }
    door.engine.callsToLose.set(3);
    door.draw();
    // The next wave starts while the winners' claims are on their way: nothing is left for it.
    Answer late = door.buy(9);
    assertThat(late.status()).isEqualTo(429);
    await().atMost(Duration.ofSeconds(10)).until(() -> our.engine.queued() == 3);
    our.write();
    assertThat(our.sums().placed()).isEqualTo(3);
    await().atMost(Duration.ofSeconds(5)).until(() -> door.checkout.outstanding() == 0);
    our.assertAuditIsOk();
  }

  @Test
  void draw_whileTheStoreIsAway_keepsItsPermitsForAsLongAsItTakes() {
    fair(3);
    String order = door.buy(1).order();
    our.database.onCall(
        () -> {
          throw new StoreUnavailable("away", new IOException());
        });
    door.draw();
    await().atMost(Duration.ofSeconds(5)).until(() -> door.checkout.outstanding() == 1);
    our.clock.advance(Duration.ofMinutes(3));
    door.checkout.purge();
    assertThat(door.checkout.units(SALE, SKU)).hasValue(2);
    assertThat(door.get(1, order).orderStatus()).isEqualTo("WAITING");
    our.database.onCall(() -> {});
    await().atMost(Duration.ofSeconds(5)).until(() -> our.engine.queued() == 1);
    our.write();
    assertThat(door.get(1, order).orderStatus()).isEqualTo("PLACED");
    assertThat(door.checkout.outstanding()).isZero();
  }
}
