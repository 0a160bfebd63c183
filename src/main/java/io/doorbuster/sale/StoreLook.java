package io.doorbuster.sale;

import java.util.List;

/**
 * How well a store keeps what it is told, as it says itself.
 *
 * @param keeps what there is and how it keeps it, in words
 * @param weak what can lose an answer that was given, each with its mend; empty where nothing can
 * @param untold settings that it does not let us see
 */
public record StoreLook(String keeps, List<String> weak, List<String> untold) {
  public StoreLook {
    weak = List.copyOf(weak);
    untold = List.copyOf(untold);
  }
}
