package io.doorbuster.page.cdn;

import java.time.Duration;

/**
 * How long a provider's API is waited for.
 *
 * @param answer for one whole answer, from the connection on
 * @param pause before the second try, where the answer names none; it doubles
 * @param busy for one call in sum, while the API is away or asks to wait
 * @param poll between two questions about a task
 */
record Patience(Duration answer, Duration pause, Duration busy, Duration poll) {
  /** The longest pause that the purge limits of today ask for is a minute. */
  static final Patience USUAL =
      new Patience(
          Duration.ofSeconds(15),
          Duration.ofSeconds(2),
          Duration.ofMinutes(2),
          Duration.ofSeconds(5));
}
