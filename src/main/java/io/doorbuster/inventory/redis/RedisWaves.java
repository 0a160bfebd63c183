package io.doorbuster.inventory.redis;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.WaveNode;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The waves of all sales, shared by the gates of an installation over Redis.
 *
 * <h2>Design</h2>
 *
 * Everything of one sale has one hash tag and is changed by scripts alone, by the server's time; it
 * holds for some hours and is no record: that is written by the gates. Each step can be repeated.
 *
 * <p>Whoever fixes a wave needs the units that are free and those that are promised, of which one
 * becomes the other at any moment. So the promised ones are asked for first, then the free ones,
 * and the script takes off what was promised since: never too many, at times too few for one wave.
 */
public final class RedisWaves implements WaveNode {
  /** Entries a call as they are handed in: bounds how long the server does nothing else. */
  private static final int PUT_STEP = 500;

  /** Entries of dead gates that are told by a call. */
  private static final int TOLD_STEP = 200;

  /** An entry is known to all so soon; by then its gate has told it, or has died before. */
  private static final Duration TOLD_WITHIN = Duration.ofSeconds(5);

  private final Redis redis;
  private final RedisClock clock;
  private final String gate = UUID.randomUUID().toString();
  private final StandingNews news;
  private final Set<String> shown = ConcurrentHashMap.newKeySet();

  private RedisWaves(Redis redis) {
    this.redis = redis;
    this.clock = new RedisClock(redis);
    this.news = new StandingNews(redis, gate, clock);
  }

  /** Connects and asks for the time. */
  public static RedisWaves open(RedisOptions options) {
    Redis redis = Redis.open(options);
    try {
      return new RedisWaves(redis);
    } catch (RuntimeException e) {
      redis.close();
      throw e;
    }
  }

