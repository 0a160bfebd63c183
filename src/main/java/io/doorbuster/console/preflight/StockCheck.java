package io.doorbuster.console.preflight;

import io.doorbuster.sale.Listing;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.settlement.Audit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Whether every unit of the allotment is loaded and free, and none is on its way. */
final class StockCheck {
  private static final String NAME = "stock";

  private final Preflight.Sources sources;
  private final Listing listing;
  private final Instant now;

  StockCheck(Preflight.Sources sources, Listing listing, Instant now) {
    this.sources = sources;
    this.listing = listing;
    this.now = now;
  }

  Check run() {
    if (listing.stored() == SalePhase.DRAFT || !listing.isRunningAt(now)) {
      return Check.notChecked(NAME, "only a published sale has stock", "publish it");
    }
    String sale = listing.sale().id();
    if (!sources.engine().isLoaded(sale)) {
      return Check.red(
          NAME,
          "the engine has not loaded it",
          "it is tried again by itself; where that lasts, doorbuster sale audit "
              + sale
              + " --repair");
    }
    try {
      return compare(sources.audit().run(sale), sources.intents().countOpen(sale));
    } catch (StoreUnavailable e) {
      return Check.red(
          NAME, String.valueOf(e.getMessage()), "look again when the stores are there");
    }
  }

  private Check compare(Audit.Report report, long open) {
    String audit = "doorbuster sale audit " + listing.sale().id();
    if (!report.isOk()) {
      return Check.red(NAME, String.join("; ", report.findings()), audit + " --repair");
    }
    if (!now.isBefore(listing.sale().opensAt())) {
      return Check.ok(NAME, sums(report) + "; the books are right");
    }
    List<String> wrong = new ArrayList<>();
    for (Audit.SkuBooks sku : report.skus()) {
      int expected = sku.allotted() - sku.returned();
      if (sku.available() != expected || expected == 0) {
        wrong.add("%s: %d free of %d".formatted(sku.sku(), sku.available(), expected));
      }
    }
    if (open > 0) {
      wrong.add(open + (open == 1 ? " move of units is" : " moves of units are") + " under way");
    }
    return wrong.isEmpty()
        ? Check.ok(NAME, sums(report) + ", all free")
        : Check.red(NAME, String.join("; ", wrong), "look again in a moment; then " + audit);
  }

  private static String sums(Audit.Report report) {
    return report.skus().stream()
        .map(sku -> sku.sku() + " " + sku.available() + " of " + sku.allotted())
        .collect(Collectors.joining(", "));
  }
}
