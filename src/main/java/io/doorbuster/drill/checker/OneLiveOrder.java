package io.doorbuster.drill.checker;

import io.doorbuster.drill.checker.Books.BookedOrder;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Promise 2: a buyer has one live order, and makes one in orderEvery; REJECTED does not count. */
final class OneLiveOrder implements Promise {
  @Override
  public int number() {
    return 2;
  }

  @Override
  public String sentence() {
    return "one live order a buyer";
  }

  @Override
  public void check(Evidence evidence, Consumer<String> breach) {
    evidence.books().ifPresent(books -> checkBooks(evidence, books, breach));
    shownPaid(evidence)
        .forEach(
            (buyer, orders) -> {
              if (orders.size() > 1) {
                breach.accept("buyer " + buyer + " was shown two orders as PAID: " + orders);
              }
            });
  }

  private static Map<Integer, Set<String>> shownPaid(Evidence evidence) {
    Map<Integer, Set<String>> paid = new HashMap<>();
    evidence.history().calls().stream()
        .filter(call -> "PAID".equals(call.shown()) && call.order() != null)
        .forEach(
            call ->
                paid.computeIfAbsent(call.buyer(), b -> new HashSet<>()).add("" + call.order()));
    return paid;
  }

  @Override
  public Optional<String> counted(Evidence evidence) {
    String booked =
        evidence
            .books()
            .map(
                books ->
                    "%,d orders of %,d buyers, %,d live ones too many; "
                        .formatted(
                            books.orders().size(), byBuyer(books).size(), duplicates(evidence)))
            .orElse("");
    return Optional.of(
        "%s%,d buyers were shown theirs as PAID".formatted(booked, shownPaid(evidence).size()));
  }

  @Override
  public Optional<String> unchecked(Evidence evidence) {
    return Promise.withoutBooks(evidence, "each buyer's orders");
  }

  private static void checkBooks(Evidence evidence, Books books, Consumer<String> breach) {
    long everyMs = evidence.sale().limits().orderEvery().toMillis();
    for (List<BookedOrder> orders : byBuyer(books)) {
      if (orders.stream().filter(BookedOrder::live).count() > 1) {
        breach.accept(orders.getFirst().buyer() + " has several live orders: " + ids(orders));
      }
      for (int i = 1; i < orders.size(); i++) {
        BookedOrder earlier = orders.get(i - 1);
        BookedOrder later = orders.get(i);
        if (later.createdAtMs() - earlier.createdAtMs() < everyMs) {
          breach.accept(
              "%s ordered twice within orderEvery: %s"
                  .formatted(later.buyer(), ids(List.of(earlier, later))));
        }
      }
    }
  }

  private static Collection<List<BookedOrder>> byBuyer(Books books) {
    return books.orders().stream()
        .filter(order -> !"REJECTED".equals(order.status()))
        .sorted(Comparator.comparingLong(BookedOrder::createdAtMs))
        .collect(Collectors.groupingBy(BookedOrder::buyer))
        .values();
  }

  private static String ids(List<BookedOrder> orders) {
    return orders.stream()
        .map(order -> order.id() + " " + order.status())
        .collect(Collectors.joining(", "));
  }

  /** Live orders beyond each buyer's first, for the report. */
  static long duplicates(Evidence evidence) {
    return evidence
        .books()
        .map(
            books ->
                byBuyer(books).stream()
                    .mapToLong(orders -> orders.stream().filter(BookedOrder::live).count() - 1)
                    .filter(more -> more > 0)
                    .sum())
        .orElse(0L);
  }
}
