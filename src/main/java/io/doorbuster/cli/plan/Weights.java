package io.doorbuster.cli.plan;

/**
 * What the page weighs on the wire, in bytes without headers.
 *
 * @param firstView all that a browser needs to show it, in so many files
 * @param photo comes after the first view
 * @param html the page itself
 * @param state of one answer of state.json
 */
record Weights(double firstView, int files, double photo, double html, double state) {}
