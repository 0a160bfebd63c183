package bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What gate and edge have used by now, noted each second while something else runs. */
final class Usage implements AutoCloseable {
  private static final long EVERY_MS = 1_000;

  /**
   * At a moment.
   *
   * @param orders that the gate has committed
   */
  private record Note(long atMs, double gateCpu, double edgeCpu, double orders) {}

  private final List<Note> notes = new ArrayList<>();
  private final Thread thread;

  private Usage(Server gate, Edge edge) {
    thread = Thread.ofVirtual().unstarted(() -> run(gate, edge));
  }

  static Usage start(Server gate, Edge edge) {
    Usage usage = new Usage(gate, edge);
    usage.thread.start();
    return usage;
  }

  private void run(Server gate, Edge edge) {
    try {
      while (true) {
        Thread.sleep(EVERY_MS - System.currentTimeMillis() % EVERY_MS);
        Note note =
            new Note(
                System.currentTimeMillis(),
                Machine.cpuSeconds(gate.pid()),
                edge.cpuSeconds(),
                (double) gate.counter("doorbuster_orders_committed"));
        synchronized (notes) {
          notes.add(note);
        }
      }
    } catch (IOException e) {
      Lab.say("  the gate says nothing: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  double gateCpu(long fromMs, long untilMs) {
    return more(fromMs, untilMs, Note::gateCpu);
  }

  double edgeCpu(long fromMs, long untilMs) {
    return more(fromMs, untilMs, Note::edgeCpu);
  }

  double orders(long fromMs, long untilMs) {
    return more(fromMs, untilMs, Note::orders);
  }

  private double more(long fromMs, long untilMs, ToDoubleFunction<Note> figure) {
    return figure.applyAsDouble(at(untilMs)) - figure.applyAsDouble(at(fromMs));
  }

  /** The first that was noted at the time or later. */
  private Note at(long ms) {
    synchronized (notes) {
      return notes.stream()
          .filter(note -> note.atMs >= ms)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("nothing was noted after " + ms));
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
