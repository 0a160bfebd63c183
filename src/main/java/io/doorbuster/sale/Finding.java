package io.doorbuster.sale;

/**
 * A mistake in a file that an operator wrote, and what would be right.
 *
 * @param line from 1; 0 where the text has no such line (a missing key, an environment variable)
 */
public record Finding(String source, int line, String key, String message) {

  @Override
  public String toString() {
    String place = line > 0 ? source + ":" + line : source;
    return key.isEmpty() ? place + ": " + message : place + ": " + key + ": " + message;
  }
}
