package io.doorbuster.cli.preflight;

import io.doorbuster.cli.plan.SalePlan;
import io.doorbuster.console.preflight.Check;
import io.doorbuster.page.PageWeight;
import io.doorbuster.sale.Sale;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether as much is reserved at the CDN as the plan asks for. */
public final class BandwidthCheck {
  private static final String NAME = "bandwidth";

  private BandwidthCheck() {}

  /**
   * Computes as {@code doorbuster plan} does.
   *
   * @param page as it is published; empty where it is not
   * @param photoKb of the photo, where that is not to be as published
   */
  public static Check run(Sale sale, Optional<PageWeight> page, @Nullable Double photoKb) {
    Optional<Sale.Expected> crowd = sale.findExpected();
    if (crowd.isEmpty()) {
      return Check.notChecked(
          NAME,
          "the sale's file does not say who is expected",
          "add `expect: {buyers: 100000, peak: 10s, reservedGbps: 5}`, and `sale add` it again");
    }
    if (page.isEmpty()) {
      return Check.notChecked(NAME, "there is no page to weigh", "publish it");
    }
    double needed = SalePlan.cdnGbps(sale, crowd.get(), page.get(), photoKb);
    double reserved = crowd.get().reservedGbps();
    String need =
        String.format(
            Locale.ROOT, "%.2f Gbit/s are needed for %,d buyers", needed, crowd.get().buyers());
    if (reserved == 0) {
      return Check.notChecked(
          NAME, need + ", none is said to be reserved", "say it: expect.reservedGbps");
    }
    String text =
        String.format(Locale.ROOT, "%.2f Gbit/s are reserved at the CDN, %s", reserved, need);
    return reserved >= needed
        ? Check.ok(NAME, text)
        : Check.red(
            NAME,
            text,
            "reserve more and say so in expect.reservedGbps, or make the photo smaller");
  }
}
