package io.doorbuster.order;

import io.doorbuster.sale.OrderId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Those who wait for news of an order. */
public final class OrderWatch {
  /** Past it a long poll is answered at once with what is known: bounded memory. */
  private static final int WATCHERS_MAX = 100_000;

  private final Map<OrderId, List<Runnable>> watchers = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  /**
   * Calls back once, at the next change; returns what calls it off.
   *
   * @param callback quick, without blocking; called at once where too many wait already
   */
  public Runnable watch(OrderId order, Runnable callback) {
    if (count.incrementAndGet() > WATCHERS_MAX) {
      count.decrementAndGet();
      callback.run();
      return () -> {};
    }
    AtomicBoolean over = new AtomicBoolean();
    Runnable once =
        () -> {
          if (over.compareAndSet(false, true)) {
            count.decrementAndGet();
            callback.run();
          }
        };
    watchers.compute(
        order,
        (id, list) -> {
          List<Runnable> all = list == null ? new CopyOnWriteArrayList<>() : list;
          all.add(once);
          return all;
        });
    return () -> {
      if (over.compareAndSet(false, true)) {
        count.decrementAndGet();
      }
      watchers.computeIfPresent(
          order,
          (id, list) -> {
            list.remove(once);
            return list.isEmpty() ? null : list;
          });
    };
  }

  /** The order's status has changed. */
  public void changed(OrderId order) {
    List<Runnable> all = watchers.remove(order);
    if (all != null) {
      all.forEach(Runnable::run);
    }
  }

  /** Every order may have changed: an engine was rebuilt. */
  public void changedAll() {
    List.copyOf(watchers.keySet()).forEach(this::changed);
  }

  /** How many wait. */
  public int size() {
    return count.get();
  }
}
