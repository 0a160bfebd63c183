package io.doorbuster.inventory;

import java.time.Instant;

/** When the engine may reserve: inside the window, while the state is RUNNING. */
public record SaleControl(Instant opensAt, Instant closesAt, State state) {
  /** What an operator has said. */
  public enum State {
    RUNNING,
    PAUSED,
    CLOSED
  }
}
