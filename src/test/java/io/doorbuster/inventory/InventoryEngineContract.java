package io.doorbuster.inventory;

import static io.doorbuster.inventory.Floor.CLOSES;
import static io.doorbuster.inventory.Floor.OPENS;
import static io.doorbuster.inventory.Floor.ORDER_EVERY;
import static io.doorbuster.inventory.Floor.SALE;
import static io.doorbuster.inventory.Floor.SKU;
import static io.doorbuster.inventory.Floor.buyer;
import static io.doorbuster.inventory.Floor.control;
import static io.doorbuster.inventory.Floor.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.doorbuster.MovableClock;
import io.doorbuster.inventory.ReserveResult.AlreadyOrdered;
import io.doorbuster.inventory.ReserveResult.Closed;
import io.doorbuster.inventory.ReserveResult.NotOpen;
import io.doorbuster.inventory.ReserveResult.OrderedRecently;
import io.doorbuster.inventory.ReserveResult.Overloaded;
import io.doorbuster.inventory.ReserveResult.Paused;
import io.doorbuster.inventory.ReserveResult.Reserved;
import io.doorbuster.inventory.ReserveResult.SoldOut;
import io.doorbuster.inventory.ReserveResult.Unknown;
import io.doorbuster.inventory.SaleControl.State;
import io.doorbuster.inventory.StockLoad.KnownOrder;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every engine does, seen through the interface alone; {@link InventoryStockContract} has the
 * rest. An engine's own test says how it is made.
 */
abstract class InventoryEngineContract {
  static final int QUEUE_CAPACITY = 50;
  static final Duration NO_WAIT = Duration.ofMillis(1);

  final int shards;
  final Floor floor;
  final MovableClock clock;
  InventoryEngine engine;

  InventoryEngineContract(int shards) {
    this.shards = shards;
    floor = new Floor(shards);
    clock = floor.clock;
  }

  /** An engine without a sale; a buyer's shard is the one that {@code OrderIds} gives. */
  abstract InventoryEngine engine(InstantSource clock, int shards, int queueCapacity);

  @BeforeEach
  void open() {
    engine = engine(clock, shards, QUEUE_CAPACITY);
  }

  @AfterEach
  void close() {
    engine.close();
  }

  ReserveResult reserve(Claim claim) {
    List<ReserveResult> results = engine.reserve(List.of(claim));
    assertThat(results).hasSize(1);
    return results.getFirst();
  }

  int available() {
    return engine.available(SALE, SKU);
  }

  StockStatus status() {
    return engine.findStatus(SALE).orElseThrow();
  }

  @Test
  void reserve_aFreeUnit_isReservedAndQueued() {
    engine.load(load(10));
    Claim claim = floor.claim(1);
    assertThat(reserve(claim)).isEqualTo(new Reserved(OPENS));
    assertThat(available()).isEqualTo(9);
    assertThat(engine.queued()).isEqualTo(1);
    assertThat(engine.findQueued(SALE, buyer(1)).map(QueuedOrder::claim)).contains(claim);
    List<QueuedOrder> drained = engine.drain(10, NO_WAIT);
    assertThat(drained)
        .containsExactly(new QueuedOrder(claim, claim.order().shard(), 1, clock.instant()));
  }

  @Test
  void reserve_anUnknownSale_isUnknown() {
    assertThat(reserve(floor.claim(1))).isEqualTo(new Unknown());
    assertThat(engine.queued()).isZero();
  }

  @Test
  void reserve_anUnknownSku_isSoldOut() {
    engine.load(load(10));
    Claim claim = floor.claim(floor.mint(buyer(1)), buyer(1), "boots-99", 1);
    assertThat(reserve(claim)).isEqualTo(new SoldOut(0));
    assertThat(reserve(floor.claim(1))).isInstanceOf(Reserved.class);
  }

  @Test
  void claim_ofNoUnits_canNotBeMade() {
    assertThatIllegalArgumentException().isThrownBy(() -> floor.claim(buyer(1), 0));
    assertThatIllegalArgumentException().isThrownBy(() -> floor.claim(buyer(1), -1));
  }

