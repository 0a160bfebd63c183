package io.doorbuster.sale;

import java.util.List;

/** An operator's wish that the sale's phase or rules do not allow, and what would be allowed. */
public final class NotAllowed extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient List<Finding> findings;

  public NotAllowed(String message) {
    this(message, List.of());
  }

  public NotAllowed(String message, List<Finding> findings) {
    super(message);
    this.findings = List.copyOf(findings);
  }

  public List<Finding> findings() {
    return findings;
  }
}
