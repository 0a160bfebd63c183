package io.doorbuster.gate;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The entries of one sale that still wait, and those that ended a short while ago. */
final class Entries {
  /** How long an ended entry is still told apart from one that was lost. */
  static final Duration REMEMBERED = Duration.ofMinutes(2);

  private final Map<OrderId, Entry> byId = new ConcurrentHashMap<>();
  private final Map<BuyerId, Entry> byBuyer = new ConcurrentHashMap<>();
  private final Consumer<Entry> changed;

  /**
   * @param changed hears of each entry that is drawn or ends
   */
  Entries(Consumer<Entry> changed) {
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
    entry.drawn();
    changed.accept(entry);
  }

  void end(Entry entry, @Nullable String reason, long nowMs) {
    entry.end(reason, nowMs);
    changed.accept(entry);
  }

  /** Forgets what was drawn or ended long ago. */
  void purge(long nowMs) {
    long before = nowMs - REMEMBERED.toMillis();
    byId.values().removeIf(entry -> isPast(entry, before));
    byBuyer.values().removeIf(entry -> isPast(entry, before));
  }

  private static boolean isPast(Entry entry, long beforeMs) {
    return switch (entry.state()) {
      case WAITING -> false;
      case DRAWN -> entry.drawAt().toEpochMilli() < beforeMs;
      case NOT_DRAWN -> entry.endedAtMs() < beforeMs;
    };
  }
}
