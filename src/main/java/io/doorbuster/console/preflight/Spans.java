package io.doorbuster.console.preflight;

import java.time.Duration;
import java.time.Instant;

/** Times until something, in words. */
final class Spans {
  private Spans() {}

  /** With two parts at most: {@code 2 d 3 h}, {@code 12 min 5 s}. */
  static String text(Instant from, Instant to) {
    Duration span = Duration.between(from, to);
    if (span.toDays() > 0) {
      return span.toDays() + " d " + span.toHoursPart() + " h";
    }
    if (span.toHours() > 0) {
      return span.toHours() + " h " + span.toMinutesPart() + " min";
    }
    return span.toMinutes() > 0
        ? span.toMinutes() + " min " + span.toSecondsPart() + " s"
        : span.toSeconds() + " s";
  }
}
