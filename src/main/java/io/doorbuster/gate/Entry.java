package io.doorbuster.gate;

import io.doorbuster.sale.WaveNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A place in a fair wave: WAITING until the draw, then an order or NOT_DRAWN. What is decided here
 * is shown once the other gates can know it too, so that no gate shows what was before.
 */
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
  private volatile Word decided = new Word(State.WAITING, null);
  private volatile Word shown = decided;
  private volatile long endedAtMs;

  private record Word(State state, @Nullable String reason) {}

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

  /** As it is shown. */
  public State state() {
    return shown.state;
  }

  /** Why it was not drawn, or why a drawn one got no order. */
  public @Nullable String reason() {
    return shown.reason;
  }

  /** Whether nothing is decided. */
  boolean isOpen() {
    return decided.state == State.WAITING;
  }

  /** Shows, when it is run, what is decided by now. */
  Runnable show() {
    Word word = decided;
    return () -> shown = word;
  }

  /** The buyer's name in the published draw, by which he finds himself in it. */
  public BuyerHash buyerHash() {
    return buyerHash;
  }

  /** What other gates may know of it. */
  WaveNode.Standing standing() {
    Word word = decided;
    return new WaveNode.Standing(
        permit.order(),
        permit.buyer(),
        WaveNode.Standing.State.valueOf(word.state.name()),
        word.reason,
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
    decided = new Word(State.DRAWN, null);
  }

  void end(@Nullable String why, long nowMs) {
    endedAtMs = nowMs;
    decided = new Word(State.NOT_DRAWN, why);
  }
}
