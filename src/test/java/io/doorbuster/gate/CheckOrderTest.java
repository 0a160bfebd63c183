package io.doorbuster.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Limits;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The enum's order is the order of the checks. */
final class CheckOrderTest {
  private static final Instant IN_WINDOW = GateFixture.OPENS.plusSeconds(12);
  private static final BuyerId BUYER = new BuyerId("anna");

  private final GateFixture world = new GateFixture();
  private final Sale sale =
      GateFixture.withLimits(
          GateFixture.sale(Pick.FAIR, 10, Duration.ofSeconds(5), "a", "b"),
          new Limits(2, Duration.ofSeconds(7), Duration.ofMinutes(10)));
  private final List<Refusal> seen = new ArrayList<>();
  private String saleId = "unknown";
  private String token = "no.pass.atall";
  private Optional<Gate.Wish> wish = Optional.empty();

  private Verdict.Refused ask() {
    Verdict verdict = world.ask(saleId, token, wish);
    assertThat(verdict).isInstanceOf(Verdict.Refused.class);
    Verdict.Refused refused = (Verdict.Refused) verdict;
    seen.add(refused.refusal());
    return refused;
  }

  private void show(SalePhase stored) {
    Listing listing = GateFixture.listing(sale, stored);
    world.gate.show(listing);
  }

  /** Everything is wrong at once, apart from what excludes another; then one thing is mended. */
  @Test
  void screenAndDecide_requestThatFailsEveryCheck_refusesInTheEnumsOrder() {
    failEverything();

    ask();
    saleId = sale.id();
    world.clock.set(sale.opensAt().minusMillis(1));
    ask();
    world.clock.set(sale.closesAt());
    ask();
    world.clock.set(IN_WINDOW);
    ask();
    show(SalePhase.PUBLISHED);
    ask();
    world.gate.storesAway(() -> false);
    ask();
    token = world.pass(sale, BUYER.value());
    ask();
    world.blocks.set(List.of());
    ask();
    OrderId order = new OrderId(1, 1);
    world.gate.orderEnded(sale.id(), BUYER, order, false);
    ask();
    world.gate.orderEnded(sale.id(), BUYER, order, true);
    ask();
    world.clock.advance(Duration.ofSeconds(7));
    ask();
    world.gate.stock(sale.id(), "b", false, null);
    seen.add(refusalOf(world.gate.decide(screened(), wish)));
    wish = Optional.of(new Gate.Wish("a", 9));
    seen.add(refusalOf(world.gate.decide(screened(), wish)));
    wish = Optional.of(new Gate.Wish("a", 2));
    seen.add(refusalOf(world.gate.decide(screened(), wish)));
    world.gate.stock(sale.id(), "a", false, null);
    seen.add(refusalOf(world.gate.decide(screened(), wish)));

    assertThat(seen)
        .containsExactly(
            Refusal.NOT_FOUND,
            Refusal.NOT_OPEN,
            Refusal.CLOSED,
            Refusal.PAUSED,
            Refusal.OVERLOADED,
            Refusal.UNAUTHENTICATED,
            Refusal.FORBIDDEN,
            Refusal.ALREADY_ORDERED,
            Refusal.ORDERED_RECENTLY,
            Refusal.TOO_FAST,
            Refusal.SOLD_OUT,
            Refusal.INVALID,
            Refusal.INVALID,
            Refusal.SOLD_OUT,
            Refusal.NOT_RELEASED);
    Set<Refusal> order2 = new LinkedHashSet<>(seen);
    order2.add(Refusal.NOT_COUNTED); // said of an entry, when its wave is over
    assertThat(order2).containsExactly(Refusal.values());
  }

  /** The limiter counts a try once, ahead of the body. */
  private Gate.Screening.Yes screened() {
    world.clock.advance(Duration.ofSeconds(7));
    return (Gate.Screening.Yes) world.gate.screen(sale.id(), token, () -> GateFixture.ADDRESS);
  }

  private static Refusal refusalOf(Verdict verdict) {
    return ((Verdict.Refused) verdict).refusal();
  }

  private void failEverything() {
    show(SalePhase.PUBLISHED);
    world.clock.set(IN_WINDOW);
    // No units, so NOT_RELEASED; and a try, so that the next is TOO_FAST.
    assertThat(refusalOf(world.ask(sale, BUYER.value(), "a", 1))).isEqualTo(Refusal.NOT_RELEASED);
    show(SalePhase.PAUSED);
    world.gate.storesAway(() -> true);
    world.blocks.set(List.of(new BlockList.Block(BlockList.Kind.BUYER, BUYER.value(), "test")));
    Instant until = IN_WINDOW.plusSeconds(600);
    world.gate.remember(sale.id(), BUYER, new OrderId(1, 1), until, true);
    world.gate.stock(sale.id(), "a", true, null);
    world.gate.stock(sale.id(), "b", true, null);
  }

