package io.doorbuster.gate;

import io.doorbuster.sale.WaveRecord;
import java.util.List;

/** Where waves are kept for good, so that anyone can verify every verdict afterwards. */
@FunctionalInterface
public interface WaveLedger {
  /**
   * Keeps finished waves; a wave kept again changes nothing.
   *
   * @throws io.doorbuster.sale.StoreUnavailable where that is not known to have worked
   */
  void save(List<WaveRecord> waves);
}
