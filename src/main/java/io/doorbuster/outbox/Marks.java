package io.doorbuster.outbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Outcomes that wait to be written together; bounded by what the relay reads at once. */
final class Marks {
  private final OutboxStore store;
  private final Duration linger;
  private final List<Mark> marks = new ArrayList<>();
  private long lastFlushNs;

  /**
   * Starts empty.
   *
   * @param linger how long an outcome waits for others
   */
  Marks(OutboxStore store, Duration linger, long nowNs) {
    this.store = store;
    this.linger = linger;
    this.lastFlushNs = nowNs;
  }

  void add(Mark mark) {
    marks.add(mark);
  }

  int size() {
    return marks.size();
  }

  /** How long they can still wait for others. */
  long waitNs(long nowNs) {
    return marks.isEmpty() ? Long.MAX_VALUE : Math.max(0, lastFlushNs + linger.toNanos() - nowNs);
  }

  /** Writes them; where the store is away, they stay. */
  void flush(long nowNs) {
    if (!marks.isEmpty()) {
      store.mark(marks);
      marks.clear();
    }
    lastFlushNs = nowNs;
  }
}
