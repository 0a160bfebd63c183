package io.doorbuster.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.sale.BuyerId;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class BuyerLimiterTest {
  private static final long BASE = 1_800_000_000_000L;

  private final BuyerLimiter limiter = new BuyerLimiter(1_000, 5_000, BASE);

  private static BuyerId buyer(int i) {
    return new BuyerId("buyer-" + i);
  }

  @Test
  void tryAt_withinTryEvery_tellsTheMillisecondsLeft() {
    long key = limiter.key(buyer(1));
    assertThat(limiter.tryAt(key, BASE)).isZero();
    assertThat(limiter.tryAt(key, BASE)).isEqualTo(5_000);
    assertThat(limiter.tryAt(key, BASE + 4_999)).isEqualTo(1);
    assertThat(limiter.leftAt(key, BASE + 4_999)).isEqualTo(1);
    assertThat(limiter.leftAt(key, BASE + 5_000)).isZero();
    assertThat(limiter.tryAt(key, BASE + 5_000)).isZero();
    assertThat(limiter.tryAt(key, BASE + 5_001)).isEqualTo(4_999);
  }

  @Test
  void tryAt_refusedTries_doNotExtendTheWait() {
    long key = limiter.key(buyer(1));
    limiter.tryAt(key, BASE);
    for (int ms = 1; ms < 5_000; ms++) {
      assertThat(limiter.tryAt(key, BASE + ms)).isEqualTo(5_000 - ms);
    }
    assertThat(limiter.tryAt(key, BASE + 5_000)).isZero();
  }

  @Test
  void tryAt_otherBuyer_isFree() {
    limiter.tryAt(limiter.key(buyer(1)), BASE);
    assertThat(limiter.tryAt(limiter.key(buyer(2)), BASE)).isZero();
  }

  @Test
  void tryAt_clockOfAnotherThreadIsBehind_isStillTooFast() {
    long key = limiter.key(buyer(1));
    limiter.tryAt(key, BASE + 20);
    assertThat(limiter.tryAt(key, BASE + 10)).isEqualTo(5_000);
  }

  @Test
  void tryAt_saleOfManyWeeks_worksOnItsLastDay() {
    long key = limiter.key(buyer(1));
    for (long day = 0; day < 90; day++) {
      long now = BASE + day * 86_400_000L;
      assertThat(limiter.tryAt(key, now)).as("day %s", day).isZero();
      assertThat(limiter.tryAt(key, now + 10)).as("day %s", day).isEqualTo(4_990);
    }
  }

  /** Each table hashes by a seed of its own: the smallest, where chance weighs most, many times. */
  @Test
  void tryAt_asManyBuyersAsStated_tellsAllApart() {
    for (int round = 0; round < 500; round++) {
      assertThat(forgotten(1_000)).as("round %s", round).isZero();
    }
    for (int capacity : new int[] {1, 50, 256, 50_000, 131_072}) {
      assertThat(forgotten(capacity)).as("of %s", capacity).isZero();
    }
  }

  private static int forgotten(int capacity) {
    BuyerLimiter full = new BuyerLimiter(capacity, 5_000, BASE);
    for (int i = 0; i < capacity; i++) {
      assertThat(full.tryAt(full.key(buyer(i)), BASE + i / 1_000)).isZero();
    }
    int forgotten = 0;
    for (int i = 0; i < capacity; i++) {
      if (full.leftAt(full.key(buyer(i)), BASE + capacity / 1_000) == 0) {
        forgotten++;
      }
    }
    return forgotten;
  }

  @Test
  void bytes_atTheStatedCapacity_areAtMost64ABuyer() {
    for (int capacity : new int[] {1_000, 20_000, 65_537, 100_000, 1_000_000}) {
      long bytes = new BuyerLimiter(capacity, 5_000, BASE).bytes();
      assertThat(bytes).isBetween(32L * capacity, 64L * capacity);
    }
  }

  /** The policy of a full table: the longest ago gives way, and nobody new is refused. */
  @Test
  void tryAt_tableIsFull_newBuyersAreLetInAndTheOldestForgotten() {
    long bytes = limiter.bytes();
    int crowd = 100_000;
    for (int i = 0; i < crowd; i++) {
      assertThat(limiter.tryAt(limiter.key(buyer(i)), BASE + i / 100)).isZero();
    }
    long now = BASE + crowd / 100;
    int early = 0;
    int late = 0;
    for (int i = 0; i < 1_000; i++) {
      early += limiter.leftAt(limiter.key(buyer(i)), now) > 0 ? 1 : 0;
      late += limiter.leftAt(limiter.key(buyer(crowd - 1 - i)), now) > 0 ? 1 : 0;
    }
    assertThat(early).isZero();
    assertThat(late).isGreaterThan(950);
    assertThat(limiter.bytes()).isEqualTo(bytes);
  }

  @Test
  void enter_oneWave_isGrantedOnce() {
    long key = limiter.key(buyer(1));
    limiter.tryAt(key, BASE);
    assertThat(limiter.enter(key, 0, BASE)).isTrue();
    assertThat(limiter.enter(key, 0, BASE)).isFalse();
    assertThat(limiter.enter(key, 1, BASE)).isTrue();
    assertThat(limiter.enter(key, 1, BASE)).isFalse();
  }

  @Test
  void enter_buyerForgottenMeanwhile_isLetIn() {
    assertThat(limiter.enter(limiter.key(buyer(1)), 0, BASE)).isTrue();
  }

  @Test
  void tryAt_manyThreadsOfOneBuyer_letsOneThrough() throws Exception {
    for (int round = 0; round < 200; round++) {
      long key = limiter.key(buyer(round));
      AtomicInteger free = new AtomicInteger();
      CountDownLatch start = new CountDownLatch(1);
      CountDownLatch done = new CountDownLatch(4);
      for (int t = 0; t < 4; t++) {
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    start.await();
                    if (limiter.tryAt(key, BASE) == 0) {
                      free.incrementAndGet();
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  } finally {
                    done.countDown();
                  }
                });
      }
      start.countDown();
      done.await();
      assertThat(free).hasValue(1);
    }
  }
}
