package io.doorbuster.drill.checker;

/** A promise that was not kept, and how. */
public record Breach(int promise, String sentence, String what) {
  @Override
  public String toString() {
    return "promise " + promise + " (" + sentence + "): " + what;
  }
}