  @Test
  void reserve_atTheEdgesOfTheWindow_followsTheEnginesClock() {
    engine.load(load(10));
    clock.set(OPENS.minusMillis(1));
    assertThat(reserve(floor.claim(1))).isEqualTo(new NotOpen());
    clock.set(OPENS);
    assertThat(reserve(floor.claim(1))).isEqualTo(new Reserved(OPENS));
    clock.set(CLOSES.minusMillis(1));
    assertThat(reserve(floor.claim(2))).isInstanceOf(Reserved.class);
    clock.set(CLOSES);
    assertThat(reserve(floor.claim(3))).isEqualTo(new Closed());
    assertThat(available()).isEqualTo(8);
  }

  @Test
  void reserve_whilePausedOrClosed_takesNothing() {
    engine.load(load(10));
    engine.control(SALE, control(State.PAUSED));
    assertThat(reserve(floor.claim(1))).isEqualTo(new Paused());
    engine.control(SALE, control(State.RUNNING));
    assertThat(reserve(floor.claim(1))).isInstanceOf(Reserved.class);
    engine.control(SALE, control(State.CLOSED));
    assertThat(reserve(floor.claim(2))).isEqualTo(new Closed());
    assertThat(available()).isEqualTo(9);
    assertThat(status().control()).isEqualTo(control(State.CLOSED));
  }

  @Test
  void control_ofAnotherWindow_movesIt() {
    engine.load(load(10));
    SaleControl later =
        new SaleControl(OPENS.plusSeconds(5), CLOSES.plusSeconds(5), State.RUNNING, 1);
    engine.control(SALE, later);
    assertThat(reserve(floor.claim(1))).isEqualTo(new NotOpen());
    clock.set(CLOSES.plusSeconds(4));
    assertThat(reserve(floor.claim(1))).isInstanceOf(Reserved.class);
  }

  @Test
  void control_olderThanWhatIsThere_changesNothing() {
    engine.load(load(10));
    engine.control(SALE, control(State.PAUSED, 5));
    engine.control(SALE, control(State.RUNNING, 4));
    assertThat(reserve(floor.claim(1))).isEqualTo(new Paused());
    assertThat(status().control()).isEqualTo(control(State.PAUSED, 5));
    engine.control(SALE, control(State.RUNNING, 6));
    assertThat(reserve(floor.claim(1))).isInstanceOf(Reserved.class);
  }

  @Test
  void control_ofAnUnknownSale_changesNothing() {
    engine.control("no-such", control(State.CLOSED));
    assertThat(engine.findStatus("no-such")).isEmpty();
  }

  @Test
  void reserve_againWithTheSameId_isReservedOnce() {
    engine.load(load(10));
    Claim claim = floor.claim(1);
    reserve(claim);
    clock.advance(Duration.ofSeconds(3));
    assertThat(reserve(claim)).isEqualTo(new Reserved(OPENS));
    assertThat(engine.reserve(List.of(claim, claim)))
        .containsExactly(new Reserved(OPENS), new Reserved(OPENS));
    assertThat(available()).isEqualTo(9);
    assertThat(engine.drain(10, NO_WAIT)).hasSize(1);
  }

  @Test
  void reserve_againAfterPauseAndClose_stillIsReserved() {
    engine.load(load(10));
    Claim claim = floor.claim(1);
    reserve(claim);
    engine.control(SALE, control(State.PAUSED));
    assertThat(reserve(claim)).isEqualTo(new Reserved(OPENS));
    clock.set(CLOSES.plusSeconds(1));
    assertThat(reserve(claim)).isEqualTo(new Reserved(OPENS));
  }

  @Test
  void reserve_aSecondOrderOfABuyer_namesTheFirst() {
    engine.load(load(10));
    Claim first = floor.claim(1);
    reserve(first);
    clock.advance(ORDER_EVERY.multipliedBy(2));
    assertThat(reserve(floor.claim(1))).isEqualTo(new AlreadyOrdered(first.order(), OPENS));
    engine.acknowledge(engine.drain(10, NO_WAIT));
    assertThat(reserve(floor.claim(1))).isEqualTo(new AlreadyOrdered(first.order(), OPENS));
    assertThat(available()).isEqualTo(9);
  }

  @Test
  void reserve_inABatch_answersInPlace() {
    engine.load(load(3));
    Claim first = floor.claim(1);
    Claim second = floor.claim(1);
    List<ReserveResult> results =
        engine.reserve(List.of(first, second, floor.claim(buyer(2), 3), floor.claim(buyer(3), 2)));
    assertThat(results)
        .containsExactly(
            new Reserved(OPENS),
            new AlreadyOrdered(first.order(), OPENS),
            new SoldOut(2),
            new Reserved(OPENS));
    assertThat(engine.reserve(List.of())).isEmpty();
  }

