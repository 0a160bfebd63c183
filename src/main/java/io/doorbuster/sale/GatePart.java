package io.doorbuster.sale;

import org.jspecify.annotations.Nullable;

/**
 * One gate's part of a wave that several gates hold.
 *
 * @param entries all that asked there, of which {@code admitted} were let through
 * @param counted whether its entries came before the close; if not, the wave is not complete
 */
public record GatePart(String gate, int entries, int admitted, boolean counted) {
  /** Null where the gate is alone: then the wave is its part. */
  public static @Nullable GatePart of(WaveNode node, int entries, int admitted, boolean counted) {
    return node.isShared() ? new GatePart(node.gate(), entries, admitted, counted) : null;
  }
}
