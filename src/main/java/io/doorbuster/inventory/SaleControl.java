package io.doorbuster.inventory;

import java.time.Instant;

/**
 * When the engine may reserve: inside the window, while the state is RUNNING.
 *
 * @param revision of the sale that says so; an older word never replaces a younger one
 */
public record SaleControl(Instant opensAt, Instant closesAt, State state, long revision) {
  /** What an operator has said. */
  public enum State {
    RUNNING,
    PAUSED,
    CLOSED
  }
}
