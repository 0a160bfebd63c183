package io.doorbuster.sale;

/** The shop's own stock, from which an allotment is taken and to which leftovers go back. */
public interface RegularStock {
  /** The shop says that this can not be done, now or later, for a reason that is not its stock. */
  final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Refused(String message) {
      super(message);
    }
  }

  /**
   * Takes units out of the regular stock; all or nothing.
   *
   * @param key names this taking for ever: again with the same key changes nothing
   * @return whether they were taken; false where there are not enough
   * @throws StoreUnavailable where the answer is unknown; try again with the same key
   * @throws Refused where the shop does not know the SKU, or us: nothing was taken
   */
  boolean take(String key, String sale, String sku, int quantity);

  /**
   * Puts units back into the regular stock, once for a key.
   *
   * @throws StoreUnavailable where the answer is unknown; try again with the same key
   * @throws Refused where the shop does not know the SKU, or us: nothing was given
   */
  void give(String key, String sale, String sku, int quantity);
}
