package io.doorbuster.cli;

import io.doorbuster.order.StockBoard;
import io.doorbuster.page.SaleState;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** What stands on the board, in the words of the page. */
final class SaleStates {
  private SaleStates() {}

  static SaleState of(StockBoard.SaleView view, Instant now) {
    Sale sale = view.listing().sale();
    SalePhase phase = view.listing().phaseAt(now);
    boolean over = phase == SalePhase.CLOSED || phase == SalePhase.SETTLED;
    Map<String, SaleState.SkuFlag> flags = new HashMap<>();
    boolean anyAvailable = false;
    boolean anyReserved = false;
    for (StockBoard.SkuView sku : view.skus()) {
      SaleState.SkuFlag flag = flag(sku, over);
      flags.put(sku.sku(), flag);
      anyAvailable |= flag == SaleState.SkuFlag.AVAILABLE;
      anyReserved |= flag == SaleState.SkuFlag.ALL_RESERVED;
    }
    return new SaleState(
        sale.id(),
        phase,
        sale.opensAt(),
        sale.closesAt(),
        now,
        flags,
        !anyAvailable && anyReserved,
        view.nextRelease());
  }

  private static SaleState.SkuFlag flag(StockBoard.SkuView sku, boolean over) {
    if (over || sku.isGone()) {
      return SaleState.SkuFlag.SOLD_OUT;
    }
    // The board lags behind the engine: a unit between the two is reserved, not gone.
    return sku.available() > 0 ? SaleState.SkuFlag.AVAILABLE : SaleState.SkuFlag.ALL_RESERVED;
  }
}
