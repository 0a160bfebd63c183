package io.doorbuster.drill.checker;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the database says of one sale, read behind the server's back.
 *
 * @param phase as stored
 * @param seed of the draws, 64 hex digits
 * @param refundsNeeded orders whose payment came too late and is to be given back
 * @param openIntents moves of units that are decided and not yet done
 */
public record Books(
    String phase,
    String seed,
    List<BookedSku> skus,
    List<BookedOrder> orders,
    List<BookedWave> waves,
    Set<String> refundsNeeded,
    long openIntents) {
  /** One SKU's row. */
  public record BookedSku(String id, long allotted, long sold, long returned) {}

  /** One order's row; times are milliseconds since 1970. */
  public record BookedOrder(
      String id,
      String sku,
      String buyer,
      int quantity,
      String status,
      long wave,
      long createdAtMs,
      long payBeforeMs) {
    boolean live() {
      return "PLACED".equals(status) || "PAID".equals(status);
    }
  }

  /**
   * One wave's row.
   *
   * @param entered 20 bytes an entry: the buyer's hash and the quantity; null with pick: first
   */
  public record BookedWave(
      String sku,
      long number,
      int k,
      int units,
      int entries,
      int admitted,
      @Nullable String cutOff,
      boolean complete,
      byte @Nullable [] entered) {}

  Map<String, BookedOrder> ordersById() {
    return orders.stream().collect(Collectors.toMap(BookedOrder::id, order -> order));
  }

  /** Units of orders in a status. */
  public long units(String status) {
    return orders.stream()
        .filter(order -> order.status().equals(status))
        .mapToLong(BookedOrder::quantity)
        .sum();
  }

  /** Units of live orders of one SKU. */
  long liveUnits(String sku) {
    return orders.stream()
        .filter(order -> order.live() && order.sku().equals(sku))
        .mapToLong(BookedOrder::quantity)
        .sum();
  }
}
