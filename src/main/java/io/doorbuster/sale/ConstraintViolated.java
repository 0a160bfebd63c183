package io.doorbuster.sale;

/** The database refused a row. */
public final class ConstraintViolated extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the row would have broken. */
  public enum Kind {
    /** A primary key or a unique index: another row has it. */
    DUPLICATE,
    /** A CHECK. */
    CHECK,
    /** A reference, a missing value, a value that the column does not take. */
    OTHER
  }

  private final Kind kind;

  public ConstraintViolated(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
