package io.doorbuster.gate;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The entries of one sale that still wait, and those that ended a short while ago. */
final class Entries {
  /** How long an ended entry is still told apart from one that was lost. */
  static final Duration REMEMBERED = Duration.ofMinutes(30);

  /**
   * Bounds the memory of ended entries to some 60 MB a sale; past it the oldest are forgotten
   * earlier. Those that wait are bounded by the waves' k.
   */
  static final int ENDED_MAX = 200_000;

  private final Map<OrderId, Entry> byId = new ConcurrentHashMap<>();
  private final Map<BuyerId, Entry> byBuyer = new ConcurrentHashMap<>();
  private final Queue<Entry> ended = new ArrayDeque<>();
  private final InstantSource clock;
  private final Consumer<Entry> changed;

  /**
   * @param changed hears of each entry that is drawn or ends
   */
  Entries(InstantSource clock, Consumer<Entry> changed) {
    this.clock = clock;
    this.changed = changed;
  }

  void add(Entry entry) {
    byId.put(entry.permit().order(), entry);
    byBuyer.put(entry.permit().buyer(), entry);
  }

  @Nullable Entry find(OrderId id) {
    return byId.get(id);
  }

  /** The buyer's latest entry, whatever became of it. */
  @Nullable Entry find(BuyerId buyer) {
    return byBuyer.get(buyer);
  }

  void drawn(Entry entry) {
    entry.drawn(clock.millis());
    remember(entry);
  }

  void end(Entry entry, @Nullable String reason) {
    entry.end(reason, clock.millis());
    remember(entry);
  }

  private void remember(Entry entry) {
    Entry oldest;
    synchronized (ended) {
      ended.add(entry);
      oldest = ended.size() > ENDED_MAX ? ended.poll() : null;
    }
    if (oldest != null) {
      forget(oldest);
    }
    changed.accept(entry);
  }

  /** Forgets what was drawn or ended long ago. */
  void purge() {
    long before = clock.millis() - REMEMBERED.toMillis();
    while (true) {
      Entry oldest;
      synchronized (ended) {
        oldest = ended.peek();
        if (oldest == null || oldest.endedAtMs() >= before) {
          return;
        }
        ended.remove();
      }
      forget(oldest);
    }
  }

  private void forget(Entry entry) {
    byId.remove(entry.permit().order(), entry);
    byBuyer.remove(entry.permit().buyer(), entry);
  }

  /** All that are known, waiting or ended. */
  int size() {
    return byId.size();
  }
}
