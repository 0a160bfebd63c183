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

  /** Of the page's script: it asks for the state after a second and up to 0.6 more. */
  private static final double STATE_EVERY_SECONDS = 1.3;

  /** Of who has an order: he waits for it, pays, and waits for that. */
  private static final double LOOKS_AN_ORDER = 3;

  /** Buy requests a second: first all click once, then all again each {@code tryEvery}. */
  double asksPerSecond() {
    return Math.max(buyers / seconds(peak), buyers / seconds(tryEvery));
  }

  /** What comes after a buy request that was not refused, a second. */
  double looksPerSecond() {
    return waiting() / seconds(every) + ordersPerSecond() * LOOKS_AN_ORDER;
  }

  /** A second, at the gates. */
  double requestsPerSecond() {
    return asksPerSecond() + looksPerSecond();
  }

  /** Pages that ask for the state, a second. */
  double statesPerSecond() {
    return buyers / STATE_EVERY_SECONDS;
  }

  /** Who waits for a wave's draw: only those whose entries can still be among the best. */
  double waiting() {
    double places = (double) wave * skus;
    return fair ? places * (1 + Math.log(Math.max(1, asksPerWave() / places))) : 0;
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
    return Math.min((double) buyers, asksPerSecond() * seconds(every));
  }

  static double seconds(Duration time) {
    return time.toMillis() / 1_000.0;
  }
}
