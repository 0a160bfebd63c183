package io.doorbuster.drill;

import io.doorbuster.drill.checker.Checker;
import io.doorbuster.drill.checker.Evidence;
import io.doorbuster.drill.checker.Scene;
import io.doorbuster.drill.workload.Call;
import io.doorbuster.drill.workload.Interval;
import java.util.List;
import java.util.Optional;

/** Reports of rehearsals made by hand, with something in each of their plots. */
final class Rehearsed {
  private Rehearsed() {}

  static Report of(Evidence evidence) {
    return new Report(evidence, 1, Checker.judge(evidence), samples(), Optional.empty());
  }

  /** A fair sale; a kill, a pause and the close are in it. */
  static Report clean() {
    Evidence evidence = Scene.fair().evidence();
    refused(evidence, 2, "not-released", 700);
    refused(evidence, 3, "not-released", 4_200);
    refused(evidence, 3, "too-fast", 4_250);
    interval(evidence, Interval.What.KILLED, 1_500, 2_500);
    interval(evidence, Interval.What.PAUSED, 3_000, 3_500);
    evidence.history().add(new Interval(Interval.What.CLOSED, Scene.OPENS + 5_000, Long.MAX_VALUE));
    return of(evidence);
  }

  static Report withoutBooks() {
    Evidence evidence = Scene.clean().evidence();
    return of(
        new Evidence(
            evidence.plan(),
            evidence.sale(),
            evidence.history(),
            Optional.empty(),
            evidence.audit(),
            evidence.published(),
            Optional.empty(),
            Optional.empty(),
            0));
  }

  /** A third order where there are two units. */
  static Report oversold() {
    Scene scene = Scene.clean();
    scene.booked(2, "C", "PAID", 300);
    return of(scene.evidence());
  }

  static void refused(Evidence evidence, int buyer, String refusal, long afterMs) {
    long sentMs = Scene.OPENS + afterMs;
    evidence
        .history()
        .add(
            new Call(
                buyer,
                Call.Kind.ASK,
                Call.Outcome.ANSWERED,
                sentMs - 10,
                sentMs,
                sentMs + 3,
                429,
                null,
                refusal,
                null,
                null,
                100));
  }

  private static void interval(Evidence evidence, Interval.What what, long fromMs, long untilMs) {
    evidence.history().add(new Interval(what, Scene.OPENS + fromMs, Scene.OPENS + untilMs));
  }

  private static List<Sample> samples() {
    return List.of(
        sample(0, new Sample.Reading(2, 0, 0, 0, 0, 0, 0)),
        sample(1_000, new Sample.Reading(0, 1, 1, 1, 1, 12.5, 0)),
        new Sample(Scene.OPENS + 2_000, Optional.empty()),
        sample(3_000, new Sample.Reading(0, 0, 2, 2, 0, 14, 300)));
  }

  private static Sample sample(long afterMs, Sample.Reading reading) {
    return new Sample(Scene.OPENS + afterMs, Optional.of(reading));
  }
}