  @Test
  void end_ofAnOrder_barsTheBuyerUntilOrderEvery() {
    engine.load(load(10));
    Claim claim = floor.claim(1);
    reserve(claim);
    engine.end("end-1", SALE, claim.order(), buyer(1), false);
    assertThat(reserve(floor.claim(1)))
        .isEqualTo(new OrderedRecently(claim.order(), OPENS.plus(ORDER_EVERY)));
    clock.set(OPENS.plus(ORDER_EVERY).minusMillis(1));
    assertThat(reserve(floor.claim(1))).isInstanceOf(OrderedRecently.class);
    clock.set(OPENS.plus(ORDER_EVERY));
    assertThat(reserve(floor.claim(1))).isInstanceOf(Reserved.class);
  }

  @Test
  void end_thatForgets_barsNobody() {
    engine.load(load(10));
    Claim claim = floor.claim(1);
    reserve(claim);
    engine.end("forget-1", SALE, claim.order(), buyer(1), true);
    assertThat(reserve(floor.claim(1))).isInstanceOf(Reserved.class);
  }

  @Test
  void end_ofAnOlderOrder_leavesTheLiveOne() {
    engine.load(load(10));
    Claim old = floor.claim(1);
    reserve(old);
    engine.end("end-1", SALE, old.order(), buyer(1), false);
    clock.advance(ORDER_EVERY);
    Claim live = floor.claim(1);
    reserve(live);
    engine.end("end-1", SALE, old.order(), buyer(1), false);
    engine.end("forget-1", SALE, old.order(), buyer(1), true);
    assertThat(reserve(floor.claim(1)))
        .isEqualTo(new AlreadyOrdered(live.order(), clock.instant()));
  }

  @Test
  void end_again_changesNothing() {
    engine.load(load(10));
    Claim claim = floor.claim(1);
    reserve(claim);
    engine.end("move", SALE, claim.order(), buyer(1), false);
    engine.end("move", SALE, claim.order(), buyer(1), true);
    assertThat(reserve(floor.claim(1))).isInstanceOf(OrderedRecently.class);
    engine.end("other", "no-such", claim.order(), buyer(1), true);
    assertThat(status().appliedMoves()).containsExactly("move");
  }

  @Test
  void reserve_pastTheQueuesBound_takesNothing() {
    engine.load(load(QUEUE_CAPACITY + 10));
    for (int i = 0; i < QUEUE_CAPACITY; i++) {
      assertThat(reserve(floor.claim(i))).isInstanceOf(Reserved.class);
    }
    Claim late = floor.claim(QUEUE_CAPACITY);
    assertThat(reserve(late)).isEqualTo(new Overloaded());
    assertThat(available()).isEqualTo(10);
    assertThat(engine.findQueued(SALE, late.buyer())).isEmpty();

    List<QueuedOrder> drained = engine.drain(20, NO_WAIT);
    assertThat(reserve(late)).isEqualTo(new Overloaded());
    engine.acknowledge(drained.subList(0, 1));
    assertThat(reserve(late)).isInstanceOf(Reserved.class);
    assertThat(reserve(floor.claim(QUEUE_CAPACITY + 1))).isEqualTo(new Overloaded());
  }

  @Test
  void reserve_againWhileTheQueueIsFull_answersAsBefore() {
    engine.load(load(QUEUE_CAPACITY));
    Claim first = floor.claim(0);
    for (int i = 0; i < QUEUE_CAPACITY; i++) {
      reserve(i == 0 ? first : floor.claim(i));
    }
    assertThat(reserve(first)).isEqualTo(new Reserved(OPENS));
    assertThat(reserve(floor.claim(0))).isEqualTo(new AlreadyOrdered(first.order(), OPENS));
    assertThat(reserve(floor.claim(QUEUE_CAPACITY))).isEqualTo(new SoldOut(0));
    engine.control(SALE, control(State.PAUSED));
    assertThat(reserve(floor.claim(QUEUE_CAPACITY))).isEqualTo(new Paused());
  }

  @Test
  void drain_givesTheOldestFirst_andEachOnce() {
    engine.load(load(10));
    for (int i = 0; i < 5; i++) {
      reserve(floor.claim(i));
    }
    assertThat(engine.drain(2, NO_WAIT))
        .extracting(order -> order.claim().buyer())
        .containsExactly(buyer(0), buyer(1));
    assertThat(engine.drain(10, NO_WAIT)).hasSize(3);
    assertThat(engine.drain(10, NO_WAIT)).isEmpty();
    assertThat(engine.queued()).isEqualTo(5);
  }

