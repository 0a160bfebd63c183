package io.doorbuster.drill;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** What a person sees meanwhile: a bar on a terminal, a line every few seconds elsewhere. */
final class Progress implements AutoCloseable {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(2);

  private final PrintStream out;
  private final InstantSource clock;
  private final long startMs;
  private final @Nullable ProgressBar bar;
  private final int units;
  private final boolean shown;
  private long lastLineMs;

  Progress(PrintStream out, InstantSource clock, int units) {
    this(out, clock, units, true);
  }

  private Progress(PrintStream out, InstantSource clock, int units, boolean shown) {
    this.shown = shown;
    this.out = out;
    this.clock = clock;
    this.units = units;
    this.startMs = clock.millis();
    this.bar =
        shown && Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)
            ? new ProgressBarBuilder()
                .setTaskName("units paid")
                .setInitialMax(units)
                .hideEta()
                .setMaxRenderedLength(100)
                .build()
            : null;
  }

  /** For one of many sales: it says nothing. */
  static Progress silent(PrintStream out, InstantSource clock, int units) {
    return new Progress(out, clock, units, false);
  }

  /** A step of the sale's life. */
  void say(String what) {
    if (!shown) {
      return;
    }
    if (bar == null) {
      out.printf(Locale.ROOT, "%5.1f s  %s%n", seconds(), what);
      lastLineMs = clock.millis();
    } else {
      bar.setExtraMessage(what);
    }
  }

  /** Where the sale stands; printed now and then. */
  void update(long paid, long requests, int kills) {
    String killed = kills == 0 ? "" : ", killed " + kills + " times";
    if (bar != null) {
      bar.stepTo(paid);
      bar.setExtraMessage("%,d requests%s".formatted(requests, killed));
    } else if (clock.millis() - lastLineMs > BETWEEN_LINES.toMillis()) {
      say("%,d requests, %d of %d units paid%s".formatted(requests, paid, units, killed));
    }
  }

  private double seconds() {
    return (clock.millis() - startMs) / 1_000.0;
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
