package io.doorbuster.gate;

import io.doorbuster.sale.WaveNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A place in a fair wave: WAITING until the draw, then an order or NOT_DRAWN. */
public final class Entry {
  /** Where an entry stands. */
  public enum State {
    WAITING,
    /** Drawn: its order is being made. */
    DRAWN,
    NOT_DRAWN
  }

  private final Permit permit;
  private final BuyerHash buyerHash;
  private final long priority;
  private final Instant drawAt;
  private volatile State state = State.WAITING;
  private volatile @Nullable String reason;
  private volatile long endedAtMs;

  Entry(Permit permit, BuyerHash buyerHash, long priority, Instant drawAt) {
    this.permit = permit;
    this.buyerHash = buyerHash;
    this.priority = priority;
    this.drawAt = drawAt;
  }

  /** What it will be admitted with; its order id is the entry's name from the start. */
  public Permit permit() {
    return permit;
  }

  public Instant drawAt() {
    return drawAt;
  }

  public State state() {
    return state;
  }

  /** Why it was not drawn, or why a drawn one got no order. */
  public @Nullable String reason() {
    return reason;
  }

  /** The buyer's name in the published draw, by which he finds himself in it. */
  public BuyerHash buyerHash() {
    return buyerHash;
  }

  /** What other gates may know of it. */
  WaveNode.Standing standing() {
    return new WaveNode.Standing(
        permit.order(),
        permit.buyer(),
        WaveNode.Standing.State.valueOf(state.name()),
        reason,
        permit.sku(),
        permit.quantity(),
        drawAt,
        permit.wave(),
        buyerHash.toString());
  }

  long priority() {
    return priority;
  }

  /** When it was last drawn or ended; 0 while it waits. */
  long endedAtMs() {
    return endedAtMs;
  }

  void drawn(long nowMs) {
    endedAtMs = nowMs;
    state = State.DRAWN;
  }

  void end(@Nullable String why, long nowMs) {
    endedAtMs = nowMs;
    reason = why;
    state = State.NOT_DRAWN;
  }
}
