package io.doorbuster.sale;

/** Who of those that ask within one wave is admitted. */
public enum Pick {
  /** The first to arrive. */
  FIRST,
  /** Everybody has the same chance, drawn at the wave's end. */
  FAIR
}
