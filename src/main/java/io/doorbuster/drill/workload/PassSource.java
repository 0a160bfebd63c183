package io.doorbuster.drill.workload;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where simulated buyers get their passes. */
@FunctionalInterface
public interface PassSource {
  /** A pass each; a buyer without one is missing from the answer. */
  Map<String, String> passes(String sale, List<String> buyers) throws InterruptedException;

  /**
   * The key that signs passes, where it is within reach: a pass can then be bad in one way only.
   */
  default Optional<byte[]> findKey(String id) {
    return Optional.empty();
  }
}
