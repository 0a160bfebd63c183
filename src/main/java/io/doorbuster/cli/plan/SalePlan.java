package io.doorbuster.cli.plan;

import io.doorbuster.page.PageWeight;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.Sku;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The plan of a sale as it stands in its file, all else as the command takes it by default. */
public final class SalePlan {
  private static final Duration ARRIVAL = Duration.ofMinutes(5);

  private SalePlan() {}

  /**
   * Bandwidth that its crowd needs at the CDN.
   *
   * @param page as it is published
   * @param photoKb of the photo, where that is not to be as published
   * @return Gbit/s
   */
  public static double cdnGbps(
      Sale sale, Sale.Expected crowd, PageWeight page, @Nullable Double photoKb) {
    PlanSheet sheet = new PlanSheet();
    Weights weights = Weights.of(sale, page, photoKb);
    Site site = new Site(0.5, 4, 50, 200_000, crowd.reservedGbps());
    new TrafficPlan(crowd(sale, crowd), weights, site, sheet).write();
    return sheet.get(TrafficPlan.CDN, TrafficPlan.BANDWIDTH);
  }

  private static Crowd crowd(Sale sale, Sale.Expected expected) {
    return new Crowd(
        expected.buyers(),
        sale.skus().stream().mapToLong(Sku::units).sum(),
        sale.skus().size(),
        expected.peak(),
        ARRIVAL,
        sale.limits().tryEvery(),
        sale.release().wave(),
        sale.release().every(),
        sale.release().pick() == Pick.FAIR);
  }
}
