package io.doorbuster.order;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.order.Intent.Kind;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.OrderId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Where the units of an order go that is over: back on sale at the next release, or to the shop
 * when none is left. Decided while the sale is held, in the transaction that ends the order, by the
 * time at which it runs: it may have waited for its turn.
 */
final class UnitsBack {
  private final InstantSource clock;

  UnitsBack(InstantSource clock) {
    this.clock = clock;
  }

  void ended(Connection connection, Listing listing, Order order) throws SQLException {
    OrderId id = order.id();
    Intent end =
        new Intent(
            id + ".end",
            order.sale(),
            order.sku(),
            Kind.END,
            0,
            id.shard(),
            id,
            order.buyer(),
            Instant.EPOCH);
    Intents.write(
        connection,
        List.of(end, back(connection, listing, order.sku(), id, order.buyer(), order.quantity())));
  }

  /** The rejected order was never sold: its units come out of the engine's hold. */
  void rejected(Connection connection, Listing listing, QueuedOrder queued) throws SQLException {
    Claim claim = queued.claim();
    Intent forget =
        new Intent(
            claim.order() + ".end",
            claim.sale(),
            claim.sku(),
            Kind.FORGET,
            0,
            queued.shard(),
            claim.order(),
            claim.buyer(),
            Instant.EPOCH);
    Intents.write(
        connection,
        List.of(
            forget,
            back(
                connection, listing, claim.sku(), claim.order(), claim.buyer(), claim.quantity())));
  }

  private Intent back(
      Connection connection,
      Listing listing,
      String sku,
      OrderId order,
      BuyerId buyer,
      int quantity)
      throws SQLException {
    Instant now = clock.instant();
    String sale = listing.sale().id();
    Optional<Instant> release =
        listing.isRunningAt(now) ? listing.sale().nextReturn(now) : Optional.empty();
    if (release.isPresent()) {
      return new Intent(
          order + ".return",
          sale,
          sku,
          Kind.RETURN,
          quantity,
          order.shard(),
          order,
          buyer,
          release.get());
    }
    Row.run(
        connection,
        "UPDATE sku SET returned = returned + ? WHERE sale = ? AND id = ?",
        quantity,
        sale,
        sku);
    return Intent.of(order + ".give", sale, sku, Kind.GIVE, quantity);
  }
}
