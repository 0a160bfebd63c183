package io.doorbuster.drill.checker;

/** The counts that a report begins with. */
public record Figures(long oversold, long duplicates, long lostPlaced, long stuck) {
  public static Figures of(Evidence evidence) {
    return new Figures(
        NeverOversold.oversold(evidence),
        OneLiveOrder.duplicates(evidence),
        ShownIsKept.lostPlaced(evidence),
        NamedEnding.stuck(evidence));
  }
}
