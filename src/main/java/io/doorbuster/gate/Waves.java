package io.doorbuster.gate;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.Sale;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The release of one sale's units: who asks within a wave, and who of them is admitted. */
sealed interface Waves permits FirstWaves, FairWaves {
  /** A request that has passed all other checks. */
  record Ask(String sku, BuyerId buyer, long limiterKey, int quantity, @Nullable String shopRef) {}

  Verdict enter(Ask ask, Instant now);

  /** Whether an entry that waits here waits for certain; if not, other gates may have ended it. */
  default boolean isCertain(Entry waiting) {
    return true;
  }

  /** Ends what the clock has ended; called often. */
  void roll(Instant now);

  /** Cuts off the wave under way and starts no other; what is drawn already goes on to its end. */
  void close();

  /** After {@link #close}: waits until all is written down and admitted, then gives up. */
  void awaitEnd(Duration most) throws InterruptedException;

  /** The wave that a moment belongs to, from 0. */
  static long number(Sale sale, Instant now) {
    long sinceOpenMs = Duration.between(sale.opensAt(), now).toMillis();
    return Math.floorDiv(sinceOpenMs, sale.release().every().toMillis());
  }

  static Instant opensAt(Sale sale, long number) {
    return sale.opensAt().plus(sale.release().every().multipliedBy(number));
  }

  /** When a buyer refused now can be admitted again: the next wave, and his limiter, allow it. */
  static Duration untilNextTry(Sale sale, Instant now) {
    Duration nextWave = Duration.between(now, opensAt(sale, number(sale, now) + 1));
    Duration limiter = sale.limits().tryEvery();
    return nextWave.compareTo(limiter) > 0 ? nextWave : limiter;
  }

  static Permit permit(OrderIds ids, Sale sale, Ask ask, long wave, Instant admittedAt) {
    return new Permit(
        ids.mint(sale.id(), ask.buyer()),
        sale.id(),
        ask.sku(),
        ask.buyer(),
        ask.quantity(),
        wave,
        admittedAt,
        ask.shopRef());
  }
}
