package io.doorbuster.page;

import io.doorbuster.sale.Language;
import io.doorbuster.sale.Limits;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Release;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.Sku;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;

/** A sale for the page's tests. */
final class SampleSale {
  static final String SEED_SHA256 =
      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

  private SampleSale() {}

  static Sale open(Instant opensAt, Duration window, Language language) {
    return open(opensAt, window, language, Duration.ofSeconds(1));
  }

  static Sale open(Instant opensAt, Duration window, Language language, Duration tryEvery) {
    return of(
        language,
        "Winter boots, hand-made",
        "Full-grain leather, warm lining, a sole that can be renewed.\nOne pair a person.",
        "Brown, 42",
        opensAt,
        window,
        tryEvery);
  }

  static Sale named(String text) {
    return of(
        Language.EN,
        text,
        text,
        text,
        Instant.parse("2030-01-01T10:00:00Z"),
        Duration.ofHours(1),
        Duration.ofSeconds(1));
  }

  /** The same sale, which names a photo and a page of the shop's own. */
  static Sale withFiles(Sale sale) {
    return new Sale(
        sale.id(),
        sale.title(),
        sale.description(),
        "photo.jpg",
        sale.language(),
        sale.currency(),
        sale.opensAt(),
        sale.closesAt(),
        sale.release(),
        sale.limits(),
        sale.payWithin(),
        sale.skus(),
        sale.test(),
        null,
        new Sale.OwnPage("page.html", "page.css"));
  }

  private static Sale of(
      Language language,
      String title,
      String description,
      String skuName,
      Instant opensAt,
      Duration window,
      Duration tryEvery) {
    return new Sale(
        "winter-boots",
        title,
        description,
        null,
        language,
        Currency.getInstance("EUR"),
        opensAt,
        opensAt.plus(window),
        new Release(10, Duration.ofSeconds(5), Pick.FAIR, Duration.ofMinutes(5)),
        new Limits(2, tryEvery, Duration.ofMinutes(10)),
        Duration.ofMinutes(15),
        List.of(
            new Sku("boots-42", skuName, 4_900, 18_900, 100),
            new Sku("boots-43", "Brown, 43", 4_900, 18_900, 60),
            new Sku("boots-44", "Black, 44", 5_950, 5_950, 40)),
        false,
        null);
  }
}
