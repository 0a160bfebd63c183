package io.doorbuster.sale;

/**
 * An identified customer, by the name that the shop gave: 1 to 128 characters, none of them a
 * control character.
 */
public record BuyerId(String value) {
  public static final int LENGTH_MAX = 128;

  public BuyerId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("a buyer id has 1 to 128 printable characters");
    }
  }

  /** Whether a text from outside can be a buyer id. */
  public static boolean isValid(String value) {
    return !value.isEmpty()
        && value.length() <= LENGTH_MAX
        && value.chars().noneMatch(Character::isISOControl);
  }

  @Override
  public String toString() {
    return value;
  }
}
