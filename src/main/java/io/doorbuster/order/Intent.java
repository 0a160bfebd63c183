package io.doorbuster.order;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the database has decided and another store has yet to hear: written in the transaction that
 * decided it, applied by a step that is idempotent by its id, then marked as done.
 */
public record Intent(
    String id,
    String sale,
    String sku,
    Kind kind,
    int quantity,
    int shard,
    @Nullable OrderId order,
    @Nullable BuyerId buyer,
    Instant notBefore) {

  /** What is to be done. */
  public enum Kind {
    /** Units out of the regular stock, for this sale. */
    TAKE,
    /** Units into the engine that were not there before. */
    ADD,
    /** A buyer's order is over, in the engine. */
    END,
    /** The order was rejected: not even its age bars the buyer. */
    FORGET,
    /** Units of an order that is over, back on sale. */
    RETURN,
    /** Free units out of the engine; as many as there are. */
    WITHDRAW,
    /** Units into the regular stock; {@code sku.returned} has them already. */
    GIVE
  }

  /** Names a move of units for ever; the names of sales and SKUs have no slash. */
  public static String id(String sale, String sku, String move) {
    return sale + "/" + sku + "/" + move;
  }

  /** One that is due at once and belongs to no order. */
  public static Intent of(String id, String sale, String sku, Kind kind, int quantity) {
    return new Intent(id, sale, sku, kind, quantity, 0, null, null, Instant.EPOCH);
  }
}
