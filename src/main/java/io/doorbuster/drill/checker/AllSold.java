package io.doorbuster.drill.checker;

import io.doorbuster.drill.checker.Books.BookedOrder;
import io.doorbuster.drill.workload.Call;
import io.doorbuster.drill.workload.Ending;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Promise 8: while somebody who would pay goes away empty-handed, every unit is sold and paid, and
 * nobody is told "sold out" for good ahead of the last order.
 */
final class AllSold implements Promise {
  @Override
  public int number() {
    return 8;
  }

  @Override
  public String sentence() {
    return "all units sell while buyers ask";
  }

  @Override
  public void check(Evidence evidence, Consumer<String> breach) {
    evidence.books().ifPresent(books -> checkBooks(evidence, books, breach));
  }

  @Override
  public Optional<String> counted(Evidence evidence) {
    return evidence
        .books()
        .map(
            books ->
                "%,d of %,d units are paid; %s went away empty-handed"
                    .formatted(
                        books.units("PAID"),
                        evidence.plan().units(),
                        demandSufficed(evidence)
                            ? "buyers who would pay"
                            : "nobody who would pay"));
  }

  @Override
  public Optional<String> unchecked(Evidence evidence) {
    return Promise.withoutBooks(evidence, "the units paid in the end");
  }

  private static void checkBooks(Evidence evidence, Books books, Consumer<String> breach) {
    long paid = books.units("PAID");
    if (demandSufficed(evidence) && paid < evidence.plan().units()) {
      breach.accept(
          "%d of %d units are paid, and buyers went away empty-handed"
              .formatted(paid, evidence.plan().units()));
    }
    if (evidence.sale().skus().size() > 1) {
      return;
    }
    long soldOutMs =
        evidence.history().calls().stream()
            .filter(call -> "sold-out".equals(call.refusal()) && call.atMs() < 0)
            .mapToLong(Call::endedMs)
            .min()
            .orElse(Long.MAX_VALUE);
    for (BookedOrder order : books.orders()) {
      if (order.createdAtMs() > soldOutMs) {
        breach.accept(
            "%s was made %d ms after sold-out was said for good"
                .formatted(order.id(), order.createdAtMs() - soldOutMs));
      }
    }
  }

  private static boolean demandSufficed(Evidence evidence) {
    for (Map.Entry<Integer, Ending> end : evidence.history().endings().entrySet()) {
      boolean empty = end.getValue() == Ending.SOLD_OUT || end.getValue() == Ending.CLOSED;
      if (empty && evidence.plan().behaviour(end.getKey()).meansToPay()) {
        return true;
      }
    }
    return false;
  }
}
