package io.doorbuster.cli.operator;

/** Counted things in a sentence. */
final class Words {
  private Words() {}

  /** {@code 1 unit}, {@code 2 units}. */
  static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
