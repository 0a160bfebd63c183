package io.doorbuster.http;

/** A port can not be listened on; the message is one line. */
public final class CanNotListen extends IllegalStateException {
  private static final long serialVersionUID = 1L;
  private final boolean inUse;

  CanNotListen(String host, int port, Throwable reason) {
    super(
        isInUse(reason)
            ? "port " + port + " is in use"
            : "can not listen at " + host + ", port " + port + ": " + reason.getMessage(),
        reason);
    this.inUse = isInUse(reason);
  }

  /** Java's sockets and the native ones of the event loops have these words in common. */
  private static boolean isInUse(Throwable reason) {
    return String.valueOf(reason.getMessage()).contains("already in use");
  }

  /** Whether another port would do; else it is the host that is wrong. */
  public boolean isInUse() {
    return inUse;
  }
}
