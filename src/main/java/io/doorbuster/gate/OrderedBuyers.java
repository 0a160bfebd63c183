package io.doorbuster.gate;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What the engine has answered about buyers with an order, so that it is not asked again. */
final class OrderedBuyers {
  /** Bounds the memory to some 100 MB a sale; past it the engine is asked again. */
  private static final int BUYERS_MAX = 1_000_000;

  /**
   * A buyer's order.
   *
   * @param live false where it is over and only bars him by its age
   */
  record Known(OrderId order, long untilMs, boolean live) {}

  private final Map<BuyerId, Known> known = new ConcurrentHashMap<>();

  void remember(BuyerId buyer, OrderId order, long untilMs, boolean live) {
    if (known.size() < BUYERS_MAX || known.containsKey(buyer)) {
      known.put(buyer, new Known(order, untilMs, live));
    }
  }

  void forget(BuyerId buyer, OrderId order) {
    known.computeIfPresent(buyer, (b, k) -> k.order.equals(order) ? null : k);
  }

  /** The order is over: what is remembered of it no longer says that it is live. */
  void ended(BuyerId buyer, OrderId order) {
    known.computeIfPresent(
        buyer, (b, k) -> k.order.equals(order) ? new Known(order, k.untilMs, false) : k);
  }

  @Nullable Known find(BuyerId buyer, long nowMs) {
    Known found = known.get(buyer);
    if (found == null || nowMs < found.untilMs) {
      return found;
    }
    known.remove(buyer, found);
    return null;
  }

  void clear() {
    known.clear();
  }

  void purge(long nowMs) {
    known.values().removeIf(k -> k.untilMs <= nowMs);
  }
}
