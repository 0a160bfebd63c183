package io.doorbuster.sale;

/** The database refused a row: a check, a unique index, a reference. */
public final class ConstraintViolated extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConstraintViolated(String message, Throwable cause) {
    super(message, cause);
  }
}
