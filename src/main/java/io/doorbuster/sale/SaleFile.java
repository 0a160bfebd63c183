package io.doorbuster.sale;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A sale's text (YAML or JSON) in, the sale and every mistake in it out; and the way back. */
public final class SaleFile {
  /** Enough for sizes and colours of one product; keeps the page and a shard small. */
  static final int SKUS_MAX = 100;

  /** Order ids count a sale's units nowhere, but a script's numbers and a page's do. */
  static final int UNITS_MAX = 10_000_000;

  /** Of an expected crowd: mankind will do. */
  private static final long BUYERS_MAX = 10_000_000_000L;

  private static final double GBPS_MAX = 100_000;

  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Duration MS = Duration.ofMillis(1);
  private static final Duration DAY = Duration.ofDays(1);

  /** What reading a text gave; {@code sale} only where there are no errors. */
  public record Result(
      Optional<Sale> sale, List<Finding> errors, List<Finding> warnings, List<NamedFile> files) {}

  private SaleFile() {}

  /** A sale of any time, one that is over as well. */
  public static Result parse(String source, String text) {
    return parse(source, text, Instant.MIN);
  }

  /** A sale that must close after the given time; its mistakes in the order of their lines. */
  public static Result parse(String source, String text, Instant now) {
    List<Finding> errors = new ArrayList<>();
    Fields fields = Fields.parse(source, text, errors);
    if (!errors.isEmpty() && fields.isEmpty()) {
      return new Result(Optional.empty(), List.copyOf(errors), List.of(), List.of());
    }
    Sale sale = read(fields);
    List<NamedFile> files = NamedFiles.list(sale, fields);
    SaleRules.check(sale, fields, now);
    fields.finish();
    errors.sort(Comparator.comparingInt(Finding::line));
    List<Finding> warnings = new ArrayList<>();
    if (errors.isEmpty()) {
      SaleRules.warn(source, fields, sale, warnings);
    }
    return new Result(
        errors.isEmpty() ? Optional.of(sale) : Optional.empty(),
        List.copyOf(errors),
        List.copyOf(warnings),
        files);
  }

  private static Sale read(Fields fields) {
    String id = segment(fields, "id", "winter-boots");
    String title = fields.text("title", "Winter boots");
    String description = Optional.ofNullable(fields.findText("description")).orElse("");
    String image = NamedFiles.image(fields);
    Language language = fields.parsed("language", Language.EN, "en or zh", Language::find);
    Currency currency =
        fields.parsed(
            "currency",
            Currency.getInstance("EUR"),
            "a currency of ISO 4217, such as EUR",
            SaleFile::findCurrency);
    Instant opensAt = fields.instant("opensAt", Instant.EPOCH);
    Instant closesAt = fields.instant("closesAt", Instant.EPOCH.plus(DAY));
    Fields releaseFields = fields.fields("release");
    Release release =
        new Release(
            (int) releaseFields.number("wave", 10, 1, UNITS_MAX),
            releaseFields.duration("every", Duration.ofSeconds(5), Duration.ofMillis(10), DAY),
            releaseFields.parsed("pick", Pick.FAIR, "fair or first", SaleFile::findPick),
            releaseFields.duration(
                "returnsEvery", Duration.ofMinutes(5), Duration.ofMillis(100), DAY));
    releaseFields.finish();
    Fields limitFields = fields.fields("limits");
    Limits limits =
        new Limits(
            (int) limitFields.number("perBuyer", 1, 1, 1_000),
            limitFields.duration("tryEvery", Duration.ofSeconds(5), MS, DAY),
            limitFields.duration("orderEvery", Duration.ofMinutes(10), MS, DAY.multipliedBy(30)));
    limitFields.finish();
    Duration payWithin =
        fields.duration(
            "payWithin", Duration.ofMinutes(15), Duration.ofMillis(500), DAY.multipliedBy(7));
    boolean test = fields.flag("test", false);
    Sale.Expected expected = fields.has("expect") ? readExpected(fields.fields("expect")) : null;
    List<Sku> skus = readSkus(fields, currency);
    return new Sale(
        id,
        title,
        description,
        image,
        language,
        currency,
        opensAt,
        closesAt,
        release,
        limits,
        payWithin,
        skus,
        test,
        expected,
        NamedFiles.page(fields));
  }

