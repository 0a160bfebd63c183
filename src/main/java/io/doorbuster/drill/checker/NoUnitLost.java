package io.doorbuster.drill.checker;

import io.doorbuster.drill.checker.AuditAnswer.AuditedSku;
import io.doorbuster.drill.checker.Books.BookedSku;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Promise 4: available + held + sold + returned = allotted, by the server's audit and by our own
 * sum over the database; once SETTLED all units are sold or returned.
 */
final class NoUnitLost implements Promise {
  @Override
  public int number() {
    return 4;
  }

  @Override
  public String sentence() {
    return "no unit is lost";
  }

  @Override
  public void check(Evidence evidence, Consumer<String> breach) {
    AuditAnswer audit = evidence.audit();
    if (!audit.ok()) {
      breach.accept("the audit says no: " + String.join("; ", audit.findings()));
    }
    for (AuditedSku sku : audit.skus()) {
      if (!sku.addsUp()) {
        breach.accept(sku.sku() + ": " + sku.sum());
      }
    }
    if (audit.skus().size() != evidence.sale().skus().size()) {
      breach.accept("the audit speaks of " + audit.skus().size() + " SKUs");
    }
    evidence.books().ifPresent(books -> checkBooks(books, breach));
  }

  @Override
  public Optional<String> counted(Evidence evidence) {
    String sums =
        evidence.audit().skus().stream()
            .map(sku -> "%s: %s".formatted(sku.sku(), sku.sum()))
            .collect(Collectors.joining("; "));
    return Optional.of("the audit, %s".formatted(sums.isEmpty() ? "without a sum" : sums));
  }

  @Override
  public Optional<String> unchecked(Evidence evidence) {
    return Promise.withoutBooks(evidence, "our own sum over its orders");
  }

  private static void checkBooks(Books books, Consumer<String> breach) {
    for (BookedSku sku : books.skus()) {
      long live = books.liveUnits(sku.id());
      if (sku.sold() != live) {
        breach.accept(
            "%s: the count says %d sold, its orders %d".formatted(sku.id(), sku.sold(), live));
      }
      boolean settled = "SETTLED".equals(books.phase());
      if (settled && sku.sold() + sku.returned() != sku.allotted()) {
        breach.accept(
            "%s: settled with %d sold + %d returned of %d"
                .formatted(sku.id(), sku.sold(), sku.returned(), sku.allotted()));
      }
    }
  }
}
