package io.doorbuster.drill.checker;

import io.doorbuster.drill.checker.Books.BookedOrder;
import io.doorbuster.drill.workload.Call;
import io.doorbuster.drill.workload.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Promise 3: an order that was shown as PLACED or PAID is in the database, and never goes back; a
 * payment that was acknowledged is PAID, or is to be refunded; only a kill can lose what was
 * QUEUED.
 */
final class ShownIsKept implements Promise {
  @Override
  public int number() {
    return 3;
  }

  @Override
  public String sentence() {
    return "what was shown is kept";
  }

  @Override
  public void check(Evidence evidence, Consumer<String> breach) {
    if (evidence.history().dropped() > 0) {
      breach.accept(evidence.history().dropped() + " calls did not fit into the history");
    }
    Map<String, List<Call>> byOrder = new HashMap<>();
    for (Call call : evidence.history().calls()) {
      String order = call.order();
      if (order != null && call.answered()) {
        byOrder.computeIfAbsent(order, o -> new ArrayList<>()).add(call);
      }
    }
    Map<String, BookedOrder> booked =
        evidence.books().map(Books::ordersById).orElseGet(HashMap::new);
    boolean mayBeLost = !evidence.intervals(Interval.What.KILLED).isEmpty();
    byOrder.forEach(
        (order, calls) -> {
          checkForward(order, calls, mayBeLost, breach);
          if (evidence.books().isPresent()) {
            checkBooked(order, calls, booked.get(order), breach);
            checkPayments(order, calls, booked.get(order), evidence, breach);
          }
        });
  }

  @Override
  public Optional<String> counted(Evidence evidence) {
    String shown =
        "%,d orders were shown as PLACED or PAID".formatted(shownPlaced(evidence).size());
    return Optional.of(
        evidence.books().isEmpty()
            ? shown
            : shown + "; %,d of them are not in the database".formatted(lostPlaced(evidence)));
  }

  @Override
  public Optional<String> unchecked(Evidence evidence) {
    return Promise.withoutBooks(evidence, "whether it has the orders and payments shown");
  }

  private static void checkForward(
      String order, List<Call> calls, boolean mayBeLost, Consumer<String> breach) {
    List<Call> shown =
        calls.stream()
            .filter(call -> rank(call.shown()) > 0)
            .sorted(Comparator.comparingLong(Call::sentMs))
            .toList();
    for (Call later : shown) {
      for (Call earlier : shown) {
        boolean before = earlier.endedMs() < later.sentMs();
        if (before && isBackwards("" + earlier.shown(), "" + later.shown())) {
          breach.accept(
              "%s was shown as %s, and then as %s"
                  .formatted(order, earlier.shown(), later.shown()));
        }
      }
      if ("LOST".equals(later.shown()) && !mayBeLost) {
        breach.accept(order + " was told LOST, and nothing was killed");
      }
    }
  }

  private static boolean isBackwards(String earlier, String later) {
    int from = rank(earlier);
    int to = rank(later);
    if (to < from) {
      return true;
    }
    // NOT_DRAWN, LOST and REJECTED end what was never PLACED; two different ends are one too many.
    boolean leavesPlaced = from == PLACED && to == UNMADE;
    boolean twoEnds = from >= PAID && !earlier.equals(later);
    return leavesPlaced || twoEnds;
  }

  private static final int PLACED = 3;
  private static final int PAID = 4;
  private static final int UNMADE = 5;

  private static int rank(@Nullable String status) {
    return switch (status == null ? "" : status) {
      case "WAITING" -> 1;
      case "QUEUED" -> 2;
      case "PLACED" -> PLACED;
      case "PAID", "CANCELLED", "EXPIRED" -> PAID;
      case "NOT_DRAWN", "LOST", "REJECTED" -> UNMADE;
      default -> 0;
    };
  }

  private static void checkBooked(
      String order, List<Call> calls, @Nullable BookedOrder booked, Consumer<String> breach) {
    boolean placed = calls.stream().anyMatch(call -> wasPlaced(call.shown()));
    if (placed && (booked == null || "REJECTED".equals(booked.status()))) {
      breach.accept(order + " was shown as PLACED and is not in the database");
      return;
    }
    for (Call call : calls) {
      boolean end = rank(call.shown()) == PAID;
      if (end && booked != null && !booked.status().equals(call.shown())) {
        breach.accept(
            "%s was shown as %s and the database says %s"
                .formatted(order, call.shown(), booked.status()));
      }
      if ("LOST".equals(call.shown()) && booked != null) {
        breach.accept(order + " was told LOST and is in the database as " + booked.status());
      }
    }
  }

  private static void checkPayments(
      String order,
      List<Call> calls,
      @Nullable BookedOrder booked,
      Evidence evidence,
      Consumer<String> breach) {
    boolean acknowledged = calls.stream().anyMatch(call -> isPayment(evidence, call, booked));
    if (!acknowledged) {
      return;
    }
    boolean paid = booked != null && "PAID".equals(booked.status());
    boolean refund = evidence.books().map(b -> b.refundsNeeded().contains(order)).orElse(false);
    if (!paid && !refund) {
      breach.accept(
          "%s was paid; it is %s, and no refund is due"
              .formatted(order, booked == null ? "not in the database" : booked.status()));
    }
  }

  /**
   * An acknowledged payment. One that we were not told of counts when it was made in time, and when
   * the demo's provider, which keeps it in memory, was not killed since.
   */
  private static boolean isPayment(Evidence evidence, Call call, @Nullable BookedOrder booked) {
    boolean accepted = call.status() > 0 && call.status() < 400;
    return switch (call.kind()) {
      case PAY -> accepted;
      case PAY_UNHEARD ->
          accepted
              && (booked == null || call.endedMs() < booked.payBeforeMs())
              && evidence.intervals(Interval.What.KILLED).stream()
                  .noneMatch(kill -> kill.untilMs() >= call.sentMs());
      default -> false;
    };
  }

  private static boolean wasPlaced(@Nullable String shown) {
    return "PLACED".equals(shown) || "PAID".equals(shown);
  }

  /** Orders shown as PLACED that the database does not have, for the report. */
  static long lostPlaced(Evidence evidence) {
    return evidence
        .books()
        .map(
            books -> {
              Map<String, BookedOrder> booked = books.ordersById();
              return shownPlaced(evidence).stream()
                  .filter(order -> !booked.containsKey(order))
                  .count();
            })
        .orElse(0L);
  }

  private static Set<String> shownPlaced(Evidence evidence) {
    return evidence.history().calls().stream()
        .filter(call -> wasPlaced(call.shown()) && call.order() != null)
        .map(call -> "" + call.order())
        .collect(Collectors.toSet());
  }
}
