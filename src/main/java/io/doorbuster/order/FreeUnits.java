package io.doorbuster.order;

import io.doorbuster.inventory.InventoryEngine;
import java.util.OptionalInt;

/** Tells an engine that has no unit of a SKU from one that does not hold the sale at present. */
final class FreeUnits {
  private FreeUnits() {}

  /**
   * Empty where the engine does not hold the sale. A zero counts only where the engine held the
   * sale before the question and after it: it lets go of one for longer than a question takes.
   */
  static OptionalInt find(InventoryEngine engine, String sale, String sku) {
    boolean loaded = engine.isLoaded(sale);
    int free = engine.available(sale, sku);
    return free != 0 || (loaded && engine.isLoaded(sale))
        ? OptionalInt.of(free)
        : OptionalInt.empty();
  }
}
