package io.doorbuster.order;

import static io.doorbuster.order.Installation.CLOSES;
import static io.doorbuster.order.Installation.OPENS;
import static io.doorbuster.order.Installation.RETURNS_EVERY;
import static io.doorbuster.order.Installation.SALE;
import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.gate.BlockList;
import io.doorbuster.gate.Gate;
import io.doorbuster.gate.Refusal;
import io.doorbuster.gate.Verdict;
import io.doorbuster.gate.pass.Pass;
import io.doorbuster.gate.pass.PassKeys;
import io.doorbuster.gate.pass.Passes;
import io.doorbuster.metrics.Meters;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.WaveNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a buyer is told of a sale of one unit that another one has. */
final class StockBoardTest {
  private static final Instant LAST_RELEASE = CLOSES.minus(RETURNS_EVERY);
  private static final Duration MOMENT = Duration.ofMillis(1);

  @TempDir Path folder;
  private final Passes passes =
      new Passes(new PassKeys(List.of(new PassKeys.Key("k1", new byte[32]))));
  private int asked;

  @SuppressWarnings("NullAway.Init")
  private Installation our;

  @SuppressWarnings("NullAway.Init")
  private Gate gate;

  @SuppressWarnings("NullAway.Init")
  private FaultyEngine engine;

  @SuppressWarnings("NullAway.Init")
  private StockBoard board;

  @SuppressWarnings("NullAway.Init")
  private OrderId order;

  @BeforeEach
  void sell() {
    our = new Installation(folder).selling(1);
    Checkout checkout =
        new Checkout(
            self ->
                new Gate(
                    new Gate.Parts(
                        our.clock,
                        System::nanoTime,
                        passes,
                        new BlockList(),
                        self,
                        our.ids,
                        waves -> {},
                        self::drawn,
                        WaveNode.ALONE,
                        100_000,
                        1_000)),
            our.engine,
            our.catalog,
            our.clock,
            new Meters());
    gate = checkout.gate();
    gate.show(our.catalog.get(SALE));
    engine = new FaultyEngine(() -> our.engine);
    board = new StockBoard(our.catalog, engine, our.store, gate, our.clock);
    order = our.place(1);
  }

  @AfterEach
  void close() {
    gate.close();
    our.close();
  }

  /** What the next buyer hears once the board has been read at this time. */
  private Verdict.@Nullable Refused askAt(Instant time) {
    our.clock.set(time);
    board.refreshBooks();
    board.refreshGate();
    return ask();
  }

  private Verdict.@Nullable Refused ask() {
    Listing listing = our.catalog.get(SALE);
    Instant end = Objects.requireNonNull(listing.passExpiresAt());
    Pass pass = new Pass(SALE, Installation.buyer(100 + asked++), listing.passVersion(), end, null);
    return switch (gate.screen(SALE, passes.issue(pass), () -> "")) {
      case Gate.Screening.No no -> no.refused();
      case Gate.Screening.Yes yes -> null;
    };
  }

  private static void assertSoldOut(Verdict.@Nullable Refused answer, @Nullable Duration wait) {
    assertThat(answer).isEqualTo(new Verdict.Refused(Refusal.SOLD_OUT, wait, null, null));
  }

  /** A reservation would wait while each order held is copied. */
  @Test
  void refreshBooks_asksTheEngineForSumsAlone() {
    our.engine.add("more", SALE, Installation.SKU, 0, 3);
    our.ask(our.claim(SALE, Installation.SKU, Installation.buyer(2), 2));
    board.refreshBooks();
    StockBoard.SkuView view = board.find(SALE).orElseThrow().skus().getFirst();
    assertThat(view.available()).isEqualTo(1);
    assertThat(view.held()).isEqualTo(2);
    assertThat(view.placed()).isEqualTo(1);
    assertThat(engine.statuses).hasValue(0);
  }

  @Test
  void refreshGate_whileTheUnitIsUnpaid_tellsOfTheNextRelease() {
    board.refreshGate();
    assertThat(ask()).as("before the books were ever read").isNotNull();
    Duration left = RETURNS_EVERY.minusSeconds(2);
    assertSoldOut(askAt(OPENS.plusSeconds(2)), left);
    assertSoldOut(askAt(LAST_RELEASE.minusSeconds(60)), Duration.ofSeconds(60));
  }

  @Test
  void refreshGate_onceAllIsPaid_isOverAtOnce() {
    our.store.pay(order, "r", 4_900, our.clock.instant());
    assertSoldOut(askAt(OPENS.plusSeconds(2)), null);
  }

  /** An order that is ended at the last release may be committed a moment later. */
  @Test
  void refreshGate_afterTheLastRelease_isOverOnlyWhenNoUnitCanBeOnItsWay() {
    Duration soon = our.catalog.get(SALE).sale().limits().tryEvery();
    assertSoldOut(askAt(LAST_RELEASE.plus(MOMENT)), soon);
    assertSoldOut(askAt(LAST_RELEASE.plusSeconds(1)), soon);
    our.clock.advance(Duration.ofSeconds(30));
    board.refreshGate();
    assertSoldOut(ask(), soon); // the books were read before
    assertSoldOut(askAt(LAST_RELEASE.plusSeconds(31)), null);
  }

  @Test
  void refreshGate_whileAReturnIsInTheBooks_isNotOver() {
    our.clock.set(LAST_RELEASE);
    our.store.end(order, OrderStatus.CANCELLED, "by-buyer", our.clock.instant());
    Duration soon = our.catalog.get(SALE).sale().limits().tryEvery();
    assertSoldOut(askAt(LAST_RELEASE.plusSeconds(60)), soon);
    our.round();
    assertThat(askAt(LAST_RELEASE.plusSeconds(61))).isNull();
  }
}
