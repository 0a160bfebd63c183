package io.doorbuster.gate;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
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
  private final Function<Entry, CompletableFuture<Void>> changed;

  /**
   * @param changed shows each entry that is drawn or ends; what it returns ends when that is done
   */
  Entries(InstantSource clock, Function<Entry, CompletableFuture<Void>> changed) {
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

  /** Returns what ends when it is shown. */
  CompletableFuture<Void> drawn(Entry entry) {
    entry.drawn(clock.millis());
    return remember(entry);
  }

  void end(Entry entry, @Nullable String reason) {
    entry.end(reason, clock.millis());
    var _ = remember(entry);
  }

  private CompletableFuture<Void> remember(Entry entry) {
    Entry oldest;
    synchronized (ended) {
      ended.add(entry);
      oldest = ended.size() > ENDED_MAX ? ended.poll() : null;
    }
    if (oldest != null) {
      forget(oldest);
    }
    return changed.apply(entry);
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
