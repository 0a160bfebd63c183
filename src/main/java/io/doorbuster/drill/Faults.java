package io.doorbuster.drill;

import io.doorbuster.drill.checker.BooksReader;
import io.doorbuster.drill.workload.History;
import io.doorbuster.drill.workload.Interval;
import io.doorbuster.drill.workload.Interval.What;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.sqlite.SQLiteConfig;

/**
 * The injected trouble: kills at seeded moments spread over a sale's life, and a store that is
 * taken away. One kill is over, its server ready again, before the next one comes.
 */
final class Faults {
  /** When a kill comes. */
  enum Moment {
    PUBLISH,
    OPENING,
    RUN,
    CLOSE,
    SETTLEMENT
  }

  /** A server lives for 300 ms to this between two kills of the run. */
  private static final int LIFE_MS_MAX = 2_700;

  private static final int LIFE_MS_MIN = 300;

  /**
   * One kill in three waits until the server has made an order, and one until it has taken a
   * payment: on a slow machine all kills would else hit a server that is still starting.
   */
  private static final int WORKING_MS_MAX = 10_000;

  /** One kill of the run in so many is aimed at the moment at which an order expires. */
  private static final int AIMED_ONE_IN = 3;

  /** How long after an operator's word its kill comes, at most. */
  private static final int AFTER_WORD_MS_MAX = 120;

  private final ServerProcess server;
  private final AdminApi admin;
  private final History history;
  private final InstantSource clock;
  private final Random random;
  private final Map<Moment, Integer> left;
  private final AtomicLong backendCalls = new AtomicLong();
  private volatile int kills;

  Faults(
      ServerProcess server,
      AdminApi admin,
      History history,
      InstantSource clock,
      int kills,
      long seed) {
    this.server = server;
    this.admin = admin;
    this.history = history;
    this.clock = clock;
    this.random = new Random(seed);
    this.left = spread(kills, random);
  }

  /** Each moment gets its kills, in a seeded order; of many, most come while it sells. */
  static Map<Moment, Integer> spread(int kills, Random random) {
    List<Moment> first =
        new ArrayList<>(
            List.of(
                Moment.PUBLISH,
                Moment.OPENING,
                Moment.RUN,
                Moment.RUN,
                Moment.CLOSE,
                Moment.SETTLEMENT,
                Moment.SETTLEMENT));
    Collections.shuffle(first, random);
    Map<Moment, Integer> spread = new EnumMap<>(Moment.class);
    for (int i = 0; i < kills; i++) {
      spread.merge(i < first.size() ? first.get(i) : Moment.RUN, 1, Integer::sum);
    }
    return spread;
  }

  /** Kills the server that now runs, starts it again, and waits until it is ready. */
  private synchronized void kill() throws InterruptedException {
    backendCalls.addAndGet(admin.counter(Drill.BACKEND_CALLS));
    long fromMs = clock.millis();
    server.kill();
    kills = kills + 1;
    server.start();
    admin.awaitReady();
    history.add(new Interval(What.KILLED, fromMs, clock.millis()));
  }

  /** So many so far. */
  int kills() {
    return kills;
  }

  /** Calls to stores on event loops that servers had counted when they were killed. */
  long backendCalls() {
    return backendCalls.get();
  }

  private boolean take(Moment moment) {
    return left.merge(moment, -1, Integer::sum) >= 0;
  }

  /** Something that an operator says. */
  @FunctionalInterface
  interface Word {
    void say() throws InterruptedException;
  }

  /** Says the word and kills the server in the midst of it, as often as planned. */
  void during(Moment moment, Word word) throws InterruptedException {
    while (take(moment)) {
      Thread saying = Thread.ofVirtual().start(() -> sayIgnoringCuts(word));
      Thread.sleep(random.nextInt(AFTER_WORD_MS_MAX));
      kill();
      saying.join(Duration.ofSeconds(30));
    }
  }

  private static void sayIgnoringCuts(Word word) {
    try {
      word.say();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Kills around a moment, a little before or after it. */
  void around(Moment moment, Instant at) throws InterruptedException {
    while (take(moment)) {
      sleepUntil(at.toEpochMilli() - 250 + random.nextInt(500));
      kill();
    }
  }

  /** The kills while it sells; returns when all have come. */
  void duringTheRun(String sale) throws InterruptedException {
    while (take(Moment.RUN)) {
      switch (random.nextInt(3)) {
        case 0 -> awaitMore(books -> books.orders(sale));
        case 1 -> awaitMore(books -> books.units(sale, "PAID"));
        default -> {}
      }
      int lifeMs = LIFE_MS_MIN + random.nextInt(LIFE_MS_MAX - LIFE_MS_MIN);
      sleepUntil(clock.millis() + lifeMs);
      if (random.nextInt(AIMED_ONE_IN) == 0) {
        sleepUntil(nextExpiryMs(sale) - 20 + random.nextInt(60));
      }
      kill();
    }
  }

  /** A count in the books. */
  @FunctionalInterface
  private interface Count {
    long of(BooksReader books) throws SQLException;
  }

  /** Until the server that now runs has raised the count, or has had time enough to. */
  private void awaitMore(Count count) throws InterruptedException {
    long untilMs = clock.millis() + WORKING_MS_MAX;
    long before = now(count);
    while (clock.millis() < untilMs && now(count) <= before) {
      Thread.sleep(20);
    }
  }

  private long now(Count count) {
    Optional<String> books = server.books();
    try {
      return books.isEmpty() ? 0 : count.of(new BooksReader(books.get()));
    } catch (SQLException e) {
      return 0;
    }
  }

  private long nextExpiryMs(String sale) {
    long nowMs = clock.millis();
    Optional<String> books = server.books();
    try {
      return books.isEmpty()
          ? nowMs
          : new BooksReader(books.get()).nextExpiryMs(sale, nowMs).orElse(nowMs);
    } catch (SQLException e) {
      return nowMs;
    }
  }

  private void sleepUntil(long ms) throws InterruptedException {
    Thread.sleep(Math.max(0, ms - clock.millis()));
  }

  /** Holds an exclusive lock on the orders' file for so long. */
  void takeStoreAway(Duration time) throws InterruptedException {
    String books = server.books().orElseThrow();
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(10_000);
    try (Connection connection = config.createConnection(books);
        Statement statement = connection.createStatement()) {
      long fromMs = clock.millis();
      statement.execute("BEGIN EXCLUSIVE");
      Thread.sleep(time);
      statement.execute("ROLLBACK");
      history.add(new Interval(What.STORE_AWAY, fromMs, clock.millis()));
    } catch (SQLException e) {
      throw new DrillFailed("the store could not be taken away: " + e.getMessage());
    }
  }
}
