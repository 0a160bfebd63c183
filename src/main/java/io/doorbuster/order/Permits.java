package io.doorbuster.order;

import io.doorbuster.gate.Permit;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Permits given whose requests have not ended: their units are promised. A set and not a counter,
 * so that nothing can be counted twice or leak for ever.
 */
final class Permits {
  /** A permit whose engine answer stays unknown counts for so long; then the engine has told. */
  private static final Duration UNKNOWN_FOR = Duration.ofSeconds(60);

  private final Map<OrderId, Permit> outstanding = new ConcurrentHashMap<>();

  void given(Permit permit) {
    outstanding.put(permit.order(), permit);
  }

  void ended(Permit permit) {
    outstanding.remove(permit.order());
  }

  int units(String sale, String sku) {
    int sum = 0;
    for (Permit permit : outstanding.values()) {
      if (permit.sku().equals(sku) && permit.sale().equals(sale)) {
        sum += permit.quantity();
      }
    }
    return sum;
  }

  boolean contains(OrderId order) {
    return outstanding.containsKey(order);
  }

  Optional<Permit> find(String sale, BuyerId buyer) {
    return outstanding.values().stream()
        .filter(permit -> permit.sale().equals(sale) && permit.buyer().equals(buyer))
        .findFirst();
  }

  int size() {
    return outstanding.size();
  }

  void purge(Instant now) {
    Instant before = now.minus(UNKNOWN_FOR);
    outstanding.values().removeIf(permit -> permit.admittedAt().isBefore(before));
  }
}
