package io.doorbuster.cli.operator;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** How far a long work is: a bar on a terminal, a line every few seconds elsewhere. */
final class Progress implements AutoCloseable {
  private static final long BETWEEN_LINES_NS = Duration.ofSeconds(2).toNanos();

  private final PrintWriter out;
  private final String task;
  private final int max;
  private final @Nullable ProgressBar bar;
  private int done;
  private long lastLineNs = System.nanoTime();

  Progress(PrintWriter out, String task, int max) {
    this.out = out;
    this.task = task;
    this.max = max;
    boolean terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    this.bar =
        terminal
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(max)
                .hideEta()
                .setMaxRenderedLength(100)
                .build()
            : null;
  }

  /** One more is done; from any thread. */
  synchronized void step() {
    done++;
    if (bar != null) {
      bar.step();
    } else if (System.nanoTime() - lastLineNs > BETWEEN_LINES_NS) {
      out.println(task + ": " + done + " of " + max);
      out.flush();
      lastLineNs = System.nanoTime();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
