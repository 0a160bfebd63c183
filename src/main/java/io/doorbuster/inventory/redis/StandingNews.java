package io.doorbuster.inventory.redis;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.WaveNode.Standing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes where entries stand behind the gate, in batches, on a thread of its own. */
final class StandingNews {
  private static final Logger log = LoggerFactory.getLogger(StandingNews.class);

  /** How long an entry is told after its draw, as by its own gate. */
  static final Duration REMEMBERED = Duration.ofMinutes(30);

  /** Some 40 MB; past it, while Redis is away, what is new is known at its own gate alone. */
  private static final int WAITING_MAX = 200_000;

  private static final int BATCH_MAX = 200;
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration LAST_WAIT = Duration.ofSeconds(1);

  private record Told(String sale, Standing standing, CompletableFuture<Void> known) {}

  private final Redis redis;
  private final String gate;
  private final InstantSource clock;
  private final BlockingQueue<Told> queue = new LinkedBlockingQueue<>(WAITING_MAX);
  private final Thread writer = Thread.ofVirtual().name("standing-news").unstarted(this::write);
  private volatile boolean closing;
  private volatile boolean dropping;

  StandingNews(Redis redis, String gate, InstantSource clock) {
    this.redis = redis;
    this.gate = gate;
    this.clock = clock;
    writer.start();
  }

  CompletableFuture<Void> tell(String sale, Standing standing) {
    CompletableFuture<Void> known = new CompletableFuture<>();
    boolean dropped = !queue.offer(new Told(sale, standing, known));
    if (dropped && !dropping) {
      log.warn("more than {} entries wait to be told to other gates", WAITING_MAX);
    }
    dropping = dropped;
    if (dropped) {
      known.complete(null);
    }
    return known;
  }

  private void write() {
    List<Told> batch = new ArrayList<>();
    while (true) {
      try {
        if (batch.isEmpty()) {
          boolean last = closing;
          Told first = queue.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
          if (first == null && last) {
            return;
          }
          if (first == null) {
            continue;
          }
          batch.add(first);
          queue.drainTo(batch, BATCH_MAX - 1);
        }
        write(batch);
        end(batch);
      } catch (StoreUnavailable e) {
        if (closing) {
          return;
        }
        pause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        log.error("{} entries are not told to other gates: {}", batch.size(), e.toString(), e);
        end(batch);
      }
    }
  }

  private static void end(List<Told> batch) {
    batch.forEach(told -> told.known.complete(null));
    batch.clear();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(List<Told> batch) {
    Map<String, List<String>> bySale = new LinkedHashMap<>();
    for (Told told : batch) {
      Standing one = told.standing;
      List<String> arguments =
          bySale.computeIfAbsent(told.sale, k -> new ArrayList<>(List.of(gate)));
      arguments.add(one.order().toString());
      arguments.add(one.buyer().value());
      arguments.add(one.state().name());
      arguments.add(one.reason() == null ? "" : one.reason());
      arguments.add(Long.toString(one.drawAt().toEpochMilli()));
      arguments.add(rest(one));
      Duration untilDraw = Duration.between(clock.instant(), one.drawAt());
      Duration kept = untilDraw.isNegative() ? REMEMBERED : REMEMBERED.plus(untilDraw);
      arguments.add(Long.toString(kept.toMillis()));
    }
    bySale.forEach(
        (sale, arguments) -> redis.run(Script.WAVE_TELL, List.of(RedisWaves.key(sale)), arguments));
  }

  private static String rest(Standing one) {
    return String.join(
        "\n",
        one.sku(),
        Integer.toString(one.quantity()),
        Long.toString(one.drawAt().toEpochMilli()),
        Long.toString(one.wave()),
        one.entry(),
        one.buyer().value());
  }

  /** What the script made of it: the state and the gate, the reason, the rest. */
  static Standing read(OrderId order, String text, boolean gateLives) {
    String[] line = text.split("\n", 8);
    Standing.State state = Standing.State.valueOf(line[0].substring(0, line[0].indexOf(' ')));
    return new Standing(
        order,
        new BuyerId(line[7]),
        state == Standing.State.DRAWN && !gateLives ? Standing.State.GONE : state,
        line[1].isEmpty() ? null : line[1],
        line[2],
        Integer.parseInt(line[3]),
        Instant.ofEpochMilli(Long.parseLong(line[4])),
        Long.parseLong(line[5]),
        line[6]);
  }

  /** Writes what is left, within a second. */
  void close() {
    closing = true;
    try {
      boolean _ = writer.join(LAST_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