  private static Sale.Expected readExpected(Fields fields) {
    if (!fields.has("buyers")) {
      fields.reject("buyers", "is missing: add `buyers: 100000`, those who wait for the start");
    }
    Sale.Expected expected =
        new Sale.Expected(
            fields.number("buyers", 1, 1, BUYERS_MAX),
            fields.duration("peak", Duration.ofSeconds(10), MS, DAY),
            fields.decimal("reservedGbps", 0, 0, GBPS_MAX));
    fields.finish();
    return expected;
  }

  private static List<Sku> readSkus(Fields fields, Currency currency) {
    int digits = Math.max(0, currency.getDefaultFractionDigits());
    List<Sku> skus = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Fields item : fields.list("skus")) {
      String id = segment(item, "id", "boots-42");
      if (!ids.add(id)) {
        item.reject("id", "`" + id + "` stands twice; every SKU needs its own");
      }
      if (!item.has("price")) {
        item.reject("price", "is missing: add `price: 19.90`");
      }
      long price = item.price("price", 0, digits);
      long listPrice = item.price("listPrice", price, digits);
      if (listPrice < price) {
        item.reject("listPrice", "is below price; it is the regular price, struck through");
      }
      if (!item.has("units")) {
        item.reject("units", "is missing: add `units: 200`");
      }
      int units = (int) item.number("units", 1, 1, UNITS_MAX);
      String name = Optional.ofNullable(item.findText("name")).orElse(id);
      item.finish();
      skus.add(new Sku(id, name, price, listPrice, units));
    }
    if (skus.isEmpty() || skus.size() > SKUS_MAX) {
      fields.reject("skus", "a sale needs 1 to " + SKUS_MAX + " SKUs, each {id, price, units}");
    }
    return skus;
  }

  private static String segment(Fields fields, String key, String example) {
    String value = fields.text(key, example);
    if (!SEGMENT.matcher(value).matches()) {
      fields.reject(
          key,
          "`"
              + value
              + "` is no URL segment: 1 to 64 of letters, digits, . _ -"
              + ", a letter or digit first, such as "
              + example);
    }
    return value;
  }

  private static Optional<Currency> findCurrency(String code) {
    try {
      return Optional.of(Currency.getInstance(code));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Pick> findPick(String text) {
    return switch (text) {
      case "fair" -> Optional.of(Pick.FAIR);
      case "first" -> Optional.of(Pick.FIRST);
      default -> Optional.empty();
    };
  }

  /** The sale as JSON that {@link #parse} reads back. */
  public static JsonObject toJson(Sale sale) {
    int digits = Math.max(0, sale.currency().getDefaultFractionDigits());
    JsonArray skus = new JsonArray();
    for (Sku sku : sale.skus()) {
      skus.add(
          new JsonObject()
              .put("id", sku.id())
              .put("name", sku.name())
              .put("price", BigDecimal.valueOf(sku.priceMinor(), digits).toPlainString())
              .put("listPrice", BigDecimal.valueOf(sku.listPriceMinor(), digits).toPlainString())
              .put("units", sku.units()));
    }
    Release release = sale.release();
    Limits limits = sale.limits();
    JsonObject json =
        new JsonObject()
            .put("id", sale.id())
            .put("title", sale.title())
            .put("description", sale.description())
            .put("language", sale.language().code())
            .put("currency", sale.currency().getCurrencyCode())
            .put("opensAt", sale.opensAt().toString())
            .put("closesAt", sale.closesAt().toString())
            .put(
                "release",
                new JsonObject()
                    .put("wave", release.wave())
                    .put("every", Durations.format(release.every()))
                    .put("pick", release.pick().name().toLowerCase(Locale.ROOT))
                    .put("returnsEvery", Durations.format(release.returnsEvery())))
            .put(
                "limits",
                new JsonObject()
                    .put("perBuyer", limits.perBuyer())
                    .put("tryEvery", Durations.format(limits.tryEvery()))
                    .put("orderEvery", Durations.format(limits.orderEvery())))
            .put("payWithin", Durations.format(sale.payWithin()))
            .put("skus", skus)
            .put("test", sale.test());
    sale.findExpected()
        .ifPresent(
            expected ->
                json.put(
                    "expect",
                    new JsonObject()
                        .put("buyers", expected.buyers())
                        .put("peak", Durations.format(expected.peak()))
                        .put("reservedGbps", expected.reservedGbps())));
    return NamedFiles.write(sale, json);
  }
}
