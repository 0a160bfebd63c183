package io.doorbuster.inventory.redis;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.inventory.SaleControl;
import io.doorbuster.inventory.StockLoad;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One shard of a sale in one epoch: its keys, the steps on them, and what the last answer said.
 *
 * <h2>Design</h2>
 *
 * Every step is one script, safe to repeat, and names the epoch; a shard that is not what we think
 * answers by {@link Fenced} and has changed nothing. Every answer carries the shard's sequence and
 * its stock. The newest one is kept, so that what is free can be told without asking, and is never
 * ahead of a reservation that has answered here.
 */
final class RedisShard {
  /** Known orders a loading step; each is some 60 bytes. */
  private static final int LOAD_STEP = 1_000;

  /** What the shard said last, as of a sequence. */
  private record Known(long sequence, int open, int held, Map<String, Integer> stock) {}

  /** A transfer of units between two shards: open, out (arrived) or in. */
  record Transfer(String id, String state, String sku, int units, int other) {}

  final int index;
  private final Redis redis;
  private final String sale;
  private final String name;
  private final long epoch;
  private final @Nullable InstantSource clock;
  private final List<String> keys;
  private final ClaimBatches batches;
  private volatile Known known = new Known(0, 0, 0, Map.of());

  /**
   * @param clock a test's; with none the server's counts
   * @param room orders that may be held beside those that are held, anywhere
   */
  RedisShard(
      Redis redis,
      String sale,
      int index,
      long epoch,
      @Nullable InstantSource clock,
      IntSupplier room) {
    this.redis = redis;
    this.sale = sale;
    this.index = index;
    this.epoch = epoch;
    this.clock = clock;
    this.name = "{" + sale + ":" + index + "}";
    this.keys =
        Stream.of("meta", "stock", "buyers", "held", "queue", "moves", "transfers", "held-units")
            .map(key -> name + ":" + key)
            .toList();
    this.batches = new ClaimBatches(claims -> reserve(claims, room.getAsInt() + held()));
  }

  /** Where an answer goes on behind the shard's state. */
  private static final int REST = 5;

  private static final int STOCK = 4;

  private List<?> call(Script script, Object... arguments) {
    List<String> all = new ArrayList<>(arguments.length + 1);
    all.add(Long.toString(epoch));
    Arrays.stream(arguments).map(String::valueOf).forEach(all::add);
    List<?> answer = redis.run(script, keys, all);
    if (answer.getFirst().equals("FENCED")) {
      throw new Fenced(name);
    }
    if (answer.size() >= REST) {
      learn(
          new Known(
              number(answer.get(1)),
              (int) number(answer.get(2)),
              (int) number(answer.get(3)),
              Wire.units(answer.get(STOCK))));
    }
    return answer;
  }

  static long number(Object value) {
    return Long.parseLong(value.toString());
  }

  private synchronized void learn(Known now) {
    if (now.sequence >= known.sequence) {
      known = now;
    }
  }

  long sequence() {
    return known.sequence;
  }

  /** Transfers whose units have left here and not arrived. */
  int open() {
    return known.open;
  }

  /** Orders reserved here and not acknowledged. */
  int held() {
    return known.held;
  }

  int free(String sku) {
    return known.stock.getOrDefault(sku, 0);
  }

  void look() {
    call(Script.LOOK);
  }

  /** What is free until the shard, which is about to be loaded, answers for itself. */
  void announce(Map<String, Integer> stock) {
    learn(new Known(0, 0, 0, stock));
  }

  /** Loads the shard anew; nobody can reserve before the end. */
  void load(
      SaleControl control, Duration orderEvery, Map<String, Integer> stock, List<String> orders) {
    List<Object> begin = new ArrayList<>(List.of("begin"));
    begin.addAll(Wire.control(control));
    begin.add(orderEvery.toMillis());
    stock.forEach((sku, units) -> begin.addAll(List.of(sku, units)));
    call(Script.LOAD, begin.toArray());
    for (int from = 0; from < orders.size(); from += 2 * LOAD_STEP) {
      List<Object> step = new ArrayList<>(List.of("orders"));
      step.addAll(orders.subList(from, Math.min(orders.size(), from + 2 * LOAD_STEP)));
      call(Script.LOAD, step.toArray());
    }
    call(Script.LOAD, "end");
  }

  /** Takes over into this epoch what is there, if it is not older than it was seen. */
  void carryOver(long seen, SaleControl control) {
    List<Object> arguments = new ArrayList<>(List.of(seen));
    arguments.addAll(Wire.control(control));
    call(Script.CARRY_OVER, arguments.toArray());
  }

  void unload() {
    call(Script.UNLOAD);
  }

  void control(SaleControl control) {
    call(Script.CONTROL, Wire.control(control).toArray());
  }

  /** Reserves in order; what this shard alone can not serve is SoldOut. */
  List<ReserveResult> reserve(List<Claim> claims) {
    return batches.reserve(claims);
  }

