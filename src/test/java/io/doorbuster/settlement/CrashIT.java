package io.doorbuster.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.order.Installation;
import io.doorbuster.order.Intent;
import io.doorbuster.order.Intents;
import io.doorbuster.order.Order;
import io.doorbuster.order.OrderStatus;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Language;
import io.doorbuster.sale.Limits;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Release;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.StoreUnavailable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole sale, from its registration to its settlement, with the process dying ahead of each of
 * its transactions in turn: the shop has in the end what was not sold, and each buyer what he was
 * shown.
 */
@Tag("store")
final class CrashIT {
  private static final Duration LASTING = Duration.ofMinutes(30);
  private static final int ROUNDS_MAX = 40;

  /** The process dies. Not an exception: nothing of ours may catch it. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  @TempDir Path folder;
  private Installation our;

  /** What the buyers have been shown so far. */
  private final Map<OrderId, OrderStatus> shown = new TreeMap<>();

  @BeforeEach
  void open() {
    our = new Installation(folder);
  }

  @AfterEach
  void close() {
    our.close();
  }

  private Sale sale(String id) {
    Instant opens = our.clock.instant().plusSeconds(60);
    return new Sale(
        id,
        id,
        "",
        null,
        Language.EN,
        Currency.getInstance("EUR"),
        opens,
        opens.plus(LASTING),
        new Release(5, Duration.ofSeconds(1), Pick.FIRST, Duration.ofMinutes(5)),
        new Limits(2, Duration.ofSeconds(2), Duration.ofMinutes(10)),
        Duration.ofMinutes(10),
        List.of(Installation.sku(id + "-a", 5), Installation.sku(id + "-b", 3)),
        false,
        null);
  }

  private void later(Sale sale, Duration afterOpening) {
    Instant time = sale.opensAt().plus(afterOpening);
    if (our.clock.instant().isBefore(time)) {
      our.clock.set(time);
    }
  }

  /** Goes on wherever the database says that the sale stands. */
  private void drive(Sale sale) {
    String id = sale.id();
    if (our.catalog.find(id).isEmpty()) {
      our.catalog.register(sale);
    }
    Listing listing = our.catalog.get(id);
    if (listing.stored() == SalePhase.DRAFT && !listing.publishing()) {
      our.startPublishing(id);
    }
    rounds(
        () ->
            our.catalog.get(id).stored() == SalePhase.SETTLED
                || (our.catalog.get(id).stored() != SalePhase.DRAFT && our.engine.isLoaded(id)));
    later(sale, Duration.ofSeconds(1));
    for (int buyer = 1; buyer <= 4; buyer++) {
      order(sale, sale.skus().get(buyer % 2).id(), buyer, buyer == 4 ? 2 : 1);
    }
    our.write();
    change(sale);
    later(sale, Duration.ofMinutes(12));
    for (Order due : our.store.listDue(our.clock.instant(), 10)) {
      our.store.end(due.id(), OrderStatus.EXPIRED, "unpaid", our.clock.instant());
    }
    round();
    later(sale, Duration.ofMinutes(15));
    order(sale, sale.skus().get(1).id(), 5, 1);
    our.write();
    latest(sale, 5).ifPresent(this::pay);
    later(sale, LASTING);
    rounds(
        () -> {
          our.settlement.tick();
          return our.catalog.get(id).stored() == SalePhase.SETTLED;
        });
    rounds(() -> our.openIntents() == 0);
  }

  private void rounds(BooleanSupplier done) {
    for (int i = 0; !done.getAsBoolean(); i++) {
      assertThat(i).as("rounds without an end").isLessThan(ROUNDS_MAX);
      round();
    }
  }

  /** A round of both stores; the shop's lost answers are asked for again later. */
  private void round() {
    try {
      our.round();
    } catch (StoreUnavailable e) {
      assertThat(e).hasMessageContaining("answer is lost");
    }
  }

  private Optional<Order> latest(Sale sale, int buyer) {
    Optional<Order> order = our.store.findLatest(sale.id(), buyer(buyer));
    order.ifPresent(o -> shown.put(o.id(), o.status()));
    return order;
  }

  private static BuyerId buyer(int number) {
    return Installation.buyer(number);
  }

