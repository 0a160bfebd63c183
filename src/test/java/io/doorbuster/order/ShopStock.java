package io.doorbuster.order;

import io.doorbuster.sale.RegularStock;
import io.doorbuster.sale.StoreUnavailable;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A shop's stock in memory: it outlives our crashes, and can be away or lose its answers. */
public final class ShopStock implements RegularStock {
  private final Map<String, Integer> units = new HashMap<>();
  private final Set<String> known = new HashSet<>();
  private final Set<String> refused = new HashSet<>();
  private int answersToLose;
  private boolean away;
  private int calls;

  public synchronized ShopStock with(String sku, int quantity) {
    units.put(sku, quantity);
    return this;
  }

  public synchronized int units(String sku) {
    return units.getOrDefault(sku, 0);
  }

  public synchronized int calls() {
    return calls;
  }

  /** So many of the next calls are carried out, and their answers lost. */
  public synchronized void loseAnswers(int answers) {
    answersToLose = answers;
  }

  public synchronized void away(boolean now) {
    away = now;
  }

  /** A SKU that the shop has never heard of. */
  public synchronized void refuse(String sku) {
    refused.add(sku);
  }

  @Override
  public synchronized boolean take(String key, String sale, String sku, int quantity) {
    comeIn(sku);
    if (known.contains(key)) {
      return answer(true);
    }
    if (units(sku) < quantity) {
      return answer(false);
    }
    known.add(key);
    units.merge(sku, -quantity, Integer::sum);
    return answer(true);
  }

  @Override
  public synchronized void give(String key, String sale, String sku, int quantity) {
    comeIn(sku);
    if (known.add(key)) {
      units.merge(sku, quantity, Integer::sum);
    }
    boolean _ = answer(true);
  }

  private void comeIn(String sku) {
    calls++;
    if (refused.contains(sku)) {
      throw new Refused("there is no " + sku);
    }
    if (away) {
      throw new StoreUnavailable("the shop is away", new IOException());
    }
  }

  private boolean answer(boolean yes) {
    if (answersToLose > 0) {
      answersToLose--;
      throw new StoreUnavailable("the shop's answer is lost", new IOException());
    }
    return yes;
  }
}
