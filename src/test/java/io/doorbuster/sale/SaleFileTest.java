package io.doorbuster.sale;

import static io.doorbuster.sale.Texts.parse;
import static io.doorbuster.sale.Texts.sale;
import static io.doorbuster.sale.Texts.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SaleFileTest {
  private static List<String> errors(String text) {
    SaleFile.Result result = parse(text);
    assertThat(result.sale()).isEmpty();
    return result.errors().stream().map(Finding::toString).toList();
  }

  private static String onlyError(String text) {
    List<String> found = errors(text);
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  @Test
  void parse_aWholeFile_readsEveryKey() {
    Sale sale = sale(with("payWithin", "description: Warm\nimage: /boots.jpg\npayWithin"));
    assertThat(sale.id()).isEqualTo("boots");
    assertThat(sale.title()).isEqualTo("Winter boots");
    assertThat(sale.description()).isEqualTo("Warm");
    assertThat(sale.image()).isEqualTo("/boots.jpg");
    assertThat(sale.currency().getCurrencyCode()).isEqualTo("EUR");
    assertThat(sale.opensAt()).isEqualTo(Instant.parse("2026-11-27T09:00:00Z"));
    assertThat(sale.closesAt()).isEqualTo(Instant.parse("2026-11-27T10:00:00Z"));
    assertThat(sale.release())
        .isEqualTo(new Release(10, Duration.ofSeconds(5), Pick.FAIR, Duration.ofMinutes(5)));
    assertThat(sale.limits())
        .isEqualTo(new Limits(2, Duration.ofSeconds(5), Duration.ofMinutes(10)));
    assertThat(sale.payWithin()).isEqualTo(Duration.ofMinutes(15));
    assertThat(sale.test()).isFalse();
    assertThat(sale.skus())
        .containsExactly(
            new Sku("boots-42", "Size 42", 1_990, 7_900, 200),
            new Sku("boots-43", "Size 43", 1_990, 7_900, 50));
  }

  @Test
  void parse_theShortestFile_takesTheDefaults() {
    Sale sale =
        sale(
            """
            id: a
            title: A
            opensAt: 2026-11-27T10:00:00Z
            closesAt: 2026-11-27T11:00:00Z
            skus: [{id: x, price: 1, units: 10}]
            """);
    assertThat(sale.release().pick()).isEqualTo(Pick.FAIR);
    assertThat(sale.release().every()).isEqualTo(Duration.ofSeconds(5));
    assertThat(sale.release().returnsEvery()).isEqualTo(Duration.ofMinutes(5));
    assertThat(sale.limits().orderEvery()).isEqualTo(Duration.ofMinutes(10));
    assertThat(sale.limits().perBuyer()).isEqualTo(1);
    assertThat(sale.image()).isNull();
    assertThat(sale.skus()).containsExactly(new Sku("x", "x", 100, 100, 10));
  }

  @Test
  void parse_theExampleOfTheDocs_isSound() throws Exception {
    SaleFile.Result result = parse(Files.readString(Path.of("examples/sale.yaml")));
    assertThat(result.errors()).isEmpty();
    assertThat(result.warnings()).isEmpty();
  }

  @Test
  void parse_manyMistakes_listsThemAllAtOnce() {
    List<String> found =
        errors(
            """
            id: ../boots
            titel: Winter boots
            currency: EURO
            opensAt: 2026-11-27T10:00:00
            closesAt: 2026-11-27T09:00:00Z
            release:
              wave: 300
              every: 5 seconds
              pick: random
            limits: {perBuyer: 0, tryEvry: 5s}
            payWithin: soon
            test: perhaps
            skus:
              - {id: a, price: -1, units: 0}
              - {id: a, price: 19.905, listPrice: 5, units: many}
              - {id: b}
            colour: red
            """);
    assertThat(found)
        .satisfiesExactlyInAnyOrder(
            one -> assertThat(one).startsWith("sale.yaml:1: id: `../boots` is no URL segment"),
            one -> assertThat(one).startsWith("sale.yaml:1: title: is missing: add `title: "),
            one ->
                assertThat(one)
                    .startsWith("sale.yaml:2: titel: is no key here; there are id, title"),
            one ->
                assertThat(one)
                    .startsWith("sale.yaml:3: currency: `EURO` is not a currency of ISO 4217"),
            one ->
                assertThat(one)
                    .startsWith("sale.yaml:4: opensAt: `2026-11-27T10:00:00` is not a time with")
                    .contains("2026-11-27T10:00:00Z"),
            one -> assertThat(one).startsWith("sale.yaml:8: release.every: `5 seconds` is not a"),
            one ->
                assertThat(one)
                    .isEqualTo("sale.yaml:9: release.pick: `random` is not fair or first"),
            one ->
                assertThat(one)
                    .isEqualTo(
                        "sale.yaml:10: limits.perBuyer: `0` is not a whole number from 1 to 1000"),
            one -> assertThat(one).startsWith("sale.yaml:10: limits.tryEvry: is no key here"),
            one -> assertThat(one).startsWith("sale.yaml:11: payWithin: `soon` is not a duration"),
            one -> assertThat(one).isEqualTo("sale.yaml:12: test: `perhaps` is not true or false"),
            one -> assertThat(one).startsWith("sale.yaml:14: skus[0].price: `-1` is not a price"),
            one ->
                assertThat(one)
                    .isEqualTo(
                        "sale.yaml:14: skus[0].units: `0` is not a whole number"
                            + " from 1 to 10000000"),
            one ->
                assertThat(one)
                    .isEqualTo(
                        "sale.yaml:15: skus[1].id: `a` stands twice; every SKU needs its own"),
            one ->
                assertThat(one)
                    .startsWith("sale.yaml:15: skus[1].price: `19.905` is not a price")
                    .contains("at most 2 digits"),
            one -> assertThat(one).startsWith("sale.yaml:15: skus[1].units: `many` is not a"),
            one -> assertThat(one).startsWith("sale.yaml:16: skus[2].price: is missing"),
            one -> assertThat(one).startsWith("sale.yaml:16: skus[2].units: is missing"),
            one -> assertThat(one).startsWith("sale.yaml:17: colour: is no key here"));
  }

  @Test
  void parse_keysThatStandTwice_tellsThatAndTheRest() {
    assertThat(errors("id: a\n" + with("units: 50", "units: 0")))
        .hasSize(2)
        .anySatisfy(one -> assertThat(one).isEqualTo("sale.yaml:2: id: stands twice"))
        .anySatisfy(one -> assertThat(one).contains("skus[1].units: `0`"));
  }

  @Test
  void parse_aCloseBeforeTheOpen_isRefused() {
    assertThat(onlyError(with("T11:00", "T09:59")))
        .isEqualTo("sale.yaml:5: closesAt: is not after opensAt (2026-11-27T09:00:00Z)");
    assertThat(onlyError(with("T11:00", "T10:00"))).contains("is not after opensAt");
  }

  @Test
  void parse_aWindowWithoutRoomForAWave_saysWhenItHas() {
    assertThat(onlyError(with("T11:00:00", "T10:00:09")))
        .contains("make it 2026-11-27T09:00:10Z or later");
    assertThat(parse(with("T11:00:00", "T10:00:10")).errors()).isEmpty();
  }

  @Test
  void parse_aListPriceBelowThePrice_isRefused() {
    assertThat(onlyError(with("79.00, units: 50", "19.89, units: 50")))
        .isEqualTo(
            "sale.yaml:11: skus[1].listPrice: is below price; it is the regular price,"
                + " struck through");
  }

  @Test
  void parse_aWaveLargerThanTheStock_namesTheMost() {
    assertThat(onlyError(with("wave: 10", "wave: 201")))
        .isEqualTo(
            "sale.yaml:6: release.wave: 201 is larger than the largest SKU's 200 units;"
                + " make it at most 200");
    assertThat(parse(with("wave: 10", "wave: 200")).errors()).isEmpty();
  }

  @Test
  void parse_morePerBuyerThanUnits_namesTheKey() {
    assertThat(onlyError(with("perBuyer: 2", "perBuyer: 201")))
        .isEqualTo(
            "sale.yaml:7: limits.perBuyer: 201 is more than the largest SKU's 200 units;"
                + " make it at most 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"opensAt", "closesAt", "title", "id"})
  void parse_aKeyWithoutAValue_isMissing(String key) {
    String text = Texts.SALE.replaceFirst("(?m)^" + key + ":.*$", key + ":");
    assertThat(errors(text)).anySatisfy(one -> assertThat(one).contains(key + ": is missing"));
  }

  @Test
  void parse_anEmptyText_isCalledEmptyNotMissing() {
    assertThat(onlyError(with("title: Winter boots", "title: \"\"")))
        .startsWith("sale.yaml:2: title: is empty: write `title: ");
  }

  @Test
  void parse_manyMistakes_areInTheOrderOfTheirLines() {
    String text =
        with("payWithin: 15m", "payWithin: long")
            .replace("price: 19.90", "price: free")
            .replace("id: boots\n", "id: boots\nsurprise: 1\n")
            .replace("wave: 10", "wave: 0");
    assertThat(parse(text).errors()).extracting(Finding::line).containsExactly(2, 7, 9, 11, 12);
  }

  @Test
  void parse_aCloseThatHasPassed_isNamedAlsoWhereTheStartIsWrong() {
    Instant later = Instant.parse("2026-11-27T10:00:00.123Z");
    String text = with("opensAt: 2026", "opensAt: soon or 2026");
    assertThat(SaleFile.parse("sale.yaml", text, later).errors())
        .extracting(Finding::toString)
        .satisfiesExactly(
            one -> assertThat(one).startsWith("sale.yaml:4: opensAt: `soon or 2026"),
            one ->
                assertThat(one)
                    .isEqualTo(
                        "sale.yaml:5: closesAt: has passed; it is 2026-11-27T10:00:00Z now:"
                            + " give a later time"));
    assertThat(SaleFile.parse("sale.yaml", Texts.SALE, later.minusSeconds(1)).errors()).isEmpty();
  }

  @Test
  void parse_aPriceWithoutAValue_isNotFree() {
    assertThat(onlyError(with("price: 19.90, listPrice: 79.00, units: 50", "price: , units: 50")))
        .contains("skus[1].price: is missing: add `price: 19.90`");
    assertThat(onlyError(with("units: 50", "units: ")))
        .contains("skus[1].units: is missing: add `units: 200`");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "skus: []", "skus: boots", "skus: {a: b}"})
  void parse_withoutSkus_isRefused(String skus) {
    String text = Texts.SALE.substring(0, Texts.SALE.indexOf("skus:")) + skus + "\n";
    assertThat(errors(text)).anySatisfy(one -> assertThat(one).contains("needs 1 to 100 SKUs"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-27T10:00:00",
        "2026-11-27",
        "10:00",
        "tomorrow",
        "2026-02-30T10:00:00Z",
        "1795773600",
        "+100000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "2026-11-27T10:00:00+25:00"
      })
  void parse_aTimeThatIsNone_isRefused(String time) {
    assertThat(errors(with("2026-11-27T10:00:00+01:00", "'" + time + "'")).getFirst())
        .startsWith("sale.yaml:4: opensAt: `" + time + "` is not a time with its zone");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-27T09:00:00Z",
        "2026-11-27T09:00Z",
        "2026-11-27 10:00:00+01:00",
        "2026-11-27T10:00:00+01:00[Europe/Berlin]",
        "2026-11-27T18:00:00.000+09:00"
      })
  void parse_aTimeWithItsZone_isThatMoment(String time) {
    assertThat(sale(with("2026-11-27T10:00:00+01:00", "\"" + time + "\"")).opensAt())
        .isEqualTo(Instant.parse("2026-11-27T09:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "EUR, 19.90, 1990",
    "EUR, 0.1, 10",
    "EUR, 0, 0",
    "EUR, 4503599627.37, 450359962737",
    "EUR, 10000000000, 1000000000000",
    "JPY, 1990, 1990",
    "KWD, 1.995, 1995",
    "KWD, 0.3, 300"
  })
  void parse_aPrice_isExactInTheMinorUnit(String currency, String price, long minor) {
    String text =
        with("currency: EUR", "currency: " + currency)
            .replace("price: 19.90, listPrice: 79.00", "price: " + price);
    assertThat(sale(text).skus().getFirst().priceMinor()).isEqualTo(minor);
    assertThat(sale(SaleFile.toJson(sale(text)).encode())).isEqualTo(sale(text));
  }

  @ParameterizedTest
  @CsvSource({
    "EUR, 19.905",
    "EUR, -0.01",
    "EUR, 1e99",
    "EUR, 1e2147483647",
    "EUR, 1e-2147483647",
    "EUR, NaN",
    "EUR, 0x10",
    "EUR, 10000000000.01",
    "JPY, 19.5",
    "KWD, 1.9999"
  })
  void parse_aPriceThatIsNone_isRefused(String currency, String price) {
    String text =
        with("currency: EUR", "currency: " + currency)
            .replace("price: 19.90, listPrice: 79.00", "price: " + price);
    assertThat(errors(text)).hasSize(2).allMatch(one -> one.contains("`" + price + "` is not a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "-a", ".a", "a/b", "ä", "'a\\0b'", "\"a\\0b\""})
  void parse_anIdThatIsNoSegment_isRefused(String id) {
    assertThat(errors(with("id: boots\n", "id: " + id + "\n")))
        .anySatisfy(one -> assertThat(one).contains("is no URL segment"));
    assertThat(errors(with("id: boots\n", "id: " + "a".repeat(10_240) + "\n"))).hasSize(1);
  }

  @Test
  void parse_aTextThatCanNotBePrinted_isRefused() {
    assertThat(onlyError(with("title: Winter boots", "title: \"Winter\\x01boots\"")))
        .isEqualTo("sale.yaml:2: title: holds a character that can not be printed; take it out");
    assertThat(onlyError(with("name: Size 43", "name: \"\\ud800\""))).contains("skus[1].name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello", "[1, 2]", "a: b: c", "{", "\"", "\t- x", "&a [*a", "!!int x", "a: *b", "\0"
      })
  void parse_whatIsNoSale_tellsAndDoesNotThrow(String text) {
    assertThat(errors(text)).isNotEmpty();
  }

  @Test
  void parse_theDeepestNesting_tellsAndDoesNotThrow() {
    assertThat(onlyError("[".repeat(20_000))).contains("not readable as YAML or JSON");
    assertThat(onlyError("a: ".repeat(400_000))).contains("not readable as YAML or JSON");
  }

  @Test
  void parse_mistakesInJson_nameTheirLines() {
    String json = SaleFile.toJson(sale()).put("closesAt", "now").put("x", 1).encodePrettily();
    int line = json.substring(0, json.indexOf("closesAt")).split("\n", -1).length;
    assertThat(errors(json))
        .hasSize(2)
        .anyMatch(one -> one.startsWith("sale.yaml:" + line + ": closesAt: `now` is not a time"))
        .anyMatch(one -> one.contains("x: is no key here"));
  }

  @Test
  void toJson_ofASale_keepsPricesAsDecimals() {
    JsonObject json = SaleFile.toJson(sale());
    assertThat(json.getJsonArray("skus").getJsonObject(0).getString("price")).isEqualTo("19.90");
    assertThat(json.getString("opensAt")).isEqualTo("2026-11-27T09:00:00Z");
  }

  @Test
  void warnings_ofAHastySale_nameEachCause() {
    SaleFile.Result hasty =
        parse(
            with("T11:00:00", "T10:04:00")
                .replace("wave: 10, every: 5s", "wave: 200, every: 5s")
                .replace("perBuyer: 2", "perBuyer: 1"));
    assertThat(hasty.errors()).isEmpty();
    assertThat(hasty.warnings().stream().map(Finding::toString))
        .satisfiesExactly(
            one -> assertThat(one).startsWith("sale.yaml:6: release: the stock can be gone after"),
            one -> assertThat(one).startsWith("sale.yaml:5: closesAt: comes before the first"),
            one -> assertThat(one).startsWith("sale.yaml:8: payWithin: is longer than the sale"));
    assertThat(parse(Texts.SALE).warnings()).isEmpty();
  }

  @Test
  void files_besideTheSaleFile_areNamedWithTheirLines() {
    String text =
        with("payWithin", "image: images/boots.jpg\npage: {html: p.html, css: p.css}\npayWithin");
    SaleFile.Result result = parse(text);
    assertThat(result.errors()).isEmpty();
    Sale sale = result.sale().orElseThrow();
    assertThat(sale.files())
        .containsExactly(
            java.util.Map.entry(FileKind.IMAGE, "images/boots.jpg"),
            java.util.Map.entry(FileKind.HTML, "p.html"),
            java.util.Map.entry(FileKind.CSS, "p.css"));
    int line = result.files().getFirst().line();
    assertThat(text.lines().toList().get(line - 1)).startsWith("image:");
    assertThat(result.files().get(1).line()).isEqualTo(line + 1);
  }

  @Test
  void image_ofTheWebOrThePagesHost_isNoFile() {
    for (String image : new String[] {"https://x.example/a.jpg", "http://x/a", "/a.jpg"}) {
      assertThat(sale(with("payWithin", "image: " + image + "\npayWithin")).files()).isEmpty();
    }
  }

  @Test
  void files_thatLeadElsewhere_areMistakes() {
    for (String name : new String[] {"../boots.jpg", "a/../b.jpg", "a//b", "ftp://x/y", "c:\\x"}) {
      assertThat(onlyError(with("payWithin", "image: '" + name + "'\npayWithin")))
          .contains("image: `" + name + "` is neither an address");
    }
    assertThat(onlyError(with("payWithin", "page: {html: ../x}\npayWithin")))
        .contains("page.html: `../x` is no file beside this one");
    assertThat(onlyError(with("payWithin", "page: {html: x, css: x}\npayWithin")))
        .contains("page.css: `x` is another file's name already");
    assertThat(onlyError(with("payWithin", "page: {js: x}\npayWithin"))).contains("page.js");
  }
}
