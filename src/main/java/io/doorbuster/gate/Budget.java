package io.doorbuster.gate;

import io.doorbuster.sale.Sale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Units still to be admitted; never ahead of the engine, and without a counter that could leak. */
public interface Budget {
  /**
   * The engine's free units of a SKU less the units of permits outstanding; may be below zero.
   * Empty while the engine does not hold the sale: until it does, no wave can be given its places.
   */
  OptionalInt units(String sale, String sku);

  /** Units of this gate's permits outstanding. */
  int outstanding(String sale, String sku);

  /**
   * The engine's free units by SKU, asked anew: it may take a call. Empty while the engine does not
   * hold the sale, or can not be asked.
   */
  Optional<Map<String, Integer>> askFree(Sale sale);

  /** A permit is given: its units are outstanding until its request ends. Called under a lock. */
  void permit(Permit permit);

  /** A permit is taken back before its request was made. */
  void giveBack(Permit permit);
}
