package io.doorbuster.sale;

/**
 * An identified customer, by the name that the shop gave: 1 to 128 characters, none of them a
 * control character or half of one, which not every store can hold.
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
    return !value.isEmpty() && value.length() <= LENGTH_MAX && isPrintable(value);
  }

  private static boolean isPrintable(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isISOControl(c)) {
        return false;
      }
      if (Character.isSurrogate(c)) {
        i++;
        if (i == value.length() || !Character.isSurrogatePair(c, value.charAt(i))) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return value;
  }
}
