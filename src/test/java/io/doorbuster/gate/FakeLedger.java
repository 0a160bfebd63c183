package io.doorbuster.gate;

import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.WaveRecord;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps waves in memory; can be away. */
final class FakeLedger implements WaveLedger {
  final List<WaveRecord> saved = new CopyOnWriteArrayList<>();
  final AtomicInteger tries = new AtomicInteger();
  volatile boolean away;
  volatile boolean broken;

  @Override
  public void save(List<WaveRecord> waves) {
    tries.incrementAndGet();
    if (broken) {
      throw new IllegalStateException("a bug in the store");
    }
    if (away) {
      throw new StoreUnavailable("away", new IOException());
    }
    saved.addAll(waves);
  }
}
