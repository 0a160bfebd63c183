package io.doorbuster.drill.checker;

import io.doorbuster.drill.checker.Books.BookedSku;
import io.doorbuster.drill.workload.Call;
import io.doorbuster.sale.Sku;
import java.util.Optional;
import java.util.function.Consumer;

/** Promise 1: of each SKU at most the allotment is sold, in the books and in what buyers saw. */
final class NeverOversold implements Promise {
  @Override
  public int number() {
    return 1;
  }

  @Override
  public String sentence() {
    return "never oversold";
  }

  @Override
  public void check(Evidence evidence, Consumer<String> breach) {
    evidence.books().ifPresent(books -> checkBooks(evidence, books, breach));
    long paid = shownPaid(evidence);
    if (paid > evidence.plan().units()) {
      breach.accept(paid + " orders were shown as PAID, of " + evidence.plan().units() + " units");
    }
  }

  private static long shownPaid(Evidence evidence) {
    return evidence.history().calls().stream()
        .filter(call -> "PAID".equals(call.shown()))
        .map(Call::order)
        .distinct()
        .count();
  }

  @Override
  public Optional<String> counted(Evidence evidence) {
    String booked =
        evidence
            .books()
            .map(books -> books.skus().stream().mapToLong(BookedSku::sold).sum())
            .map(sold -> "%,d sold, %,d too many; ".formatted(sold, oversold(evidence)))
            .orElse("");
    return Optional.of(
        "%,d units: %s%,d orders shown as PAID"
            .formatted(evidence.plan().units(), booked, shownPaid(evidence)));
  }

  @Override
  public Optional<String> unchecked(Evidence evidence) {
    return Promise.withoutBooks(evidence, "the units sold by its own count");
  }

  private static void checkBooks(Evidence evidence, Books books, Consumer<String> breach) {
    for (BookedSku sku : books.skus()) {
      long planned =
          evidence.sale().findSku(sku.id()).map(Sku::units).map(Long::valueOf).orElse(0L);
      long sold = Math.max(sku.sold(), books.liveUnits(sku.id()));
      if (sold > Math.min(planned, sku.allotted())) {
        breach.accept("%s sold %d of %d".formatted(sku.id(), sold, planned));
      }
    }
  }

  /** Units above the allotments, for the report. */
  static long oversold(Evidence evidence) {
    return evidence
        .books()
        .map(
            books ->
                books.skus().stream()
                    .mapToLong(sku -> books.liveUnits(sku.id()) - sku.allotted())
                    .filter(over -> over > 0)
                    .sum())
        .orElse(0L);
  }
}