  /** The time by which waves are numbered. */
  public InstantSource clock() {
    return clock;
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public OptionalInt countGates(String sale) {
    List<?> answer = redis.run(Script.WAVE_GATES, List.of(key(sale)), List.of());
    return OptionalInt.of(number(answer.getFirst()));
  }

  @Override
  public String gate() {
    return gate;
  }

  static String key(String sale) {
    return "{" + sale + ":waves}";
  }

  /** Under other rules a number names another wave. */
  private static List<String> keys(Sale sale) {
    String rules =
        sale.opensAt().toEpochMilli()
            + ":"
            + sale.release().every().toMillis()
            + ":"
            + sale.release().wave();
    return List.of(key(sale.id()), key(sale.id()) + ":" + rules);
  }

  private List<String> arguments(long wave, Object... more) {
    List<String> arguments = new ArrayList<>(List.of(gate, Long.toString(wave)));
    for (Object one : more) {
      arguments.add(one.toString());
    }
    return arguments;
  }

  private static long endMs(Sale sale, long wave) {
    return sale.opensAt().toEpochMilli() + (wave + 1) * everyMs(sale);
  }

  private static long everyMs(Sale sale) {
    return sale.release().every().toMillis();
  }

  @Override
  public List<Slice> lease(
      Sale sale,
      long wave,
      int ask,
      List<Report> reports,
      Supplier<Optional<Map<String, Integer>>> free) {
    List<String> head =
        arguments(wave, endMs(sale, wave), ask, sale.release().wave(), sale.limits().perBuyer());
    return fixed(Script.WAVE_LEASE, sale, head, reports, true, free).stream()
        .map(
            slice ->
                new Slice(
                    slice.get(0).toString(),
                    number(slice.get(2)),
                    number(slice.get(3)),
                    number(slice.get(4)),
                    number(slice.get(5)),
                    number(slice.get(6))))
        .toList();
  }

  @Override
  public Optional<Map<String, Bounds>> open(
      Sale sale, long wave, List<Report> reports, Supplier<Optional<Map<String, Integer>>> free) {
    List<String> head = arguments(wave, endMs(sale, wave), sale.release().wave(), everyMs(sale));
    List<List<?>> answers = fixed(Script.WAVE_OPEN, sale, head, reports, false, free);
    if (answers.size() < reports.size()) {
      if (wave > 0) {
        findOutcome(sale, wave - 1); // whoever is late with it is not waited for
      }
      return Optional.empty();
    }
    return Optional.of(
        answers.stream()
            .collect(
                Collectors.toMap(
                    one -> one.get(0).toString(),
                    one -> new Bounds(number(one.get(2)), number(one.get(3))))));
  }

  /** Asks; where a SKU's wave has no bounds yet, asks the engine and then once more. */
  private List<List<?>> fixed(
      Script script,
      Sale sale,
      List<String> head,
      List<Report> reports,
      boolean arrivals,
      Supplier<Optional<Map<String, Integer>>> free) {
    Map<String, List<?>> toFix = new HashMap<>();
    List<List<?>> answers = ask(script, sale, head, reports, arrivals, Map.of(), toFix);
    Optional<Map<String, Integer>> units = toFix.isEmpty() ? Optional.empty() : free.get();
    if (units.isEmpty()) {
      return answers;
    }
    Map<String, List<String>> fixing = new HashMap<>();
    toFix.forEach(
        (sku, fix) ->
            fixing.put(
                sku,
                List.of(
                    units.get().getOrDefault(sku, 0).toString(),
                    fix.get(2).toString(),
                    fix.get(3).toString())));
    return ask(script, sale, head, reports, arrivals, fixing, new HashMap<>());
  }

  private List<List<?>> ask(
      Script script,
      Sale sale,
      List<String> head,
      List<Report> reports,
      boolean arrivals,
      Map<String, List<String>> fixing,
      Map<String, List<?>> toFix) {
    List<String> arguments = new ArrayList<>(head);
    for (Report report : reports) {
      arguments.add(report.sku());
      arguments.add(Integer.toString(report.outstanding()));
      if (arrivals) {
        arguments.add(Integer.toString(report.arrivals()));
      }
      arguments.addAll(fixing.getOrDefault(report.sku(), List.of("", "", "")));
    }
    List<List<?>> answers = new ArrayList<>();
    List<?> all = redis.run(script, keys(sale), arguments);
    for (Object one : all.subList(1, all.size())) {
      List<?> answer = (List<?>) one;
      if (answer.get(1).equals("FIX")) {
        toFix.put(answer.get(0).toString(), answer);
      } else {
        answers.add(answer);
      }
    }
    return answers;
  }

  private static int number(Object text) {
    return Integer.parseInt(text.toString());
  }

  @Override
  public void handIn(Sale sale, long wave, List<Hand> hands, @Nullable String stopped) {
    List<String> arguments = arguments(wave, everyMs(sale), stopped == null ? "" : stopped);
    for (Hand hand : hands) {
      put(sale, wave, hand);
      arguments.add(hand.sku());
      arguments.add(Integer.toString(hand.entered()));
      arguments.add(hand.complete() ? "1" : "0");
    }
    redis.run(Script.WAVE_HAND_IN, keys(sale), arguments);
  }

  private void put(Sale sale, long wave, Hand hand) {
    for (int from = 0; from < hand.best().size(); from += PUT_STEP) {
      List<String> arguments = arguments(wave, hand.sku(), from);
      int to = Math.min(hand.best().size(), from + PUT_STEP);
      for (Candidate entry : hand.best().subList(from, to)) {
        arguments.add(
            "%s %s %d %s"
                .formatted(
                    HexFormat.of().toHexDigits(entry.priority()),
                    entry.buyer(),
                    entry.quantity(),
                    entry.order()));
      }
      redis.run(Script.WAVE_PUT, keys(sale), arguments);
    }
  }

  @Override
  public Optional<Outcome> findOutcome(Sale sale, long wave) {
    List<String> arguments = arguments(wave, endMs(sale, wave), everyMs(sale));
    sale.skus().stream().map(Sku::id).forEach(arguments::add);
    List<?> answer = redis.run(Script.WAVE_OUTCOME, keys(sale), arguments);
    if (!answer.get(0).equals("CLOSED")) {
      return Optional.empty();
    }
    Map<String, Result> results = new LinkedHashMap<>();
    for (Object one : answer.subList(4, answer.size())) {
      List<?> result = (List<?>) one;
      String cutOff = result.get(5).toString();
      results.put(
          result.get(0).toString(),
          new Result(
              number(result.get(1)),
              number(result.get(2)),
              number(result.get(3)),
              number(result.get(4)),
              cutOff.isEmpty() ? null : cutOff,
              orders(result.get(6)),
              orders(result.get(7))));
    }
    String stopped = answer.get(3).toString();
    return Optional.of(
        new Outcome(
            answer.get(1).equals("1"),
            answer.get(2).equals("1"),
            stopped.isEmpty() ? null : stopped,
            results));
  }

  private static Set<OrderId> orders(Object list) {
    return ((List<?>) list)
        .stream()
            .map(order -> OrderId.parse(order.toString()).orElseThrow())
            .collect(Collectors.toSet());
  }

  @Override
  public boolean live(String sale, List<Report> reports) {
    shown.add(sale);
    return live(sale, reports, "0");
  }

  private boolean live(String sale, List<Report> reports, String leaves) {
    String kept = Long.toString(StandingNews.REMEMBERED.toMillis());
    List<String> arguments =
        new ArrayList<>(List.of(gate, kept, Integer.toString(TOLD_STEP), leaves));
    for (Report report : reports) {
      arguments.add(report.sku());
      arguments.add(Integer.toString(report.outstanding()));
    }
    return redis.run(Script.WAVE_LIVE, List.of(key(sale)), arguments).getFirst().equals("1");
  }

  @Override
  public CompletableFuture<Void> tell(String sale, Standing standing) {
    return news.tell(sale, standing);
  }

  @Override
  public Optional<Standing> findEntry(String sale, OrderId order) {
    return find(sale, order, "");
  }

  @Override
  public Optional<Standing> findEntry(String sale, BuyerId buyer) {
    return find(sale, null, buyer.value());
  }

  /** Whether its gate may still be about to make it known. */
  private boolean isYoung(OrderId order) {
    return Math.abs(clock.millis() - order.createdAtMs()) < TOLD_WITHIN.toMillis();
  }

  private Optional<Standing> find(String sale, @Nullable OrderId id, String buyer) {
    String order = id == null ? "" : id.toString();
    String kept = Long.toString(StandingNews.REMEMBERED.toMillis());
    List<String> arguments = List.of(order, buyer, gate, kept);
    List<?> answer = redis.run(Script.WAVE_ENTRY, List.of(key(sale)), arguments);
    if (answer.isEmpty() && id != null && isYoung(id)) {
      throw new StoreUnavailable("this entry is perhaps not told yet", new IOException());
    }
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    if (answer.get(2).equals("?")) {
      throw new StoreUnavailable("the gate of this entry is silent", new IOException());
    }
    return Optional.of(
        StandingNews.read(
            OrderId.parse(answer.get(0).toString()).orElseThrow(),
            answer.get(1).toString(),
            answer.get(2).equals("1")));
  }

  /** Says what is left to say, and leaves: nobody has to wait for this gate. */
  @Override
  public void close() {
    news.close();
    try {
      shown.forEach(sale -> live(sale, List.of(), "1"));
    } catch (StoreUnavailable e) {
      // Then the others notice by its silence.
    }
    clock.close();
    redis.close();
  }
}
