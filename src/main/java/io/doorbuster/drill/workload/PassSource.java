package io.doorbuster.drill.workload;

import java.util.List;
import java.util.Map;

/** Where simulated buyers get their passes. */
@FunctionalInterface
public interface PassSource {
  /** A pass each; a buyer without one is missing from the answer. */
  Map<String, String> passes(String sale, List<String> buyers) throws InterruptedException;
}