  @Test
  void acknowledge_ofDrainedOrders_endsTheirHold() {
    engine.load(load(10));
    Claim claim = floor.claim(buyer(1), 2);
    reserve(claim);
    assertThat(status().held(SKU)).isEqualTo(2);
    List<QueuedOrder> drained = engine.drain(10, NO_WAIT);
    assertThat(status().held(SKU)).isEqualTo(2);
    assertThat(status().shards().stream().flatMap(shard -> shard.held().stream()))
        .containsExactly(new StockStatus.HeldOrder(claim.order(), SKU, 2));
    engine.acknowledge(drained);
    engine.acknowledge(drained);
    assertThat(status().held(SKU)).isZero();
    assertThat(status().available(SKU)).isEqualTo(8);
    assertThat(engine.queued()).isZero();
    assertThat(engine.findQueued(SALE, buyer(1))).isEmpty();
  }

  @Test
  void load_withOrdersOfTheDatabase_knowsTheirBuyers() {
    OrderId live = floor.mint(buyer(1));
    OrderId over = floor.mint(buyer(2));
    engine.load(
        load(
            1,
            Map.of(SKU, 5),
            new KnownOrder(live, buyer(1), OPENS.minus(ORDER_EVERY), true),
            new KnownOrder(floor.mint(buyer(1)), buyer(1), OPENS, false),
            new KnownOrder(over, buyer(2), OPENS.minusSeconds(60), false)));
    assertThat(reserve(floor.claim(1)))
        .isEqualTo(new AlreadyOrdered(live, OPENS.minus(ORDER_EVERY)));
    assertThat(reserve(floor.claim(live, buyer(1), SKU, 1)))
        .isEqualTo(new Reserved(OPENS.minus(ORDER_EVERY)));
    assertThat(reserve(floor.claim(2)))
        .isEqualTo(new OrderedRecently(over, OPENS.minusSeconds(60).plus(ORDER_EVERY)));
    assertThat(available()).isEqualTo(5);
    assertThat(engine.queued()).isZero();
  }

  @Test
  void load_again_forgetsAndStartsANewEpoch() {
    engine.load(load(10));
    Claim drained = floor.claim(1);
    reserve(drained);
    List<QueuedOrder> old = engine.drain(1, NO_WAIT);
    reserve(floor.claim(2));
    engine.add("move", SALE, SKU, 0, 1);

    engine.load(load(2, Map.of(SKU, 4)));
    assertThat(status().epoch()).isEqualTo(2);
    assertThat(status().appliedMoves()).isEmpty();
    assertThat(available()).isEqualTo(4);
    assertThat(engine.queued()).isZero();
    assertThat(engine.drain(10, NO_WAIT)).isEmpty();

    assertThat(reserve(drained)).isEqualTo(new Reserved(OPENS));
    engine.acknowledge(old);
    assertThat(engine.queued()).isEqualTo(1);
    assertThat(status().held(SKU)).isEqualTo(1);
    assertThat(engine.drain(10, NO_WAIT)).extracting(QueuedOrder::epoch).containsExactly(2L);
  }

  @Test
  void unload_ofASale_forgetsItAndLeavesOthers() {
    engine.load(load(10));
    engine.load(
        new StockLoad(
            "socks", 1, control(State.RUNNING), ORDER_EVERY, Map.of("one", 5), List.of()));
    reserve(floor.claim(1));
    BuyerId other = buyer(2);
    OrderId sock = floor.ids.mint("socks", other);
    reserve(new Claim(sock, "socks", "one", other, 1, 0, OPENS, null));

    engine.unload(SALE);
    engine.unload("no-such");
    assertThat(engine.isLoaded(SALE)).isFalse();
    assertThat(engine.isLoaded("socks")).isTrue();
    assertThat(engine.findStatus(SALE)).isEmpty();
    assertThat(available()).isZero();
    assertThat(engine.findQueued(SALE, buyer(1))).isEmpty();
    assertThat(reserve(floor.claim(3))).isEqualTo(new Unknown());
    assertThat(engine.queued()).isEqualTo(1);
    assertThat(engine.drain(10, NO_WAIT))
        .extracting(order -> order.claim().order())
        .containsExactly(sock);
    assertThat(engine.available("socks", "one")).isEqualTo(4);
  }
}
