package io.doorbuster.gate;

import io.doorbuster.sale.OrderId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The gate's answer to a buy request. */
public sealed interface Verdict {
  /** Go on to the inventory. */
  record Admitted(Permit permit) implements Verdict {}

  /** The draw at the wave's end decides. */
  record Waiting(Entry entry) implements Verdict {}

  /**
   * No.
   *
   * @param retryAfter where trying again can help; never less than the buyer limiter leaves
   * @param order the one that the buyer already has
   */
  record Refused(
      Refusal refusal,
      @Nullable Duration retryAfter,
      @Nullable OrderId order,
      @Nullable String detail)
      implements Verdict {

    static Refused of(Refusal refusal) {
      return new Refused(refusal, null, null, null);
    }

    static Refused of(Refusal refusal, Duration retryAfter) {
      return new Refused(refusal, retryAfter, null, null);
    }
  }
}
