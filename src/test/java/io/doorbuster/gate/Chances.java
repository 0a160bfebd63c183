package io.doorbuster.gate;

/** Pearson's chi-square, and the value that chance passes once in a million runs. */
final class Chances {
  private Chances() {}

  /** Of counts that should all be equal; one degree of freedom less than there are counts. */
  static double chiSquare(int... wins) {
    double mean = java.util.Arrays.stream(wins).average().orElseThrow();
    double sum = 0;
    for (int win : wins) {
      sum += (win - mean) * (win - mean) / mean;
    }
    return sum;
  }

  /** By the approximation of Wilson and Hilferty, which is close enough for any freedom. */
  static double limit(int freedom) {
    double z = 4.7534; // of one in a million
    double part = 2.0 / (9.0 * freedom);
    return freedom * Math.pow(1 - part + z * Math.sqrt(part), 3);
  }
}
