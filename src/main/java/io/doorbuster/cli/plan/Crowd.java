package io.doorbuster.cli.plan;

import java.time.Duration;

/**
 * Who comes, and how the sale lets them in; the letters of docs/scaling.md behind each.
 *
 * @param buyers who wait for the start (B)
 * @param units of all SKUs (U)
 * @param peak in which all of them click for the first time (p)
 * @param arrival over which they come and sign in before (a)
 * @param tryEvery between two tries of a buyer (t)
 * @param wave places of a wave, for each SKU (w)
 * @param every from a wave to the next (e)
 * @param fair whether a wave is drawn by lot
 */
record Crowd(
    long buyers,
    long units,
    int skus,
    Duration peak,
    Duration arrival,
    Duration tryEvery,
    long wave,
    Duration every,
    boolean fair) {

  /** A second, at the gates: first all click once, then all again each {@code tryEvery}. */
  double requestsPerSecond() {
    return Math.max(buyers / seconds(peak), buyers / seconds(tryEvery));
  }

  /** A second, at most, however many ask. */
  double ordersPerSecond() {
    return skus * wave / seconds(every);
  }

  /** Seconds until all units are reserved. */
  double stockLasts() {
    return units / ordersPerSecond();
  }

  /** A second, before the start. */
  double arrivalsPerSecond() {
    return buyers / seconds(arrival);
  }

  /** Who ask within one wave, at most once each. */
  double asksPerWave() {
    return Math.min((double) buyers, requestsPerSecond() * seconds(every));
  }

  static double seconds(Duration time) {
    return time.toMillis() / 1_000.0;
  }
}
