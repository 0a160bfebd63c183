package io.doorbuster.gate;

import io.doorbuster.sale.BuyerId;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One try a buyer in a while, and one entry a wave, in fixed memory: 32 bytes a buyer at the stated
 * capacity.
 *
 * <h2>Design</h2>
 *
 * A table of buckets of eight slots, twice as many slots as buyers. A buyer's 64-bit hash names his
 * bucket and stands in one of its slots beside the time of his last try and the wave that he last
 * entered. Where all eight are taken the one that tried longest ago gives way: its buyer may try
 * again earlier than he should, which is kinder than to refuse a buyer who never tried.
 */
final class BuyerLimiter {
  private static final int WAYS = 8;
  private static final int STRIPES = 64;
  private static final int SLOTS_A_BUYER = 2;

  private final long seed = ThreadLocalRandom.current().nextLong();
  private final int bucketMask;
  private final long baseMs;
  private final int tryEveryMs;
  private final long[] keys;
  private final int[] lastTry;
  private final int[] lastWave;
  private final Object[] locks = new Object[STRIPES];

  /**
   * @param buyersMax that are told apart without loss, at least
   * @param baseMs a time not after any that will be asked for
   */
  BuyerLimiter(int buyersMax, long tryEveryMs, long baseMs) {
    int buckets = Math.max(STRIPES, Math.ceilDiv(buyersMax * SLOTS_A_BUYER, WAYS));
    int rounded = Integer.highestOneBit(buckets - 1) << 1;
    this.bucketMask = rounded - 1;
    this.baseMs = baseMs - 1;
    this.tryEveryMs = (int) Math.min(tryEveryMs, Integer.MAX_VALUE);
    this.keys = new long[rounded * WAYS];
    this.lastTry = new int[rounded * WAYS];
    this.lastWave = new int[rounded * WAYS];
    for (int i = 0; i < STRIPES; i++) {
      locks[i] = new Object();
    }
  }

  /** A buyer's key: never 0, which marks an empty slot. */
  long key(BuyerId buyer) {
    long hash = seed;
    String value = buyer.value();
    for (int i = 0; i < value.length(); i++) {
      hash = (hash ^ value.charAt(i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    hash = (hash ^ hash >>> 32) * 0xD6E8FEB86659FD93L;
    hash ^= hash >>> 32;
    return hash == 0 ? 1 : hash;
  }

  /** Notes a try and returns 0, or returns the milliseconds left until the next one is allowed. */
  long tryAt(long key, long nowMs) {
    int now = Math.clamp(nowMs - baseMs, 1, Integer.MAX_VALUE);
    synchronized (lock(key)) {
      int slot = findSlot(key);
      if (keys[slot] == key) {
        int left = lastTry[slot] + tryEveryMs - now;
        if (left > 0) {
          return Math.min(left, tryEveryMs);
        }
      } else {
        keys[slot] = key;
        lastWave[slot] = 0;
      }
      lastTry[slot] = now;
      return 0;
    }
  }

  /** Notes that the buyer enters a wave; false where he has entered it before. */
  boolean enter(long key, long wave) {
    int mark = (int) (wave + 1);
    synchronized (lock(key)) {
      int slot = findSlot(key);
      if (keys[slot] != key) {
        return true;
      }
      boolean first = lastWave[slot] != mark;
      lastWave[slot] = mark;
      return first;
    }
  }

  private Object lock(long key) {
    return locks[(int) key & bucketMask & STRIPES - 1];
  }

  /** The key's own slot, else an empty one, else the one whose buyer tried longest ago. */
  private int findSlot(long key) {
    int first = ((int) key & bucketMask) * WAYS;
    int best = first;
    for (int slot = first; slot < first + WAYS; slot++) {
      if (keys[slot] == key) {
        return slot;
      }
      if (lastTry[slot] < lastTry[best]) {
        best = slot;
      }
    }
    return best;
  }
}
