package io.doorbuster.inventory;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.StoreLook;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A sale's stock while it is sold. A unit and its place in the queue are taken in one atomic step,
 * and every call can be repeated without harm. Calls block at most for a store's timeout; none is
 * made on an event loop, but for a reservation where {@link #answersAtOnce}.
 */
public interface InventoryEngine extends AutoCloseable {
  /** Forgets what it held of the sale, queued orders included, and starts a new epoch with this. */
  void load(StockLoad load);

  /**
   * Takes up a sale that another process has loaded, or this one in an earlier life.
   *
   * @return false where it is not there whole in that epoch, or older than it was seen
   */
  default boolean resume(StockMark mark) {
    return false;
  }

  /**
   * Takes up what is still there of a sale, its queue included, in a new epoch: the mark's.
   *
   * @return false where it is not whole, or older than it was seen; then it must be loaded anew
   */
  default boolean carryOver(StockMark mark, SaleControl control) {
    return false;
  }

  /**
   * The epoch that it holds of a sale, and how far each shard has come there as far as this process
   * has seen. Whoever commits what he learnt from a shard commits this with it. Empty where it
   * holds nothing of the sale.
   */
  Optional<StockMark> findMark(String sale);

  /** Whether it holds the sale. */
  boolean isLoaded(String sale);

  /** Forgets a sale that is settled. */
  void unload(String sale);

  /** Moves window and state; returns once every shard holds them, or younger ones. */
  void control(String sale, SaleControl control);

  /** Whether a reservation is a matter of microseconds here: it asks nobody else. */
  default boolean answersAtOnce() {
    return false;
  }

  /** Reserves in order; one answer a claim, in the same places. */
  List<ReserveResult> reserve(List<Claim> claims);

  /**
   * Takes orders out of the queue for the writer, the oldest first. They stay held until
   * acknowledged, and are not handed out again to this writer.
   *
   * @param most orders, at least 1
   * @param wait how long for the first one
   */
  List<QueuedOrder> drain(int most, Duration wait);

  /** The orders' fate is committed: they are no longer held. */
  void acknowledge(List<QueuedOrder> orders);

  /**
   * A buyer's order is over: it no longer bars an order of his but by {@code orderEvery}.
   *
   * @param forget where not even that bars him: the order was REJECTED
   * @param move its id; again with the same id changes nothing
   */
  void end(String move, String sale, OrderId order, BuyerId buyer, boolean forget);

  /** Puts units on sale: returned or added ones. Again with the same move's id changes nothing. */
  void add(String move, String sale, String sku, int shard, int quantity);

  /**
   * Takes free units out of the sale.
   *
   * @return how many were free, at most {@code quantity}; the same at each repetition
   */
  int withdraw(String move, String sale, String sku, int quantity);

  /** Free units of a SKU in all shards, cheaply and never ahead of a reservation that answered. */
  int available(String sale, String sku);

  /**
   * Asks anew what is free, where others reserve too.
   *
   * @throws io.doorbuster.sale.StoreUnavailable where that can not be told
   */
  default void refresh(String sale) {}

  /**
   * A sale in sums, or empty when it is not loaded. Asked many times a second: an engine that can
   * tell without a look at each order does so.
   */
  default Optional<StockSums> findSums(String sale) {
    return findStatus(sale).map(StockStatus::sums);
  }

  /** The whole truth of a sale, order by order, for an audit; empty when it is not loaded. */
  Optional<StockStatus> findStatus(String sale);

  /** The order of a buyer that is queued: reserved and not acknowledged. */
  Optional<QueuedOrder> findQueued(String sale, BuyerId buyer);

  /** Why its store can not be reached at present; nothing can be reserved meanwhile. */
  default Optional<String> fault() {
    return Optional.empty();
  }

  /**
   * How well its servers keep what was reserved; empty where it is in this process' memory.
   *
   * @throws io.doorbuster.sale.StoreUnavailable where they do not answer
   */
  default Optional<StoreLook> findLook() {
    return Optional.empty();
  }

  /** Hears what other processes do; an engine that no other works on has nothing to tell. */
  default void listen(OrderNews news) {}

  /** Orders reserved and not acknowledged, over all sales. */
  int queued();

  @Override
  void close();
}
