package io.doorbuster.gate;

import io.doorbuster.MovableClock;
import io.doorbuster.gate.pass.Pass;
import io.doorbuster.gate.pass.PassKeys;
import io.doorbuster.gate.pass.Passes;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Language;
import io.doorbuster.sale.Limits;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Release;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.WaveNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A gate with everything around it faked, and buyers with passes. */
final class GateFixture {
  static final Instant OPENS = Instant.parse("2027-01-10T10:00:00Z");
  static final String SEED = "0123456789abcdef".repeat(4);
  static final String ADDRESS = "192.0.2.7";
  static final int PASS_VERSION = 3;

  final MovableClock clock = new MovableClock(OPENS);
  final AtomicLong nanos = new AtomicLong();
  final FakeBudget budget = new FakeBudget();
  final FakeLedger ledger = new FakeLedger();
  final BlockList blocks = new BlockList();
  final BlockingQueue<List<Permit>> winners = new LinkedBlockingQueue<>();
  final OrderIds ids = new OrderIds(new byte[32], 4, clock);
  final Passes passes =
      new Passes(
          new PassKeys(
              List.of(new PassKeys.Key("k1", "a".repeat(32).getBytes(StandardCharsets.UTF_8)))));
  final Gate gate;

  GateFixture() {
    this(10_000);
  }

  GateFixture(int buyersMax) {
    gate =
        new Gate(
            new Gate.Parts(
                clock,
                nanos::get,
                passes,
                blocks,
                budget,
                ids,
                ledger,
                winners::add,
                WaveNode.ALONE,
                1_000_000_000,
                buyersMax));
  }

  /** A sale of an hour. */
  static Sale sale(Pick pick, int wave, Duration every, String... skus) {
    return new Sale(
        "boots",
        "Boots",
        "",
        null,
        Language.EN,
        Currency.getInstance("EUR"),
        OPENS,
        OPENS.plusSeconds(3_600),
        new Release(wave, every, pick, Duration.ofMinutes(5)),
        new Limits(3, Duration.ofMillis(10), Duration.ofMinutes(10)),
        Duration.ofMinutes(15),
        Stream.of(skus).map(sku -> new Sku(sku, sku, 1_000, 2_000, 200)).toList(),
        false,
        null);
  }

  static Sale withLimits(Sale sale, Limits limits) {
    return new Sale(
        sale.id(),
        sale.title(),
        sale.description(),
        sale.image(),
        sale.language(),
        sale.currency(),
        sale.opensAt(),
        sale.closesAt(),
        sale.release(),
        limits,
        sale.payWithin(),
        sale.skus(),
        sale.test(),
        null);
  }

  static Sale closingAt(Sale sale, Instant closesAt) {
    return new Sale(
        sale.id(),
        sale.title(),
        sale.description(),
        sale.image(),
        sale.language(),
        sale.currency(),
        sale.opensAt(),
        closesAt,
        sale.release(),
        sale.limits(),
        sale.payWithin(),
        sale.skus(),
        sale.test(),
        null);
  }

  static Listing listing(Sale sale, SalePhase stored) {
    return listing(sale, stored, 1);
  }

  static Listing listing(Sale sale, SalePhase stored, long epoch) {
    Instant passesEnd = sale.closesAt().plus(Duration.ofDays(1));
    return new Listing(
        sale, stored, SEED, PASS_VERSION, passesEnd, false, false, epoch, 0, List.of(), false);
  }

  Sale open(Sale sale) {
    gate.show(listing(sale, SalePhase.PUBLISHED));
    return sale;
  }

  String pass(Sale sale, String buyer) {
    Instant end = sale.closesAt().plus(Duration.ofDays(1));
    return passes.issue(new Pass(sale.id(), new BuyerId(buyer), PASS_VERSION, end, null));
  }

  /** The whole way of a buy request. */
  Verdict ask(Sale sale, String buyer, String sku, int quantity) {
    return ask(sale.id(), pass(sale, buyer), Optional.of(new Gate.Wish(sku, quantity)));
  }

  Verdict ask(String sale, String token, Optional<Gate.Wish> wish) {
    return switch (gate.screen(sale, token, () -> ADDRESS)) {
      case Gate.Screening.No no -> no.refused();
      case Gate.Screening.Yes yes -> gate.decide(yes, wish);
    };
  }

  /** To a moment of a wave, from 0 (its start) to 1 (its end). */
  void moveTo(Sale sale, long wave, double part) {
    long everyMs = sale.release().every().toMillis();
    clock.set(sale.opensAt().plusMillis(everyMs * wave + (long) (everyMs * part)));
  }

  /** The next draw's winners. */
  List<Permit> awaitWinners() throws InterruptedException {
    List<Permit> drawn = winners.poll(10, TimeUnit.SECONDS);
    if (drawn == null) {
      throw new AssertionError("nobody was drawn");
    }
    return drawn;
  }

  BuyerHash hash(Sale sale, BuyerId buyer) {
    return BuyerHash.of(ids.buyerSalt(sale.id()), buyer);
  }
}
