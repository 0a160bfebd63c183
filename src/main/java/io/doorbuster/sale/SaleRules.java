package io.doorbuster.sale;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The rules of a sale that bind several keys together. */
final class SaleRules {
  private SaleRules() {}

  /** What no single key can tell; silent where a key that it needs is wrong by itself. */
  static void check(Sale sale, Fields fields, Instant now) {
    Release release = sale.release();
    if (!fields.isWrong("closesAt") && !sale.closesAt().isAfter(now)) {
      fields.reject(
          "closesAt",
          "has passed; it is " + now.truncatedTo(ChronoUnit.SECONDS) + " now: give a later time");
    }
    if (!fields.isWrong("opensAt") && !fields.isWrong("closesAt")) {
      Instant least = sale.opensAt().plus(release.every()).plus(Sale.DRAW_MARGIN);
      if (!sale.closesAt().isAfter(sale.opensAt())) {
        fields.reject("closesAt", "is not after opensAt (" + sale.opensAt() + ")");
      } else if (sale.closesAt().isBefore(least)) {
        fields.reject(
            "closesAt",
            "leaves no time for one wave and its orders: make it "
                + least
                + " or later, or shorten release.every");
      }
    }
    if (fields.isWrong("skus")) {
      return;
    }
    int largest = sale.skus().stream().mapToInt(Sku::units).max().orElse(Integer.MAX_VALUE);
    if (release.wave() > largest) {
      Fields releaseFields = fields.fields("release");
      releaseFields.reject(
          "wave",
          release.wave()
              + " is larger than the largest SKU's "
              + largest
              + " units; make it at most "
              + largest);
    }
    int perBuyer = sale.limits().perBuyer();
    if (perBuyer > largest) {
      Fields limitFields = fields.fields("limits");
      limitFields.reject(
          "perBuyer",
          perBuyer
              + " is more than the largest SKU's "
              + largest
              + " units; make it at most "
              + largest);
    }
  }

  /** What is allowed, but seldom meant. */
  static void warn(String source, Fields fields, Sale sale, List<Finding> warnings) {
    long waves =
        Math.ceilDiv(
            sale.skus().stream().mapToLong(Sku::units).max().orElse(1), sale.release().wave());
    Duration lasting = sale.release().every().multipliedBy(waves);
    if (lasting.compareTo(sale.limits().tryEvery().multipliedBy(3)) < 0) {
      warnings.add(
          new Finding(
              source,
              fields.lineOf("release"),
              "release",
              "the stock can be gone after "
                  + Durations.format(lasting)
                  + ", before a refused buyer may try a third time; a smaller wave, a longer every"
                  + " or a shorter limits.tryEvery gives more people a chance"));
    }
    if (sale.nextReturn(sale.opensAt().plusMillis(1)).isEmpty()) {
      warnings.add(
          new Finding(
              source,
              fields.lineOf("closesAt"),
              "closesAt",
              "comes before the first release of returned units (release.returnsEvery "
                  + Durations.format(sale.release().returnsEvery())
                  + "): units of unpaid orders will not be sold again"));
    }
    if (sale.payWithin().compareTo(Duration.between(sale.opensAt(), sale.closesAt())) > 0) {
      warnings.add(
          new Finding(
              source,
              fields.lineOf("payWithin"),
              "payWithin",
              "is longer than the sale: no unpaid unit will be sold again"));
    }
  }
}
