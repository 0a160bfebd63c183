package io.doorbuster.inventory;

import static io.doorbuster.inventory.Floor.SALE;
import static io.doorbuster.inventory.Floor.SKU;
import static io.doorbuster.inventory.Floor.buyer;
import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.inventory.ReserveResult.Reserved;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** No order of operations makes or loses a unit, in any engine. */
abstract class ConservationContract {
  private static final int QUEUE_CAPACITY = 6;

  /** One operation; what its numbers mean depends on the kind. */
  record Step(Kind kind, int who, int quantity) {}

  enum Kind {
    RESERVE,
    REPEAT,
    ACKNOWLEDGE,
    END,
    FORGET,
    ADD,
    WITHDRAW,
    LATER
  }

  abstract InventoryEngine engine(Floor floor, int shards, int queueCapacity);

  @Provide
  Arbitrary<Step> steps() {
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(8, Kind.RESERVE),
                Tuple.of(2, Kind.REPEAT),
                Tuple.of(3, Kind.ACKNOWLEDGE),
                Tuple.of(2, Kind.END),
                Tuple.of(1, Kind.FORGET),
                Tuple.of(2, Kind.ADD),
                Tuple.of(2, Kind.WITHDRAW),
                Tuple.of(1, Kind.LATER)),
            Arbitraries.integers().between(0, 9),
            Arbitraries.integers().between(1, 4))
        .as(Step::new);
  }

  @Property(tries = 500)
  void units_afterEachStep_addUp(
      @ForAll @IntRange(min = 1, max = 7) int shards,
      @ForAll @IntRange(min = 0, max = 20) int units,
      @ForAll @Size(max = 60) List<@From("steps") Step> steps) {
    Floor floor = new Floor(shards);
    try (InventoryEngine engine = engine(floor, shards, QUEUE_CAPACITY)) {
      engine.load(Floor.load(units));
      Ledger ledger = new Ledger(floor, engine, units);
      for (Step step : steps) {
        ledger.play(step);
        ledger.check();
      }
    }
  }

  /** The sum as it must be, kept beside the engine from its answers alone. */
  private static final class Ledger {
    private final Floor floor;
    private final InventoryEngine engine;
    private final Map<Integer, Claim> latest = new HashMap<>();
    private int allotted;
    private int withdrawn;
    private int acknowledged;
    private int held;
    private int moves;

    Ledger(Floor floor, InventoryEngine engine, int units) {
      this.floor = floor;
      this.engine = engine;
      this.allotted = units;
    }

    void play(Step step) {
      Claim known = latest.get(step.who);
      switch (step.kind) {
        case RESERVE -> reserve(step.who, floor.claim(buyer(step.who), step.quantity));
        case REPEAT -> repeat(known);
        case ACKNOWLEDGE -> acknowledge(step.quantity);
        case END -> end(known, false);
        case FORGET -> end(known, true);
        case ADD -> add(step);
        case WITHDRAW -> withdraw(step.quantity);
        case LATER -> floor.clock.advance(Duration.ofMinutes(step.quantity));
      }
    }

    private void reserve(int who, Claim claim) {
      int free = engine.available(SALE, SKU);
      int queued = engine.queued();
      ReserveResult result = engine.reserve(List.of(claim)).getFirst();
      switch (result) {
        case Reserved r -> {
          latest.put(who, claim);
          held += claim.quantity();
          assertThat(claim.quantity()).isLessThanOrEqualTo(free);
          assertThat(queued).isLessThan(QUEUE_CAPACITY);
        }
        case ReserveResult.SoldOut(int left) ->
            assertThat(left).isEqualTo(free).isLessThan(claim.quantity());
        case ReserveResult.Overloaded o -> assertThat(queued).isEqualTo(QUEUE_CAPACITY);
        case ReserveResult.AlreadyOrdered(var order, var at) ->
            assertThat(latest.get(who)).extracting(Claim::order).isEqualTo(order);
        case ReserveResult.OrderedRecently(var order, var until) ->
            assertThat(until).isAfter(floor.clock.instant());
        default -> throw new AssertionError(result.toString());
      }
    }

    private void repeat(@Nullable Claim claim) {
      if (claim != null) {
        assertThat(engine.reserve(List.of(claim)).getFirst()).isInstanceOf(Reserved.class);
      }
    }

    private void acknowledge(int most) {
      List<QueuedOrder> batch = new ArrayList<>(engine.drain(most, Duration.ZERO));
      engine.acknowledge(batch);
      int units = batch.stream().mapToInt(order -> order.claim().quantity()).sum();
      held -= units;
      acknowledged += units;
    }

    private void end(@Nullable Claim claim, boolean forget) {
      if (claim != null) {
        engine.end("end-" + claim.order(), SALE, claim.order(), claim.buyer(), forget);
        if (forget) {
          latest.values().remove(claim);
        }
      }
    }

    private void add(Step step) {
      String move = "add-" + moves++;
      engine.add(move, SALE, SKU, step.who, step.quantity);
      engine.add(move, SALE, SKU, step.who + 1, step.quantity);
      allotted += step.quantity;
    }

    private void withdraw(int quantity) {
      String move = "withdraw-" + moves++;
      int taken = engine.withdraw(move, SALE, SKU, quantity);
      assertThat(engine.withdraw(move, SALE, SKU, quantity)).isEqualTo(taken);
      assertThat(taken).isBetween(0, quantity);
      withdrawn += taken;
    }

    void check() {
      StockStatus status = engine.findStatus(SALE).orElseThrow();
      assertThat(status.available(SKU)).isEqualTo(engine.available(SALE, SKU));
      assertThat(status.held(SKU)).isEqualTo(held);
      for (StockSums sums : List.of(engine.findSums(SALE).orElseThrow(), status.sums())) {
        assertThat(sums.available(SKU)).isEqualTo(status.available(SKU));
        assertThat(sums.held(SKU)).isEqualTo(held);
        assertThat(sums.isAnyHeld()).isEqualTo(held > 0);
      }
      assertThat(status.available(SKU) + held + acknowledged + withdrawn).isEqualTo(allotted);
      assertThat(status.shards())
          .allSatisfy(shard -> assertThat(shard.available().values()).allMatch(free -> free >= 0));
    }
  }
}
