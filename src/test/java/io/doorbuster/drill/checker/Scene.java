package io.doorbuster.drill.checker;

import io.doorbuster.drill.checker.AuditAnswer.AuditedSku;
import io.doorbuster.drill.checker.Books.BookedOrder;
import io.doorbuster.drill.checker.Books.BookedSku;
import io.doorbuster.drill.checker.Books.BookedWave;
import io.doorbuster.drill.workload.Behaviour;
import io.doorbuster.drill.workload.Call;
import io.doorbuster.drill.workload.Call.Kind;
import io.doorbuster.drill.workload.Call.Outcome;
import io.doorbuster.drill.workload.Ending;
import io.doorbuster.drill.workload.History;
import io.doorbuster.drill.workload.Interval;
import io.doorbuster.drill.workload.Plan;
import io.doorbuster.drill.workload.Shares;
import io.doorbuster.sale.Hmac;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A sale made by hand: two units, four buyers who come at once; 0 and 1 buy and pay, 2 and 3 hear
 * "sold out". All promises are kept until a test adds what breaks one.
 */
public final class Scene {
  public static final long OPENS = Instant.parse("2026-11-27T09:00:00Z").toEpochMilli();
  static final String SKU = "item-1";
  static final String SEED = "5eed".repeat(16);
  static final String ID_KEY = "1d".repeat(32);
  static final int BUYERS = 4;

  final Plan plan;
  final Sale sale;
  final History history = History.inMemory();
  final List<BookedOrder> orders = new ArrayList<>();
  final List<BookedWave> waves = new ArrayList<>();
  final Set<String> refunds = new HashSet<>();
  BookedSku sku = new BookedSku(SKU, 2, 2, 0);
  AuditAnswer audit =
      new AuditAnswer(true, List.of(), List.of(new AuditedSku(SKU, 2, 0, 0, 2, 0, 0)));
  Optional<Deliveries> deliveries = Optional.empty();
  long backendCalls;

  /** Whether the published waves keep their entries back. */
  boolean hidden;

  private Scene(Plan plan) {
    this.plan = plan;
    this.sale =
        plan.sale("drill", Instant.ofEpochMilli(OPENS), Instant.ofEpochMilli(OPENS + 60_000));
  }

  private static Plan plan(int buyers, Pick pick, Shares shares) {
    return new Plan(
        buyers,
        2,
        1,
        2,
        Duration.ofMillis(500),
        pick,
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Plan.TRY_EVERY,
        0,
        7,
        shares);
  }

  /** The sale as it should go. */
  public static Scene clean() {
    Scene scene = new Scene(plan(BUYERS, Pick.FIRST, Shares.honest()));
    scene.buys(0, "A", 100);
    scene.buys(1, "B", 120);
    scene.soldOut(2, 400);
    scene.soldOut(3, 420);
    return scene;
  }

  /** One fair wave that everybody enters; its two winners, by the published rule, buy. */
  public static Scene fair() {
    Scene scene = new Scene(plan(BUYERS, Pick.FAIR, Shares.honest()));
    PublishedRule rule = new PublishedRule("drill", SEED, ID_KEY);
    scene.waves.add(scene.wave(0, IntStream.range(0, BUYERS).boxed().toList(), 2));
    List<String> winners =
        PublishedRule.winners(scene.waves.getFirst(), rule.ranked(scene.waves.getFirst())).stream()
            .map(PublishedRule.Entered::buyerHash)
            .toList();
    for (int buyer = 0; buyer < BUYERS; buyer++) {
      scene.waits(buyer, "E" + buyer);
      if (winners.contains(rule.buyerHash(scene.plan.buyer(buyer)))) {
        scene.buys(buyer, "E" + buyer, 600);
      } else {
        scene.shown(buyer, Kind.LOOK, "E" + buyer, "NOT_DRAWN", 620);
        scene.soldOut(buyer, 2_000);
      }
    }
    return scene;
  }

  /** Hundred buyers, one in ten of whom hammers, and waves that they enter. */
  static Scene hammered() {
    Shares shares = new Shares(Map.of(Behaviour.HAMMERS, 0.1));
    Scene scene = new Scene(plan(100, Pick.FAIR, shares));
    for (int buyer = 0; buyer < 100; buyer++) {
      scene.soldOut(buyer, 5_000);
    }
    return scene;
  }

