package io.doorbuster.sale;

import java.nio.file.Path;

/** A sound sale as text, for the tests to change a line of. */
final class Texts {
  static final String SALE =
      """
      id: boots
      title: Winter boots
      currency: EUR
      opensAt: 2026-11-27T10:00:00+01:00
      closesAt: 2026-11-27T11:00:00+01:00
      release: {wave: 10, every: 5s, pick: fair, returnsEvery: 5m}
      limits: {perBuyer: 2, tryEvery: 5s, orderEvery: 10m}
      payWithin: 15m
      skus:
        - {id: boots-42, name: Size 42, price: 19.90, listPrice: 79.00, units: 200}
        - {id: boots-43, name: Size 43, price: 19.90, listPrice: 79.00, units: 50}
      """;

  private Texts() {}

  static SaleFile.Result parse(String text) {
    return SaleFile.parse("sale.yaml", text);
  }

  static Sale sale(String text) {
    SaleFile.Result result = parse(text);
    return result.sale().orElseThrow(() -> new AssertionError(result.errors().toString()));
  }

  static Sale sale() {
    return sale(SALE);
  }

  /** The sound sale with one of its texts replaced. */
  static String with(String old, String next) {
    if (!SALE.contains(old)) {
      throw new IllegalArgumentException(old);
    }
    return SALE.replace(old, next);
  }

  static Database database(Path folder) {
    return Stores.open(folder);
  }
}
