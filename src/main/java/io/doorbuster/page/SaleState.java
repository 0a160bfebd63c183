package io.doorbuster.page;

import io.doorbuster.sale.SalePhase;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every page of a sale may know.
 *
 * @param now of the server, from which the pages take their clock
 * @param skus a flag for each SKU
 * @param allReserved nobody can order now, but units may come back
 * @param nextRelease of units that came back, null where none is known
 */
public record SaleState(
    String sale,
    SalePhase phase,
    Instant opensAt,
    Instant closesAt,
    Instant now,
    Map<String, SkuFlag> skus,
    boolean allReserved,
    @Nullable Instant nextRelease) {

  public SaleState {
    skus = Map.copyOf(skus);
  }

  /** Whether a SKU can be had. */
  public enum SkuFlag {
    AVAILABLE("available"),
    /** None is free, but units may come back. */
    ALL_RESERVED("all-reserved"),
    /** All are paid for, or the sale is over. */
    SOLD_OUT("sold-out");

    private final String id;

    SkuFlag(String id) {
      this.id = id;
    }

    String id() {
      return id;
    }
  }
}