  private void order(Sale sale, String sku, int buyer, int quantity) {
    if (latest(sale, buyer).isEmpty()
        && our.catalog.get(sale.id()).isRunningAt(our.clock.instant())) {
      Claim claim = our.claim(sale.id(), sku, buyer(buyer), quantity);
      assertThat(our.ask(claim)).isInstanceOf(ReserveResult.Reserved.class);
    }
  }

  /** One pays, one cancels, one never pays, one pays too; a unit is withdrawn, and one added. */
  private void change(Sale sale) {
    latest(sale, 1).ifPresent(this::pay);
    latest(sale, 2)
        .filter(order -> order.status() == OrderStatus.PLACED)
        .ifPresent(
            order ->
                our.store.end(order.id(), OrderStatus.CANCELLED, "by-buyer", our.clock.instant()));
    latest(sale, 4).ifPresent(this::pay);
    String sku = sale.skus().getFirst().id();
    our.database.write(
        connection -> {
          Intents.write(
              connection,
              List.of(
                  Intent.of(sku + ".out", sale.id(), sku, Intent.Kind.WITHDRAW, 1),
                  Intent.of(sku + ".in", sale.id(), sku, Intent.Kind.TAKE, 2)));
          return sku;
        });
    round();
  }

  private void pay(Order order) {
    our.store.pay(order.id(), "ref-" + order.id(), order.amountMinor(), our.clock.instant());
  }

  /** Drives a sale to its end through crashes; returns how many there were. */
  private int driveThroughCrashes(Sale sale, Runnable ahead) {
    int crashes = 0;
    while (true) {
      our.database.onCall(ahead);
      try {
        drive(sale);
        our.database.onCall(() -> {});
        return crashes;
      } catch (Crash e) {
        crashes++;
        our.database.onCall(() -> {});
        our.restart();
        if (our.catalog.find(sale.id()).isPresent()) {
          our.assertAuditIsOk(sale.id());
        }
      }
    }
  }

  private void assertSettled(Sale sale) {
    assertThat(our.catalog.get(sale.id()).stored()).isEqualTo(SalePhase.SETTLED);
    our.assertAuditIsOk(sale.id());
    long sold = 0;
    for (var sku : our.store.sums(sale.id())) {
      assertThat(sku.placed()).isZero();
      assertThat(sku.sold() + sku.returned()).isEqualTo(sku.allotted());
      assertThat(our.shop.units(sku.sku())).as(sku.sku()).isEqualTo(100 - sku.sold());
      sold += sku.sold();
    }
    assertThat(sold).as("buyers 1, 4 and 5 have paid for 1, 2 and 1").isEqualTo(4);
    shown.forEach(
        (id, status) -> {
          Order order = our.store.find(id).orElseThrow();
          assertThat(status == OrderStatus.PAID && order.status() != OrderStatus.PAID).isFalse();
        });
    String settled =
        "SELECT COUNT(*) FROM outbox WHERE type = 'sale.settled' AND sale = '" + sale.id() + "'";
    assertThat(our.number(settled)).isEqualTo(1);
  }

  private Sale stocked(String id) {
    our.shop.with(id + "-a", 100).with(id + "-b", 100);
    return sale(id);
  }

  @Test
  void sale_killedAheadOfEachTransaction_endsWithRightBooks() {
    for (int at = 1; ; at++) {
      Sale sale = stocked("sale-" + at);
      int point = at;
      int[] calls = {0};
      int crashes =
          driveThroughCrashes(
              sale,
              () -> {
                if (++calls[0] == point) {
                  throw new Crash();
                }
              });
      assertSettled(sale);
      if (crashes == 0) {
        System.out.println("crashed at each of " + (at - 1) + " transactions");
        assertThat(at).isGreaterThan(40);
        return;
      }
    }
  }

  @Test
  void sale_killedAgainAndAgainAndWithLostAnswers_endsWithRightBooks() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 8; i++) {
      Sale sale = stocked("random-" + i);
      driveThroughCrashes(
          sale,
          () -> {
            our.shop.loseAnswers(random.nextInt(4) == 0 ? 1 : 0);
            if (random.nextInt(25) == 0) {
              throw new Crash();
            }
          });
      our.shop.loseAnswers(0);
      assertSettled(sale);
    }
  }
}
