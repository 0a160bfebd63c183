package io.doorbuster.order;

import static io.doorbuster.order.Installation.SALE;
import static io.doorbuster.order.Installation.SKU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.order.Door.Answer;
import io.doorbuster.sale.Stores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A buy request over the wire, first come, first served. */
@Tag("store")
final class CheckoutIT {
  @TempDir Path folder;
  private Installation our;
  private Door door;

  @BeforeEach
  void open() {
    our = new Installation(folder, 8).selling(10);
    door = new Door(our);
  }

  @AfterEach
  void close() {
    door.close();
    our.close();
  }

  private void assertNothingIsPromised() {
    await().atMost(Duration.ofSeconds(5)).until(() -> door.checkout.outstanding() == 0);
    assertThat(door.checkout.units(SALE, SKU)).hasValue(our.available());
  }

  @Test
  void buy_anAdmittedOne_goesFromQueuedToPlaced() {
    Answer bought = door.buy(1, 2);
    assertThat(bought.status()).isEqualTo(202);
    assertThat(bought.orderStatus()).isEqualTo("QUEUED");
    assertThat(bought.location()).isEqualTo("/api/orders/" + bought.order());
    assertThat(door.get(1, bought.order()).orderStatus()).isEqualTo("QUEUED");
    assertNothingIsPromised();
    our.write();

    Answer placed = door.get(1, bought.order());
    assertThat(placed.orderStatus()).isEqualTo("PLACED");
    assertThat(placed.json().getString("payUrl")).isEqualTo("/pay/" + bought.order());
    assertThat(placed.json().getInteger("quantity")).isEqualTo(2);
    assertThat(placed.json().getString("payBefore")).isNotEmpty();
    assertThat(door.mine(1).order()).isEqualTo(bought.order());
    Answer again = door.buy(1);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.problem()).isEqualTo("already-ordered");
    assertThat(again.location()).isEqualTo(bought.location());
    our.assertAuditIsOk();
  }

  @Test
  void buy_whoseAnswerIsLost_isFoundByMine() throws Exception {
    String body = "{\"sku\":\"" + SKU + "\"}";
    door.buyAndHangUp(1, body, body.length());
    await().atMost(Duration.ofSeconds(5)).until(() -> door.mine(1).status() == 200);
    String order = door.mine(1).order();
    our.write();
    assertThat(door.mine(1).orderStatus()).isEqualTo("PLACED");
    our.clock.advance(Duration.ofSeconds(3));
    assertThat(door.buy(1).location()).isEqualTo("/api/orders/" + order);
    assertThat(door.mine(2).status()).isEqualTo(404);
  }

  @Test
  void buy_withABadBody_isInvalidAndCostsNothing() {
    String sku = "\"sku\":\"" + SKU + "\"";
    List<String> bodies =
        List.of(
            "",
            "null",
            "17",
            "\"text\"",
            "[]",
            "[{" + sku + "}]",
            "{}",
            "{" + sku,
            "{" + sku + "} and more",
            "{" + sku + ",\"quantity\":0}",
            "{" + sku + ",\"quantity\":-1}",
            "{" + sku + ",\"quantity\":4}",
            "{" + sku + ",\"quantity\":1000000000}",
            "{" + sku + ",\"quantity\":4294967297}",
            "{" + sku + ",\"quantity\":1e400}",
            "{" + sku + ",\"quantity\":1.5}",
            "{" + sku + ",\"quantity\":1.0}",
            "{" + sku + ",\"quantity\":\"1\"}",
            "{" + sku + ",\"quantity\":null}",
            "{" + sku + ",\"quantity\":true}",
            "{" + sku + ",\"quantity\":[1]}",
            "{\"sku\":\"boots\"}",
            "{\"sku\":null}",
            "{\"sku\":41}",
            "{\"sku\":{\"id\":\"" + SKU + "\"}}",
            "{\"sku\":[\"" + SKU + "\"]}",
            "{\"sku\":\"" + "x".repeat(10_000) + "\"}",
            "{\"sku\":\"" + "x".repeat(3_000) + "\"}",
            "{" + sku + ",\"note\":\"" + "x".repeat(5_000) + "\"}",
            "[".repeat(4_000),
            "{\"a\":".repeat(800),
            "{\"a\":".repeat(600) + "1" + "}".repeat(600),
            "\u0000\u0001\uFFFF",
            "<xml/>");
    int buyer = 100;
    for (String body : bodies) {
      Answer answer = door.buy(++buyer, body);
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.problem()).as(body).isEqualTo("invalid");
    }
    assertNothingIsPromised();
    for (int i = 0; i < 3; i++) {
      assertThat(door.buy(++buyer, 3).status()).isEqualTo(202);
    }
    assertThat(door.buy(++buyer, 1).status()).isEqualTo(202);
    assertThat(our.available()).isZero();
  }

  @Test
  void buy_withABodyThatIsCutOff_costsNothing() throws Exception {
    for (int i = 1; i <= 5; i++) {
      door.buyAndHangUp(i, "{\"sku\":\"" + SKU + "\"}", 200);
    }
    for (int i = 11; i <= 18; i++) {
      assertThat(door.buy(i).status()).isEqualTo(202);
    }
    assertNothingIsPromised();
    assertThat(our.available()).isEqualTo(2);
    assertThat(our.engine.queued()).isEqualTo(8);
  }

  @Test
  void buy_ofMoreThanTheEngineHas_saysHowManyAreLeft() {
    door.buy(1);
    our.engine.withdraw("by hand", SALE, SKU, 8);
    Answer answer = door.buy(2, 3);
    assertThat(answer.status()).isEqualTo(410);
    assertThat(answer.problem()).isEqualTo("sold-out");
    assertThat(answer.json().getInteger("left")).isEqualTo(1);
    assertThat(answer.json().getInteger("retryAfterMs")).isEqualTo(2_000);
    assertNothingIsPromised();
    assertThat(door.buy(3).status()).isEqualTo(202);
  }

  @Test
  void buy_whileTheQueueIsFull_isOverloadedUntilItIsWritten() {
    for (int i = 1; i <= 8; i++) {
      assertThat(door.buy(i).status()).isEqualTo(202);
    }
    Answer full = door.buy(9);
    assertThat(full.status()).isEqualTo(503);
    assertThat(full.problem()).isEqualTo("overloaded");
    assertThat(full.json().getInteger("retryAfterMs")).isPositive();
    assertNothingIsPromised();
    our.write();
    our.clock.advance(Duration.ofSeconds(3));
    assertThat(door.buy(9).status()).isEqualTo(202);
    our.write();
    our.assertAuditIsOk();
  }

  @Test
  void buy_whoseEngineLosesAnswers_isAskedAgainWithTheSameId() {
    door.engine.answersToLose.set(2);
    Answer answer = door.buy(1);
    assertThat(answer.status()).isEqualTo(202);
    assertThat(door.engine.calls.get()).isEqualTo(3);
    assertThat(our.engine.queued()).isEqualTo(1);
    assertThat(our.available()).isEqualTo(9);
    our.write();
    assertThat(door.get(1, answer.order()).orderStatus()).isEqualTo("PLACED");
    assertNothingIsPromised();
  }

  @Test
  void buy_whoseAnswerStaysUnknownButStands_isPlacedAtOnce() {
    door.engine.answersToLose.set(100);
    Answer answer = door.buy(1);
    assertThat(answer.status()).isEqualTo(202);
    assertThat(door.checkout.outstanding()).isEqualTo(1);
    assertThat(door.get(1, answer.order()).orderStatus()).isEqualTo("QUEUED");
    our.write();
    assertThat(door.get(1, answer.order()).orderStatus()).isEqualTo("PLACED");
    assertThat(door.mine(1).order()).isEqualTo(answer.order());
    our.clock.advance(Duration.ofSeconds(61));
    door.checkout.purge();
    assertNothingIsPromised();
    assertThat(door.get(1, answer.order()).orderStatus()).isEqualTo("PLACED");
  }

  @Test
  void buy_whoseCallNeverArrives_isQueuedForABoundedTimeAndThenLost() {
    door.engine.callsToLose.set(100);
    Answer answer = door.buy(1, 3);
    assertThat(answer.status()).isEqualTo(202);
    assertThat(door.get(1, answer.order()).orderStatus()).isEqualTo("QUEUED");
    assertThat(door.mine(1).order()).isEqualTo(answer.order());
    assertThat(door.checkout.units(SALE, SKU)).hasValue(7);
    door.engine.callsToLose.set(0);
    our.clock.advance(Duration.ofSeconds(59));
    door.checkout.purge();
    assertThat(door.checkout.outstanding()).isEqualTo(1);
    our.clock.advance(Duration.ofSeconds(2));
    door.checkout.purge();
    assertNothingIsPromised();
    assertThat(door.get(1, answer.order()).orderStatus()).isEqualTo("LOST");
    assertThat(door.mine(1).status()).isEqualTo(404);
    assertThat(door.buy(1).status()).isEqualTo(202);
  }

  @Test
  void buy_whoseCallNeverArrives_isMadeOnceTheEngineIsBack() {
    door.engine.callsToLose.set(100);
    Answer answer = door.buy(1, 3);
    assertThat(answer.status()).isEqualTo(202);
    door.checkout.askAgain();
    assertThat(door.checkout.outstanding()).isEqualTo(1);
    door.engine.callsToLose.set(0);
    door.checkout.askAgain();
    assertNothingIsPromised();
    assertThat(door.get(1, answer.order()).orderStatus()).isEqualTo("QUEUED");
    our.write();
    assertThat(door.get(1, answer.order()).orderStatus()).isEqualTo("PLACED");
    assertThat(our.available()).isEqualTo(7);
  }

  @Test
  void buy_whoseEngineBreaks_leaksNoPermit() {
    door.engine.callsToBreak.set(1);
    Answer answer = door.buy(1);
    assertThat(answer.status()).isEqualTo(202);
    assertNothingIsPromised();
    assertThat(our.available()).isEqualTo(9);
    door.engine.callsToBreak.set(100);
    assertThat(door.buy(2).status()).isEqualTo(202);
    our.clock.advance(Duration.ofSeconds(61));
    door.checkout.purge();
    assertNothingIsPromised();
  }

  @Test
  void buy_afterTheOrderWasRejected_isFreeAtOnce() {
    Stores.refuseOrders(our.database, "status = 'PLACED'");
    Answer rejected = door.buy(1);
    our.write();
    Stores.takeOrders(our.database);
    assertThat(door.get(1, rejected.order()).orderStatus()).isEqualTo("REJECTED");
    our.worker.runOnce();
    our.ended.forEach(
        intent ->
            door.gate.orderEnded(
                SALE, Installation.buyer(1), our.rejected.getFirst().claim().order(), true));
    our.clock.advance(Duration.ofSeconds(3));
    Answer again = door.buy(1);
    assertThat(again.status()).isEqualTo(202);
    our.write();
    assertThat(door.get(1, again.order()).orderStatus()).isEqualTo("PLACED");
    our.assertAuditIsOk();
  }

  @Test
  void buy_whileTheSaleCloses_endsWithANameAndFreesItsPermits() {
    CompletableFuture<?>[] all = new CompletableFuture<?>[40];
    for (int i = 0; i < all.length; i++) {
      int buyer = i;
      all[i] =
          CompletableFuture.runAsync(
              () -> assertThat(door.buy(buyer).status()).isIn(202, 410, 429, 503));
    }
    our.desk.close(SALE);
    CompletableFuture.allOf(all).join();
    assertThat(door.buy(99).problem()).isEqualTo("closed");
    assertNothingIsPromised();
    our.write();
    our.assertAuditIsOk();
    for (int i = 0; i < 4; i++) {
      our.settlement.tick();
      our.worker.runOnce();
    }
    our.assertAuditIsOk();
  }

  @Test
  void rebuild_ofTheEngine_losesTheQueuedAndBarsNobody() {
    Answer lost = door.buy(1);
    our.worker.exclusively(() -> our.reconciler.rebuild(SALE));
    assertThat(door.get(1, lost.order()).orderStatus()).isEqualTo("LOST");
    our.clock.advance(Duration.ofSeconds(3));
    Answer again = door.buy(1);
    assertThat(again.status()).isEqualTo(202);
    our.write();
    assertThat(door.get(1, again.order()).orderStatus()).isEqualTo("PLACED");
    our.assertAuditIsOk();
  }
}
