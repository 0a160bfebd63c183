package io.doorbuster.drill.checker;

import java.util.List;
import java.util.Optional;

/**
 * What was found about one promise.
 *
 * @param counted what it was held against, in figures; empty where there was nothing to check it by
 * @param unchecked what was not checked, and why; empty where all was
 * @param breaches how it was broken; none where it was kept, as far as it was checked
 */
public record Judgement(
    int number,
    String sentence,
    Optional<String> counted,
    Optional<String> unchecked,
    List<Breach> breaches) {
  public Judgement {
    breaches = List.copyOf(breaches);
  }

  /** In a word or a few. */
  public String word() {
    if (!breaches.isEmpty()) {
      return "broken";
    }
    if (counted.isEmpty()) {
      return "not checked";
    }
    return unchecked.isEmpty() ? "kept" : "kept, checked in part";
  }
}
