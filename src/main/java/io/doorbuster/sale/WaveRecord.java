package io.doorbuster.sale;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One finished wave of one SKU.
 *
 * @param k places, fixed at its start
 * @param units the budget at its start; a request takes its quantity, all or nothing
 * @param entries all that asked
 * @param cutOff the largest admitted priority, 16 hex digits; null with {@code pick: first}
 * @param complete whether every entry was counted
 * @param entered each entry in the order of arrival: 16 bytes of the buyer's salted hash, 4 of the
 *     quantity; null with {@code pick: first}
 * @param gate whose list {@code entered} is, where several gates hold the wave; else null
 */
public record WaveRecord(
    String sale,
    String sku,
    long number,
    Instant openedAt,
    int k,
    int units,
    int entries,
    int admitted,
    @Nullable String cutOff,
    boolean complete,
    byte @Nullable [] entered,
    @Nullable GatePart gate) {

  /** A wave of a gate that is alone, or of all gates together. */
  public WaveRecord(
      String sale,
      String sku,
      long number,
      Instant openedAt,
      int k,
      int units,
      int entries,
      int admitted,
      @Nullable String cutOff,
      boolean complete,
      byte @Nullable [] entered) {
    this(sale, sku, number, openedAt, k, units, entries, admitted, cutOff, complete, entered, null);
  }
}
