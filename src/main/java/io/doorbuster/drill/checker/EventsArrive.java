package io.doorbuster.drill.checker;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Beside the nine promises, where the sink is in reach: every event that was committed arrives at
 * least once, nothing else does, and the first arrivals of one order are in their order.
 */
final class EventsArrive implements Promise {
  @Override
  public int number() {
    return 10;
  }

  @Override
  public String sentence() {
    return "every event arrives";
  }

  @Override
  public void check(Evidence evidence, Consumer<String> breach) {
    if (evidence.deliveries().isEmpty()) {
      return;
    }
    Deliveries deliveries = evidence.deliveries().get();
    tell(deliveries.missing(), "was committed and never arrived", breach);
    tell(deliveries.unbooked(), "arrived and was never committed", breach);
    tell(deliveries.outOfOrder(), "arrived behind a later event of its order", breach);
  }

  private static void tell(List<String> events, String what, Consumer<String> breach) {
    events.forEach(event -> breach.accept("the event " + event + " " + what));
  }

  @Override
  public Optional<String> counted(Evidence evidence) {
    return evidence
        .deliveries()
        .map(
            deliveries ->
                "%,d events; %,d arrivals beyond the first of each"
                    .formatted(deliveries.booked().size(), deliveries.repeated()));
  }

  @Override
  public Optional<String> unchecked(Evidence evidence) {
    return Optional.empty();
  }
}
