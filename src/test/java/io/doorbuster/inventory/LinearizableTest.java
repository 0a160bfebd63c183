package io.doorbuster.inventory;

import static io.doorbuster.inventory.Floor.SALE;
import static io.doorbuster.inventory.Floor.SKU;
import static io.doorbuster.inventory.Floor.buyer;

import io.doorbuster.inventory.ReserveResult.AlreadyOrdered;
import io.doorbuster.inventory.ReserveResult.Reserved;
import io.doorbuster.inventory.ReserveResult.SoldOut;
import io.doorbuster.sale.OrderId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** Whatever the threads do at once, some order of the same calls one by one answers the same. */
public final class LinearizableTest {
  private static final int UNITS = 3;
  private static final int SHARDS = 2;

  @Test
  void engine_underThreads_answersAsIfOneByOne() {
    new StressOptions()
        .iterations(30)
        .invocationsPerIteration(1_500)
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(1)
        .actorsAfter(2)
        .sequentialSpecification(OneByOne.class)
        .check(Embedded.class);
  }

  /** What is tried: the engine, with answers as plain text. */
  @Param(name = "buyer", gen = IntGen.class, conf = "1:4")
  @Param(name = "units", gen = IntGen.class, conf = "1:2")
  @Param(name = "move", gen = IntGen.class, conf = "1:3")
  public static final class Embedded {
    private final Floor floor = new Floor(SHARDS);
    private final InventoryEngine engine =
        new EmbeddedEngine(floor.clock, SHARDS, floor.ids::shardOf, 100);

    public Embedded() {
      engine.load(Floor.load(UNITS));
    }

    @Operation
    public String reserve(@Param(name = "buyer") int buyer, @Param(name = "units") int units) {
      Claim claim = floor.claim(new OrderId(buyer, units), buyer(buyer), SKU, units);
      return switch (engine.reserve(List.of(claim)).getFirst()) {
        case Reserved r -> "reserved";
        case AlreadyOrdered(OrderId order, var at) -> "already " + order.low();
        case SoldOut(int left) -> "left " + left;
        case ReserveResult other -> other.toString();
      };
    }

    @Operation
    public void end(@Param(name = "buyer") int buyer, @Param(name = "units") int units) {
      OrderId order = new OrderId(buyer, units);
      engine.end("end-" + order, SALE, order, buyer(buyer), true);
    }

    @Operation
    public void add(@Param(name = "move") int move) {
      engine.add("add-" + move, SALE, SKU, move, 1);
    }

    @Operation
    public int withdraw(@Param(name = "move") int move, @Param(name = "units") int units) {
      return engine.withdraw("withdraw-" + move, SALE, SKU, units);
    }

    @Operation
    public int available() {
      return engine.available(SALE, SKU);
    }
  }

  /** What must come out: the same calls on plain fields, without shards. */
  public static final class OneByOne {
    private final Map<Integer, Integer> orders = new HashMap<>();
    private final Map<Integer, Integer> withdrawn = new HashMap<>();
    private final Set<String> moves = new HashSet<>();
    private int free = UNITS;

    public String reserve(int buyer, int units) {
      Integer known = orders.get(buyer);
      if (known != null) {
        return known == units ? "reserved" : "already " + known;
      }
      if (free < units) {
        return "left " + free;
      }
      free -= units;
      orders.put(buyer, units);
      return "reserved";
    }

    public void end(int buyer, int units) {
      if (moves.add("end-" + buyer + "-" + units)) {
        orders.remove(buyer, units);
      }
    }

    public void add(int move) {
      free += moves.add("add-" + move) ? 1 : 0;
    }

    public int withdraw(int move, int units) {
      Integer before = withdrawn.get(move);
      if (before != null) {
        return before;
      }
      int taken = Math.min(free, units);
      free -= taken;
      withdrawn.put(move, taken);
      return taken;
    }

    public int available() {
      return free;
    }
  }
}
