package io.doorbuster.drill;

/** The rehearsal can not go on; the message says what was stuck. */
final class DrillFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DrillFailed(String message) {
    super(message);
  }
}