  @Test
  void ids_ofAllRefusals_areThoseOfTheContract() {
    assertThat(Refusal.values())
        .extracting(Refusal::id, Refusal::status)
        .containsExactly(
            row("not-found", 404),
            row("not-open", 403),
            row("closed", 410),
            row("paused", 503),
            row("overloaded", 503),
            row("unauthenticated", 401),
            row("forbidden", 403),
            row("already-ordered", 409),
            row("ordered-recently", 429),
            row("too-fast", 429),
            row("sold-out", 410),
            row("invalid", 400),
            row("not-released", 429),
            row("not-counted", 429));
  }

  private static org.assertj.core.groups.Tuple row(String id, int status) {
    return org.assertj.core.groups.Tuple.tuple(id, status);
  }

  @Test
  void refusals_whereTryingAgainHelps_neverAskEarlierThanTheLimiterAllows() {
    show(SalePhase.PUBLISHED);
    world.clock.set(IN_WINDOW);
    Duration tryEvery = sale.limits().tryEvery();
    assertThat(retryAfter(world.ask(sale, "b1", "a", 1))).isGreaterThanOrEqualTo(tryEvery);
    world.clock.advance(Duration.ofSeconds(1));
    assertThat(retryAfter(world.ask(sale, "b1", "a", 1))).isEqualTo(Duration.ofSeconds(6));
    // Its orderEvery ends before the limiter lets him in again.
    Instant soon = world.clock.instant().plusMillis(1);
    world.gate.remember(sale.id(), new BuyerId("b1"), new OrderId(2, 2), soon, false);
    assertThat(retryAfter(world.ask(sale, "b1", "a", 1))).isEqualTo(Duration.ofSeconds(6));

    world.gate.storesAway(() -> true);
    assertThat(retryAfter(world.ask(sale, "b2", "a", 1))).isGreaterThanOrEqualTo(tryEvery);
    world.gate.storesAway(() -> false);
    world.gate.stock(sale.id(), "a", true, world.clock.instant().plusMillis(1));
    assertThat(retryAfter(world.ask(sale, "b2", "a", 1))).isGreaterThanOrEqualTo(tryEvery);
    world.gate.stock(sale.id(), "b", true, world.clock.instant().minusSeconds(9));
    assertThat(retryAfter(world.ask(sale, "b3", "a", 1))).isGreaterThanOrEqualTo(tryEvery);
    show(SalePhase.PAUSED);
    assertThat(retryAfter(world.ask(sale, "b3", "a", 1))).isGreaterThanOrEqualTo(tryEvery);
  }

  private static Duration retryAfter(Verdict verdict) {
    Duration wait = ((Verdict.Refused) verdict).retryAfter();
    assertThat(wait).as("%s", verdict).isNotNull();
    return wait == null ? Duration.ZERO : wait;
  }

  @Test
  void screen_pausedBeforeTheOpening_saysNotOpen() {
    show(SalePhase.PAUSED);
    world.clock.set(sale.opensAt().minusSeconds(30));
    saleId = sale.id();
    assertThat(ask().refusal()).isEqualTo(Refusal.NOT_OPEN);
    assertThat(ask().retryAfter()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void screen_closedByHand_saysClosedAtAnyTime() {
    show(SalePhase.CLOSED);
    saleId = sale.id();
    world.clock.set(sale.opensAt().minusSeconds(30));
    assertThat(ask().refusal()).isEqualTo(Refusal.CLOSED);
    world.clock.set(IN_WINDOW);
    assertThat(ask().refusal()).isEqualTo(Refusal.CLOSED);
  }

  @Test
  void screen_settledOrHiddenSale_isClosedOrUnknown() {
    show(SalePhase.PUBLISHED);
    show(SalePhase.SETTLED);
    saleId = sale.id();
    assertThat(ask().refusal()).isEqualTo(Refusal.CLOSED);
    world.gate.hide(sale.id());
    assertThat(ask().refusal()).isEqualTo(Refusal.NOT_FOUND);
    show(SalePhase.PUBLISHED);
    show(SalePhase.DRAFT);
    assertThat(ask().refusal()).isEqualTo(Refusal.NOT_FOUND);
  }

  @Test
  void soldOut_whileUnitsComeBack_isNeverSaidForGood() throws Exception {
    show(SalePhase.PUBLISHED);
    world.clock.set(IN_WINDOW);
    Instant next = IN_WINDOW.plusSeconds(1);
    AtomicBoolean over = new AtomicBoolean();
    Thread board =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (boolean none = true; !over.get(); none = !none) {
                    world.gate.stock(sale.id(), "a", none, next);
                    world.gate.stock(sale.id(), "b", none, next);
                  }
                });
    try {
      for (int i = 0; i < 50_000; i++) {
        String pass = world.pass(sale, "buyer-" + i); // another each time: none comes too fast
        Gate.Screening screened = world.gate.screen(sale.id(), pass, () -> GateFixture.ADDRESS);
        if (screened instanceof Gate.Screening.No(Verdict.Refused refused)) {
          assertThat(refused.retryAfter()).as("%s", refused).isNotNull();
        }
      }
    } finally {
      over.set(true);
      board.join();
    }
  }
}
