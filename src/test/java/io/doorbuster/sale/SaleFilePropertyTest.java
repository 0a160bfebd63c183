package io.doorbuster.sale;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;

final class SaleFilePropertyTest {
  @Property(tries = 300)
  void toJson_ofAnySale_isReadBackTheSame(@ForAll @From("sales") Sale sale) {
    SaleFile.Result result = SaleFile.parse("sale.json", SaleFile.toJson(sale).encode());
    assertThat(result.errors()).isEmpty();
    assertThat(result.sale()).contains(sale);
    assertThat(SaleFile.parse("sale.json", SaleFile.toJson(sale).encodePrettily()).sale())
        .contains(sale);
  }

  @Property(tries = 300)
  void parse_ofAnyText_neverThrows(@ForAll @StringLength(max = 60) String text) {
    SaleFile.Result result = SaleFile.parse("sale.yaml", text);
    assertThat(result.sale()).isEmpty();
    assertThat(result.errors()).isNotEmpty();
  }

  @Provide
  Arbitrary<Sale> sales() {
    Arbitrary<Rules> rules =
        Combinators.combine(
                Arbitraries.integers().between(1, 50),
                Arbitraries.longs().between(10, 86_400_000),
                Arbitraries.of(Pick.class),
                Arbitraries.longs().between(500, 604_800_000),
                Arbitraries.of("EUR", "JPY", "KWD", "CLF"),
                Arbitraries.longs().between(0, 253_000_000_000_000L))
            .as(Rules::new);
    Arbitrary<String> texts =
        Arbitraries.strings().ofMaxLength(40).filter(SaleFilePropertyTest::isPrintable);
    Arbitrary<List<Sku>> skus =
        Combinators.combine(
                texts,
                Arbitraries.longs().between(0, 1_000_000_000_000L),
                Arbitraries.integers().between(50, 10_000_000))
            .as((name, price, units) -> new Sku("x", name, price, price, units))
            .list()
            .ofMinSize(1)
            .ofMaxSize(5);
    Arbitrary<String> images =
        Arbitraries.of("", "/a b.jpg", "http://x.example/a?b=c", "https://x", "b.png", "i/_b-1.x");
    return Combinators.combine(texts.filter(text -> !text.isBlank()), texts, images, rules, skus)
        .as(SaleFilePropertyTest::sale);
  }

  private record Rules(
      int wave, long everyMs, Pick pick, long payMs, String currency, long opensAtMs) {}

  private static Sale sale(
      String title, String description, String image, Rules rules, List<Sku> skus) {
    List<Sku> named = new ArrayList<>();
    for (Sku sku : skus) {
      String id = "sku-" + named.size();
      named.add(new Sku(id, sku.name(), sku.priceMinor(), sku.listPriceMinor(), sku.units()));
    }
    Duration every = Duration.ofMillis(rules.everyMs);
    Instant opensAt = Instant.ofEpochMilli(rules.opensAtMs);
    return new Sale(
        "boots_1.x-Y",
        title,
        description,
        Optional.of(image).filter(text -> !text.isEmpty()).orElse(null),
        Language.EN,
        Currency.getInstance(rules.currency),
        opensAt,
        opensAt.plus(every).plusSeconds(5 + rules.wave),
        new Release(rules.wave, every, rules.pick, Duration.ofMinutes(5)),
        new Limits(1, every, every.plusMillis(1)),
        Duration.ofMillis(rules.payMs),
        named,
        rules.wave % 2 == 0,
        null,
        page(rules.wave));
  }

  private static Sale.@Nullable OwnPage page(int seed) {
    String html = seed % 2 == 0 ? null : "page.html";
    String css = seed % 3 == 0 ? null : "styles/page.css";
    return html == null && css == null ? null : new Sale.OwnPage(html, css);
  }

  private static boolean isPrintable(String text) {
    return Fields.isPrintable(text);
  }
}
