package io.doorbuster.gate;

import io.doorbuster.sale.BuyerId;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One try a buyer in a while, and one entry a wave, in fixed memory: 32 to 64 bytes a buyer at the
 * stated capacity.
 *
 * <h2>Design</h2>
 *
 * A table of buckets of eight slots, at least twice as many slots as buyers. A buyer's 64-bit hash
 * names two buckets, both under one lock, and stands in a slot of the emptier one beside the time
 * of his last try and the wave that he last entered; with the choice of two no bucket fills up
 * before the capacity is reached.
 *
 * <p>Past it, where all sixteen slots are taken, the one that tried longest ago gives way: its
 * buyer may try again earlier than he should, which is kinder than to refuse one who never tried.
 */
final class BuyerLimiter {
  private static final int WAYS = 8;
  private static final int STRIPES_MAX = 64;

  /** Under one lock, so that the crowd spreads evenly over the locks' shares of the table. */
  private static final int BUCKETS_A_STRIPE = 64;

  private static final int SLOTS_A_BUYER = 2;

  /** Clocks of threads that race differ by less; a time that is older than that is 24 days old. */
  private static final int CLOCK_RACE_MS = 60_000;

  private final long seed = ThreadLocalRandom.current().nextLong();
  private final int bucketMask;
  private final long baseMs;
  private final int tryEveryMs;
  private final long[] keys;
  private final int[] lastTry;
  private final int[] lastWave;
  private final Object[] locks;

  /**
   * @param buyersMax that are told apart without loss
   * @param baseMs a time near those that will be asked for
   */
  BuyerLimiter(int buyersMax, long tryEveryMs, long baseMs) {
    long buckets = Math.max(BUCKETS_A_STRIPE, Math.ceilDiv((long) buyersMax * SLOTS_A_BUYER, WAYS));
    int rounded = Math.toIntExact(Long.highestOneBit(buckets - 1) << 1);
    this.bucketMask = rounded - 1;
    this.baseMs = baseMs;
    this.tryEveryMs = (int) Math.min(tryEveryMs, Integer.MAX_VALUE);
    this.keys = new long[rounded * WAYS];
    this.lastTry = new int[rounded * WAYS];
    this.lastWave = new int[rounded * WAYS];
    this.locks = new Object[Math.min(STRIPES_MAX, rounded / BUCKETS_A_STRIPE)];
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new Object();
    }
  }

  /** Of the table, whose size never changes. */
  long bytes() {
    return (long) keys.length * (Long.BYTES + Integer.BYTES + Integer.BYTES);
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
    int now = (int) (nowMs - baseMs);
    synchronized (lock(key)) {
      int slot = findSlot(key, now);
      if (keys[slot] == key) {
        int left = left(slot, now);
        if (left > 0) {
          return left;
        }
      } else {
        keys[slot] = key;
        lastWave[slot] = 0;
      }
      lastTry[slot] = now;
      return 0;
    }
  }

  /** The milliseconds left until the next try is allowed; notes nothing. */
  long leftAt(long key, long nowMs) {
    int now = (int) (nowMs - baseMs);
    synchronized (lock(key)) {
      int slot = findSlot(key, now);
      return keys[slot] == key ? left(slot, now) : 0;
    }
  }

  /** Times are kept modulo 2^32 ms. */
  private int left(int slot, int now) {
    int since = now - lastTry[slot];
    if (since < -CLOCK_RACE_MS) {
      return 0;
    }
    return Math.max(0, tryEveryMs - Math.max(0, since));
  }

  /** Notes that the buyer enters a wave; false where he has entered it before. */
  boolean enter(long key, long wave, long nowMs) {
    int mark = (int) (wave + 1);
    synchronized (lock(key)) {
      int slot = findSlot(key, (int) (nowMs - baseMs));
      if (keys[slot] != key) {
        return true;
      }
      boolean first = lastWave[slot] != mark;
      lastWave[slot] = mark;
      return first;
    }
  }

  private Object lock(long key) {
    return locks[(int) key & (locks.length - 1)];
  }

  /** The key's own slot, else one in the emptier bucket, else that of the longest ago. */
  private int findSlot(long key, int now) {
    int bucket = (int) key & bucketMask;
    // Another one always, with the same low bits, so that one lock guards both.
    int distance = ((int) (key >>> 32) & bucketMask & -locks.length) | locks.length;
    int one = bucket * WAYS;
    int other = (bucket ^ distance) * WAYS;
    long inOne = search(key, one, now);
    if (keys[(int) inOne] == key) {
      return (int) inOne;
    }
    long inOther = search(key, other, now);
    if (keys[(int) inOther] == key) {
      return (int) inOther;
    }
    return (int) (inOther >>> 32 > inOne >>> 32 ? inOther : inOne);
  }

  /**
   * A bucket's best slot for a key: its own, else an empty one, else that of the longest ago.
   *
   * @return the slot in the low half; in the high half how good it is: the age of its try, or, more
   *     than any age, how many slots are empty
   */
  private long search(long key, int first, int now) {
    int best = first;
    int empty = 0;
    int oldest = -1;
    for (int slot = first; slot < first + WAYS; slot++) {
      if (keys[slot] == key) {
        return slot;
      }
      if (keys[slot] == 0) {
        empty++;
        best = slot;
      } else if (empty == 0 && Math.max(0, now - lastTry[slot]) > oldest) {
        oldest = Math.max(0, now - lastTry[slot]);
        best = slot;
      }
    }
    long good = empty > 0 ? Integer.MAX_VALUE + (long) empty : oldest;
    return good << 32 | best;
  }
}
