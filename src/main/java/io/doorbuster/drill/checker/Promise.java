package io.doorbuster.drill.checker;

import java.util.Optional;
import java.util.function.Consumer;

/** One of the promises of the design, and the way to catch it broken. */
interface Promise {
  /** From 1 to 9. */
  int number();

  /** What is promised, in a few words. */
  String sentence();

  /**
   * Holds the evidence against the promise.
   *
   * @param breach gets a sentence for each violation
   */
  void check(Evidence evidence, Consumer<String> breach);

  /** What it is held against, in figures; empty where there is nothing to check it by. */
  Optional<String> counted(Evidence evidence);

  /** What this evidence can not show, and why; empty where it is enough. */
  Optional<String> unchecked(Evidence evidence);

  /** For what only the database knows. */
  static Optional<String> withoutBooks(Evidence evidence, String what) {
    return evidence.books().isPresent()
        ? Optional.empty()
        : Optional.of("Not checked, since the database is out of reach: " + what + ".");
  }
}
