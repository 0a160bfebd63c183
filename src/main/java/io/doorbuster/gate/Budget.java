package io.doorbuster.gate;

/** Units still to be admitted; never ahead of the engine, and without a counter that could leak. */
public interface Budget {
  /** Whether the engine holds the sale's units; until it does, no wave can be given its places. */
  boolean isLoaded(String sale);

  /** The engine's free units of a SKU less the units of permits outstanding; may be below zero. */
  int units(String sale, String sku);

  /** A permit is given: its units are outstanding until its request ends. Called under a lock. */
  void permit(Permit permit);

  /** A permit is taken back before its request was made. */
  void giveBack(Permit permit);
}
