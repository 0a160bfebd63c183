package io.doorbuster.drill.checker;

import io.doorbuster.drill.checker.Books.BookedOrder;
import io.doorbuster.drill.workload.Call;
import io.doorbuster.drill.workload.Interval;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Promise 7: nothing is sold ahead of the opening, after the close, or between a pause's
 * acknowledgement and the resume.
 */
final class InsideTheWindow implements Promise {
  @Override
  public int number() {
    return 7;
  }

  @Override
  public String sentence() {
    return "nothing sells early, late or while paused";
  }

  @Override
  public void check(Evidence evidence, Consumer<String> breach) {
    long opensMs = evidence.sale().opensAt().toEpochMilli();
    for (Call call : letIn(evidence)) {
      if (call.endedMs() < opensMs) {
        breach.accept(
            "buyer %d was admitted %d ms early".formatted(call.buyer(), opensMs - call.endedMs()));
      }
    }
    evidence
        .books()
        .ifPresent(books -> books.orders().forEach(order -> check(evidence, order, breach)));
  }

  private static List<Call> letIn(Evidence evidence) {
    return evidence.history().calls().stream()
        .filter(call -> call.kind() == Call.Kind.ASK && call.answered() && call.status() < 300)
        .toList();
  }

  @Override
  public Optional<String> counted(Evidence evidence) {
    long opensMs = evidence.sale().opensAt().toEpochMilli();
    List<Call> letIn = letIn(evidence);
    String first =
        letIn.stream().mapToLong(Call::endedMs).min().stream()
            .mapToObj(ms -> ", the first %,d ms after the opening".formatted(ms - opensMs))
            .findFirst()
            .orElse("");
    String booked =
        evidence
            .books()
            .map(
                books ->
                    "; %,d orders against the window, pauses: ".formatted(books.orders().size()))
            .map(text -> text + evidence.intervals(Interval.What.PAUSED).size())
            .orElse("");
    return Optional.of("%,d asks let in%s%s".formatted(letIn.size(), first, booked));
  }

  @Override
  public Optional<String> unchecked(Evidence evidence) {
    return Promise.withoutBooks(evidence, "when each order was made");
  }

  private static void check(Evidence evidence, BookedOrder order, Consumer<String> breach) {
    long atMs = order.createdAtMs();
    if (atMs < evidence.sale().opensAt().toEpochMilli()) {
      breach.accept(order.id() + " was made ahead of the opening");
    }
    if (atMs >= evidence.sale().closesAt().toEpochMilli()) {
      breach.accept(order.id() + " was made after the close");
    }
    for (Interval interval : evidence.history().intervals()) {
      boolean shut =
          interval.what() == Interval.What.PAUSED || interval.what() == Interval.What.CLOSED;
      if (shut && interval.fromMs() < atMs && atMs < interval.untilMs()) {
        breach.accept(
            "%s was made %d ms after it was %s"
                .formatted(order.id(), atMs - interval.fromMs(), interval.what()));
      }
    }
  }
}
