package io.doorbuster.gate;

import org.jspecify.annotations.Nullable;

/** Where the places of waves with {@code pick: first} come from; called under the waves' lock. */
interface Places {
  /**
   * What there is to give of a wave.
   *
   * @param k places of the whole wave, and {@code units} its budget
   * @param places to be given here, for at most {@code placeUnits} units
   */
  record Slice(int k, int units, int places, int placeUnits) {
    Slice plus(Slice more) {
      return new Slice(k, units, places + more.places, placeUnits + more.placeUnits);
    }
  }

  /** At a wave's first request; null while there is nothing to give. */
  @Nullable Slice open(String sku, long number);

  /** Why there is nothing. */
  default Refusal whyNone() {
    return Refusal.OVERLOADED;
  }

  /** A request has come, whatever becomes of it. */
  default void arrived(String sku) {}

  /** A request finds the slice used up; null while there is no more. */
  default @Nullable Slice more(String sku, long number) {
    return null;
  }

  /** Ends its thread, if it has one. */
  default void close() {}
}
