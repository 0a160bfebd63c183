package io.doorbuster.drill.checker;

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
}