  private List<ReserveResult> reserve(List<Claim> claims, int room) {
    List<Object> arguments = new ArrayList<>(2 + 5 * claims.size());
    arguments.add(clock == null ? "" : clock.millis());
    arguments.add(room);
    for (Claim claim : claims) {
      arguments.add(claim.order());
      arguments.add(claim.buyer());
      arguments.add(claim.sku());
      arguments.add(claim.quantity());
      arguments.add(Wire.rest(claim));
    }
    List<?> results = (List<?>) call(Script.RESERVE, arguments.toArray()).get(REST);
    return results.stream().map(result -> Wire.result(result.toString())).toList();
  }

  /**
   * Entries of the queue for a writer.
   *
   * @param whose new, own, or the milliseconds after which those of a silent writer are claimed
   */
  List<Entry> drain(String writer, int most, String whose) {
    return entries((List<?>) call(Script.DRAIN, writer, most, whose).get(REST));
  }

  void keep(String writer, List<String> entries) {
    call(Script.KEEP, Stream.concat(Stream.of(writer), entries.stream()).toArray());
  }

  void acknowledge(List<OrderId> orders, List<String> entries) {
    List<Object> arguments = new ArrayList<>(List.of(orders.size()));
    arguments.addAll(orders);
    arguments.addAll(entries);
    call(Script.ACKNOWLEDGE, arguments.toArray());
  }

  void end(String move, OrderId order, BuyerId buyer, boolean forget) {
    call(Script.END, move, order, buyer, forget ? "forget" : "keep", sale);
  }

  void add(String move, String sku, int units) {
    call(Script.ADD, move, sku, units);
  }

  boolean hasMoved(String move) {
    return number(call(Script.HAS_MOVED, move).get(REST)) == 1;
  }

  int withdraw(String move, String sku, int most) {
    return (int) number(call(Script.WITHDRAW, move, sku, most).get(REST));
  }

  /** Takes units out for another shard: at least those missing, if it has them. */
  int lend(String transfer, String sku, int missing, int borrower) {
    return (int) number(call(Script.LEND, transfer, sku, missing, borrower).get(REST));
  }

  void borrow(String transfer, String sku, int units, int lender) {
    call(Script.BORROW, transfer, sku, units, lender);
  }

  void lent(String transfer) {
    call(Script.LENT, transfer);
  }

  /** Transfers whose second half is due for so long. */
  List<Transfer> overdue(Duration age) {
    return Wire.transfers((List<?>) call(Script.OVERDUE, age.toSeconds()).get(REST));
  }

  /** What the shard holds in sums, transfers that are open apart. */
  record Sums(
      SaleControl control, Map<String, Integer> stock, Map<String, Integer> held, int open) {}

  Sums sums() {
    List<?> answer = call(Script.SUMS);
    return new Sums(
        Wire.control((List<?>) answer.get(REST)),
        Wire.units(answer.get(STOCK)),
        Wire.units(answer.get(REST + 1)),
        (int) number(answer.get(2)));
  }

  /** All that the shard holds. */
  record Contents(
      SaleControl control,
      Map<String, Integer> stock,
      Map<String, String> held,
      List<String> moves,
      List<Transfer> transfers) {}

  Contents contents() {
    List<?> answer = call(Script.STATUS);
    Map<String, String> held = new HashMap<>();
    Wire.pairs((List<?>) answer.get(REST + 1), held::put);
    return new Contents(
        Wire.control((List<?>) answer.get(REST)),
        Wire.units(answer.get(STOCK)),
        held,
        ((List<?>) answer.get(REST + 2)).stream().map(Objects::toString).toList(),
        Wire.transfers((List<?>) answer.get(REST + 3)));
  }

  /** The buyer's order that is queued here. */
  Optional<QueuedOrder> find(BuyerId buyer) {
    List<?> answer = call(Script.FIND, buyer);
    String id = answer.get(REST).toString();
    return entries((List<?>) answer.get(REST + 1)).stream()
        .flatMap(entry -> entry.orders.stream())
        .filter(order -> order.claim().order().toString().equals(id))
        .findFirst();
  }

  /** What one call has appended to the queue; the id tells its age, over all shards. */
  record Entry(String id, List<QueuedOrder> orders) {
    /** Microseconds since 1970 by the server's clock. */
    long age() {
      return Long.parseLong(id.substring(0, id.indexOf('-')));
    }
  }

  private List<Entry> entries(List<?> answer) {
    List<Entry> entries = new ArrayList<>();
    for (Object one : answer) {
      if (one instanceof List<?> entry && entry.get(1) instanceof List<?> fields) {
        entries.add(
            new Entry(entry.getFirst().toString(), Wire.orders(fields, sale, index, epoch)));
      }
    }
    return entries;
  }

  static List<String> buyersOrder(StockLoad.KnownOrder order) {
    return List.of(
        order.buyer().value(),
        order.id() + " " + order.createdAt().toEpochMilli() + (order.live() ? " 1" : " 0"));
  }
}
