package io.doorbuster.gate;

import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Sale;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An engine's free units and the permits outstanding, as the checkout keeps them. */
final class FakeBudget implements Budget {
  private final Map<String, Integer> free = new ConcurrentHashMap<>();
  private final Map<OrderId, Permit> outstanding = new ConcurrentHashMap<>();
  private boolean barred;
  private Set<String> away = Set.of();

  void put(String sku, int units) {
    free.put(sku, units);
  }

  /** From now on any question fails the test. */
  synchronized void bar() {
    barred = true;
  }

  /** From now on the engine has to load these first. */
  synchronized void away(String... skus) {
    away = Set.of(skus);
  }

  @Override
  public synchronized OptionalInt units(String sale, String sku) {
    if (away.contains(sku)) {
      return OptionalInt.empty();
    }
    if (barred) {
      throw new AssertionError("the budget was asked");
    }
    return OptionalInt.of(free.getOrDefault(sku, 0) - outstanding(sale, sku));
  }

  @Override
  public synchronized int outstanding(String sale, String sku) {
    return outstanding.values().stream()
        .filter(permit -> permit.sku().equals(sku))
        .mapToInt(Permit::quantity)
        .sum();
  }

  @Override
  public synchronized Optional<Map<String, Integer>> askFree(Sale sale) {
    Map<String, Integer> units = new HashMap<>();
    sale.skus().forEach(sku -> units.put(sku.id(), free.getOrDefault(sku.id(), 0)));
    return sale.skus().stream().anyMatch(sku -> away.contains(sku.id()))
        ? Optional.empty()
        : Optional.of(units);
  }

  @Override
  public synchronized void permit(Permit permit) {
    if (barred) {
      throw new AssertionError("a permit was given");
    }
    outstanding.put(permit.order(), permit);
  }

  /** The request has its units. */
  synchronized void reserve(Permit permit) {
    outstanding.remove(permit.order());
    int left = free.merge(permit.sku(), -permit.quantity(), Integer::sum);
    if (left < 0) {
      throw new AssertionError("more units were promised than there are of " + permit.sku());
    }
  }

  /** The request has failed. */
  synchronized void fail(Permit permit) {
    outstanding.remove(permit.order());
  }

  @Override
  public void giveBack(Permit permit) {
    fail(permit);
  }

  int free(String sku) {
    return free.getOrDefault(sku, 0);
  }
}
