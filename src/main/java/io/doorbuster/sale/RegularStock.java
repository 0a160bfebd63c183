package io.doorbuster.sale;

/** The shop's own stock, from which an allotment is taken and to which leftovers go back. */
public interface RegularStock {
  /**
   * Takes units out of the regular stock; all or nothing.
   *
   * @param key names this taking for ever: again with the same key changes nothing
   * @return whether they were taken; false where there are not enough
   * @throws StoreUnavailable where the answer is unknown; try again with the same key
   */
  boolean take(String key, String sale, String sku, int quantity);

  /**
   * Puts units back into the regular stock, once for a key.
   *
   * @throws StoreUnavailable where the answer is unknown; try again with the same key
   */
  void give(String key, String sale, String sku, int quantity);
}
