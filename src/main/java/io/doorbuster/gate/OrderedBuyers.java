package io.doorbuster.gate;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the engine has answered about buyers with an order, so that it is not asked again. An order
 * can be over before its answer has come here; so its end is kept a while, and wins.
 */
final class OrderedBuyers {
  /** Bounds the memory to some 100 MB a sale; past it the engine is asked again. */
  private static final int BUYERS_MAX = 1_000_000;

  /** An answer is on its way from the engine for so long at most. */
  private static final long LATE_ANSWER_MS = 60_000;

  private enum State {
    LIVE,
    /** It is over and only bars the buyer by its age. */
    OVER,
    /** As OVER, but of an order whose answer has not come yet: it bars nobody so far. */
    OVER_EARLY,
    /** It bars nobody. */
    FORGOTTEN
  }

  /** A buyer's order. */
  record Known(OrderId order, long untilMs, boolean live) {}

  private record Kept(OrderId order, long untilMs, State state) {}

  private final Map<BuyerId, Kept> kept = new ConcurrentHashMap<>();

  void remember(BuyerId buyer, OrderId order, long untilMs, boolean live) {
    Kept answer = new Kept(order, untilMs, live ? State.LIVE : State.OVER);
    if (hasRoom(buyer)) {
      kept.merge(buyer, answer, OrderedBuyers::unlessItIsOver);
    }
  }

  private static Kept unlessItIsOver(Kept old, Kept answer) {
    if (!old.order.equals(answer.order)) {
      return answer;
    }
    return switch (old.state) {
      case LIVE -> answer;
      case OVER, OVER_EARLY -> new Kept(answer.order, answer.untilMs, State.OVER);
      case FORGOTTEN -> old;
    };
  }

  void forget(BuyerId buyer, OrderId order, long nowMs) {
    Kept forgotten = new Kept(order, nowMs + LATE_ANSWER_MS, State.FORGOTTEN);
    if (hasRoom(buyer)) {
      kept.merge(buyer, forgotten, (old, end) -> old.order.compareTo(order) <= 0 ? end : old);
    }
  }

  /** The order is over: what is remembered of it no longer says that it is live. */
  void ended(BuyerId buyer, OrderId order, long nowMs) {
    Kept early = new Kept(order, nowMs + LATE_ANSWER_MS, State.OVER_EARLY);
    if (hasRoom(buyer)) {
      kept.merge(buyer, early, OrderedBuyers::end);
    }
  }

  private static Kept end(Kept old, Kept early) {
    if (!old.order.equals(early.order)) {
      return old.order.compareTo(early.order) < 0 ? early : old;
    }
    return old.state == State.LIVE ? new Kept(old.order, old.untilMs, State.OVER) : old;
  }

  private boolean hasRoom(BuyerId buyer) {
    return kept.size() < BUYERS_MAX || kept.containsKey(buyer);
  }

  @Nullable Known find(BuyerId buyer, long nowMs) {
    Kept found = kept.get(buyer);
    if (found == null || found.untilMs <= nowMs) {
      return null;
    }
    return switch (found.state) {
      case LIVE -> new Known(found.order, found.untilMs, true);
      case OVER -> new Known(found.order, found.untilMs, false);
      case OVER_EARLY, FORGOTTEN -> null;
    };
  }

  void clear() {
    kept.clear();
  }

  void purge(long nowMs) {
    kept.values().removeIf(k -> k.untilMs <= nowMs);
  }
}
