package io.doorbuster.cli.plan;

import io.doorbuster.page.PageWeight;

/**
 * What the page weighs on the wire, in bytes without headers.
 *
 * @param firstView all that a browser needs to show it, in so many files
 * @param photo comes after the first view
 * @param html the page itself
 * @param state of one answer of state.json
 */
record Weights(double firstView, int files, double photo, double html, double state) {
  /** Of state.json with one SKU; each more has a flag of its own. */
  private static final double STATE_BYTES = 230;

  private static final double STATE_BYTES_A_SKU = 30;

  static Weights of(PageWeight page, double photoBytes, int skus) {
    return new Weights(
        page.firstView(),
        page.files(),
        photoBytes,
        page.html(),
        STATE_BYTES + (skus - 1) * STATE_BYTES_A_SKU);
  }
}
