package io.doorbuster.sale;

/** The database cannot be reached, is full, or can not be written; it may come back. */
public final class StoreUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
