package io.doorbuster.drill;

import io.doorbuster.drill.workload.Interval.What;
import java.time.Duration;
import java.util.Optional;

/** Trouble of one kind, once, in one sale. */
interface Blow {
  /** Ahead of the sale's publishing. */
  void before() throws InterruptedException;

  /** After the opening. */
  Duration moment();

  /** While it sells; returns when all is mended, and ready again. */
  void strike(String sale) throws InterruptedException;

  /** When the sale is settled. */
  void after() throws InterruptedException;

  /** What answers that did not come are excused by; empty where none is. */
  Optional<What> excuse();
}
