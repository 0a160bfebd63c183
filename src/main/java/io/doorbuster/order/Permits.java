package io.doorbuster.order;

import io.doorbuster.gate.Permit;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Permits given whose requests have not ended: their units are promised. A set and not a counter,
 * so that nothing can be counted twice or leak for ever.
 */
final class Permits {
  /** A permit whose engine answer stays unknown counts for so long; then the engine has told. */
  static final Duration UNKNOWN_FOR = Duration.ofSeconds(60);

  /** A permit, and since when nobody asks the engine about it any more; null while one does. */
  private record Outstanding(Permit permit, @Nullable Instant unknownSince) {}

  private final Map<OrderId, Outstanding> outstanding = new ConcurrentHashMap<>();

  void given(Permit permit) {
    outstanding.put(permit.order(), new Outstanding(permit, null));
  }

  void ended(Permit permit) {
    ended(permit.order());
  }

  void ended(OrderId order) {
    outstanding.remove(order);
  }

  /** The engine has not told in time: the permit may stand for an order or for nothing. */
  void unknown(Permit permit, Instant now) {
    outstanding.put(permit.order(), new Outstanding(permit, now));
  }

  int units(String sale, String sku) {
    int sum = 0;
    for (Outstanding one : outstanding.values()) {
      if (one.permit.sku().equals(sku) && one.permit.sale().equals(sale)) {
        sum += one.permit.quantity();
      }
    }
    return sum;
  }

  boolean contains(OrderId order) {
    return outstanding.containsKey(order);
  }

  /** Whether the order's claim is on its way: the engine's answer is still to come. */
  boolean isUnderWay(OrderId order) {
    Outstanding one = outstanding.get(order);
    return one != null && one.unknownSince == null;
  }

  /**
   * The order of a buyer's permit.
   *
   * @param unknown of one whose answer never came, otherwise of one that is under way
   */
  Optional<OrderId> find(String sale, BuyerId buyer, boolean unknown) {
    return outstanding.values().stream()
        .filter(one -> unknown == (one.unknownSince != null))
        .map(Outstanding::permit)
        .filter(permit -> permit.sale().equals(sale) && permit.buyer().equals(buyer))
        .map(Permit::order)
        .findFirst();
  }

  /** Those whose engine answer stayed unknown, by their sales. */
  Collection<List<Permit>> listUnknown() {
    return outstanding.values().stream()
        .filter(one -> one.unknownSince != null)
        .map(Outstanding::permit)
        .collect(Collectors.groupingBy(Permit::sale))
        .values();
  }

  int size() {
    return outstanding.size();
  }

  void purge(Instant now) {
    Instant before = now.minus(UNKNOWN_FOR);
    outstanding
        .values()
        .removeIf(one -> one.unknownSince != null && one.unknownSince.isBefore(before));
  }
}
