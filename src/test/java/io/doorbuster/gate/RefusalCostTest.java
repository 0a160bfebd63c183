package io.doorbuster.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Limits;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Promise 6: a refusal costs no call of a store; and no thread, and no line in a log. */
final class RefusalCostTest {
  private static final int TIMES = 200;

  private final GateFixture world = new GateFixture();
  private final Set<Refusal> seen = EnumSet.noneOf(Refusal.class);
  @TempDir private Path folder;
  private Sale sale = GateFixture.sale(Pick.FAIR, 1, Duration.ofSeconds(5), "a", "b");

  private void ask(Refusal expected, String saleId, String token, Optional<Gate.Wish> wish) {
    for (int i = 0; i < TIMES; i++) {
      Verdict verdict = world.ask(saleId, token, wish);
      assertThat(verdict).isInstanceOf(Verdict.Refused.class);
      assertThat(((Verdict.Refused) verdict).refusal()).isEqualTo(expected);
    }
    seen.add(expected);
  }

  private void ask(Refusal expected, String buyer, String sku) {
    ask(expected, sale.id(), world.pass(sale, buyer), Optional.of(new Gate.Wish(sku, 1)));
  }

  private void askOnceEach(Refusal expected, Optional<Gate.Wish> wish) {
    for (int i = 0; i < TIMES; i++) {
      Verdict verdict = world.ask(sale.id(), world.pass(sale, expected + "-" + i), wish);
      assertThat(((Verdict.Refused) verdict).refusal()).isEqualTo(expected);
    }
    seen.add(expected);
  }

  private void show(SalePhase stored) {
    world.gate.show(GateFixture.listing(sale, stored));
  }

  @ParameterizedTest
  @EnumSource(Pick.class)
  void refusals_ofEveryKind_callNothingStartNoThreadAndLogNothing(Pick pick) throws Exception {
    sale =
        GateFixture.withLimits(
            GateFixture.sale(pick, 1, Duration.ofSeconds(5), "a", "b"),
            new Limits(1, Duration.ofSeconds(2), Duration.ofMinutes(10)));
    startAWaveThatIsFull();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    Level level = root.getLevel();
    root.addAppender(lines);
    root.setLevel(Level.TRACE);
    lines.start();
    long virtualThreads;
    try (Recording recording = new Recording()) {
      recording.enable("jdk.VirtualThreadStart");
      recording.start();
      refuseForEveryReason();
      recording.stop();
      Path file = folder.resolve(pick + ".jfr");
      recording.dump(file);
      virtualThreads =
          RecordingFile.readAllEvents(file).stream()
              .filter(event -> event.getEventType().getName().equals("jdk.VirtualThreadStart"))
              .count();
    } finally {
      root.setLevel(level);
      root.detachAppender(lines);
    }
    assertThat(virtualThreads).as("of whatever else runs here: a few").isLessThan(TIMES);
    assertThat(lines.list).noneMatch(line -> line.getLoggerName().startsWith("io.doorbuster"));
    assertThat(world.ledger.tries).hasValue(0);
    assertThat(world.winners).isEmpty();
    assertThat(seen).isEqualTo(EnumSet.complementOf(EnumSet.of(Refusal.NOT_COUNTED)));
  }

  /** The one question to the budget is asked when a wave starts, whoever comes. */
  private void startAWaveThatIsFull() {
    show(SalePhase.PUBLISHED);
    world.budget.put("a", 100);
    for (int i = 0; i < 500; i++) {
      world.ask(sale, "buyer-" + i, "a", 1);
    }
    for (int i = 0; i < 5; i++) {
      world.ask(sale, "other-" + i, "b", 1);
    }
    world.budget.bar();
    world.ledger.broken = true;
  }

  private void refuseForEveryReason() {
    String pass = world.pass(sale, "anna");
    Optional<Gate.Wish> wish = Optional.of(new Gate.Wish("a", 1));
    ask(Refusal.NOT_FOUND, "unknown", pass, wish);
    ask(Refusal.UNAUTHENTICATED, sale.id(), "x.y.z", wish);
    ask(Refusal.TOO_FAST, "buyer-0", "a");
    askOnceEach(Refusal.INVALID, Optional.empty());
    askNotReleased();
    BuyerId buyer = new BuyerId("ben");
    OrderId order = new OrderId(1, 1);
    world.gate.remember(sale.id(), buyer, order, sale.closesAt(), true);
    ask(Refusal.ALREADY_ORDERED, "ben", "a");
    world.gate.orderEnded(sale.id(), buyer, order, false);
    ask(Refusal.ORDERED_RECENTLY, "ben", "a");
    world.blocks.set(List.of(new BlockList.Block(BlockList.Kind.BUYER, "eve", "test")));
    ask(Refusal.FORBIDDEN, "eve", "a");
    world.gate.stock(sale.id(), "a", true, null);
    askOnceEach(Refusal.SOLD_OUT, wish);
    world.gate.storesAway(() -> true);
    ask(Refusal.OVERLOADED, "anna", "a");
    show(SalePhase.PAUSED);
    ask(Refusal.PAUSED, "anna", "a");
    world.clock.set(sale.opensAt().minusSeconds(1));
    ask(Refusal.NOT_OPEN, "anna", "a");
    world.clock.set(sale.closesAt());
    ask(Refusal.CLOSED, "anna", "a");
  }

  /** SKU b has no unit at all, so that not even a fair wave keeps anybody. */
  private void askNotReleased() {
    askOnceEach(Refusal.NOT_RELEASED, Optional.of(new Gate.Wish("b", 1)));
  }

  @Test
  void waiting_entryThatIsNotAmongTheBest_isRefusedAtOnce() {
    show(SalePhase.PUBLISHED);
    world.budget.put("a", 1);
    int waiting = 0;
    for (int i = 0; i < 1_000; i++) {
      waiting += world.ask(sale, "buyer-" + i, "a", 1) instanceof Verdict.Waiting ? 1 : 0;
    }
    assertThat(waiting).isBetween(1, 40);
  }
}