  /** A wave in which the given buyers ask, with what their draw gives. */
  BookedWave wave(long number, List<Integer> buyers, int k) {
    PublishedRule rule = new PublishedRule("drill", SEED, ID_KEY);
    ByteArrayOutputStream entered = new ByteArrayOutputStream();
    for (int buyer : buyers) {
      entered.writeBytes(HexFormat.of().parseHex(rule.buyerHash(plan.buyer(buyer))));
      entered.writeBytes(ByteBuffer.allocate(4).putInt(1).array());
    }
    byte[] bytes = entered.toByteArray();
    BookedWave open = new BookedWave(SKU, number, k, k, buyers.size(), 0, null, true, bytes);
    List<PublishedRule.Entered> won = PublishedRule.winners(open, rule.ranked(open));
    String cutOff = "%016x".formatted(won.getLast().priority());
    return new BookedWave(SKU, number, k, k, buyers.size(), won.size(), cutOff, true, bytes);
  }

  /** Asked, placed, paid, seen. */
  void buys(int buyer, String order, long afterMs) {
    shown(buyer, Kind.ASK, order, "QUEUED", afterMs);
    shown(buyer, Kind.LOOK, order, "PLACED", afterMs + 40);
    call(buyer, Kind.PAY, Outcome.ANSWERED, 200, order, null, null, null, afterMs + 60, -1);
    shown(buyer, Kind.LOOK, order, "PAID", afterMs + 80);
    history.end(buyer, Ending.PAID);
    booked(buyer, order, "PAID", afterMs + 10);
  }

  void waits(int buyer, String order) {
    call(buyer, Kind.ASK, Outcome.ANSWERED, 202, order, null, "WAITING", null, 50, OPENS + 500);
  }

  void soldOut(int buyer, long afterMs) {
    call(buyer, Kind.ASK, Outcome.ANSWERED, 410, null, "sold-out", null, null, afterMs, -1);
    history.end(buyer, Ending.SOLD_OUT);
  }

  public void booked(int buyer, String order, String status, long afterMs) {
    orders.add(
        new BookedOrder(
            order, SKU, plan.buyer(buyer), 1, status, 0, OPENS + afterMs, OPENS + afterMs + 2_000));
  }

  void rebooked(String order, String status) {
    orders.replaceAll(
        o ->
            o.id().equals(order)
                ? new BookedOrder(
                    o.id(),
                    o.sku(),
                    o.buyer(),
                    o.quantity(),
                    status,
                    o.wave(),
                    o.createdAtMs(),
                    o.payBeforeMs())
                : o);
  }

  void shown(int buyer, Kind kind, String order, String status, long afterMs) {
    call(buyer, kind, Outcome.ANSWERED, 200, order, null, status, null, afterMs, -1);
  }

  void call(
      int buyer,
      Kind kind,
      Outcome outcome,
      int status,
      @Nullable String order,
      @Nullable String refusal,
      @Nullable String shown,
      @Nullable String reason,
      long afterMs,
      long atMs) {
    long sent = OPENS + afterMs;
    history.add(
        new Call(
            buyer, kind, outcome, sent, sent, sent + 5, status, order, refusal, shown, reason,
            atMs));
  }

  void interval(Interval.What what, long fromMs, long untilMs) {
    history.add(new Interval(what, OPENS + fromMs, OPENS + untilMs));
  }

  public Evidence evidence() {
    Books books = new Books("SETTLED", SEED, List.of(sku), orders, waves, refunds, 0);
    return new Evidence(
        plan,
        sale,
        history,
        Optional.of(books),
        audit,
        published(),
        Optional.of(ID_KEY),
        deliveries,
        backendCalls);
  }

  /** What a server tells of its draws. */
  private JsonObject published() {
    JsonArray told = new JsonArray();
    for (BookedWave wave : waves) {
      JsonArray entered = new JsonArray();
      ByteBuffer bytes = ByteBuffer.wrap(wave.entered() == null ? new byte[0] : wave.entered());
      while (bytes.hasRemaining()) {
        byte[] hash = new byte[16];
        bytes.get(hash);
        entered.add(
            new JsonObject()
                .put("buyer", HexFormat.of().formatHex(hash))
                .put("quantity", bytes.getInt()));
      }
      told.add(
          new JsonObject()
              .put("sku", wave.sku())
              .put("number", wave.number())
              .put("k", wave.k())
              .put("units", wave.units())
              .put("entries", wave.entries())
              .put("admitted", wave.admitted())
              .put("cutOff", wave.cutOff())
              .put("complete", wave.complete())
              .put("entered", hidden ? new JsonArray() : entered));
    }
    String sha256 = Hmac.digestHex(HexFormat.of().parseHex(SEED));
    return new JsonObject().put("seed", SEED).put("sha256", sha256).put("waves", told);
  }

  /** The promises found broken, once each. */
  List<Integer> broken() {
    return Checker.check(evidence()).stream().map(Breach::promise).distinct().toList();
  }
}
