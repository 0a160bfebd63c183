package io.doorbuster.gate.pass;

import io.doorbuster.gate.BlockList;
import io.doorbuster.sale.BuyerId;

/** Whether a buyer may have a pass: a port, for a shop that has its own knowledge of bots. */
@FunctionalInterface
public interface RiskCheck {
  /** The answer. */
  sealed interface Decision {
    /** He may. */
    record Allow() implements Decision {}

    /**
     * He may not.
     *
     * @param reason for the operator; the buyer is not told
     */
    record Deny(String reason) implements Decision {}
  }

  /** May block and may throw; {@link RiskGuard} bounds it. */
  Decision check(BuyerId buyer, String address);

  /** What the operator has blocked. */
  static RiskCheck of(BlockList blocks) {
    return (buyer, address) ->
        blocks.blocks(buyer) || blocks.blocksAddress(address)
            ? new Decision.Deny("blocked by the operator")
            : new Decision.Allow();
  }
}
