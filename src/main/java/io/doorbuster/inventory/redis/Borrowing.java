package io.doorbuster.inventory.redis;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.sale.StoreUnavailable;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Serves a claim whose own shard has too few units, with those of its siblings.
 *
 * <h2>Design</h2>
 *
 * A transfer is two steps on two shards. Units leave the lender together with a record of where
 * they go; they arrive once, by that record's id; then the record is marked. Whoever dies in
 * between leaves a record that is open, and any process ends it by the same two steps.
 *
 * <p>Sold out is said only of what was seen as one: two looks at all shards between which no
 * sequence has moved, with too few units and no transfer on its way. One claim of a process borrows
 * at a time; the others then mostly find what it brought.
 */
final class Borrowing {
  /** Looks before the answer is that we do not know: each takes a call a shard. */
  private static final int LOOKS_MAX = 20;

  private final List<RedisShard> shards;
  private final ReentrantLock turn = new ReentrantLock();

  Borrowing(List<RedisShard> shards) {
    this.shards = shards;
  }

  ReserveResult reserve(Claim claim, RedisShard own) {
    turn.lock();
    try {
      return reserveInTurn(claim, own);
    } catch (StoreUnavailable | Fenced e) {
      return new ReserveResult.Unknown();
    } finally {
      turn.unlock();
    }
  }

  private ReserveResult reserveInTurn(Claim claim, RedisShard own) {
    String sku = claim.sku();
    List<Long> before = List.of();
    for (int looks = 0; looks < LOOKS_MAX; looks++) {
      ReserveResult result = own.reserve(List.of(claim)).getFirst();
      if (!(result instanceof ReserveResult.SoldOut)) {
        return result;
      }
      SideBySide.run(shards, RedisShard::look);
      List<Long> now = shards.stream().map(RedisShard::sequence).toList();
      int left = shards.stream().mapToInt(shard -> shard.free(sku)).sum();
      boolean still = shards.stream().noneMatch(shard -> shard.open() > 0);
      if (left >= claim.quantity()) {
        borrow(own, sku, claim.quantity());
      } else if (still && now.equals(before)) {
        return new ReserveResult.SoldOut(left);
      }
      before = now;
    }
    return new ReserveResult.Overloaded();
  }

  /** Takes from the fullest siblings, as long as they have any, what is missing. */
  private void borrow(RedisShard own, String sku, int needed) {
    for (int i = 0; i < shards.size() && own.free(sku) < needed; i++) {
      RedisShard fullest =
          shards.stream()
              .filter(shard -> shard != own)
              .max(Comparator.comparingInt(shard -> shard.free(sku)))
              .orElseThrow();
      String transfer = UUID.randomUUID().toString();
      int units = fullest.lend(transfer, sku, needed - own.free(sku), own.index);
      if (units == 0) {
        return;
      }
      finish(fullest, new RedisShard.Transfer(transfer, "open", sku, units, own.index));
    }
  }

  /** The second half of a transfer; again it changes nothing. */
  void finish(RedisShard lender, RedisShard.Transfer transfer) {
    shards
        .get(transfer.other())
        .borrow(transfer.id(), transfer.sku(), transfer.units(), lender.index);
    lender.lent(transfer.id());
  }
}
