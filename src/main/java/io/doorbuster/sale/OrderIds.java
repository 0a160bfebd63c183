package io.doorbuster.sale;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Mints order ids, and tells its own from others'. The low 64 bits are a keyed hash of the rest,
 * the sale and the buyer: as hard to guess as random ones, and they prove without a store that we
 * issued an id to this buyer. So an order lost with a machine is told LOST, and a stranger's id is
 * unknown.
 */
public final class OrderIds {
  private final byte[] key;
  private final int shards;
  private final InstantSource clock;

  /** Gates that mint for one buyer in one millisecond begin at different numbers, as a rule. */
  private final AtomicInteger counter = new AtomicInteger(ThreadLocalRandom.current().nextInt());

  /**
   * @param key secret and the same for all processes of an installation; 32 bytes
   * @param shards of a sale's stock, 1 to 256
   */
  public OrderIds(byte[] key, int shards, InstantSource clock) {
    if (shards < 1 || shards > 256) {
      throw new IllegalArgumentException("shards is from 1 to 256, not " + shards);
    }
    this.key = key.clone();
    this.shards = shards;
    this.clock = clock;
  }

  public OrderId mint(String sale, BuyerId buyer) {
    long high =
        clock.millis() << 16 | (long) shardOf(buyer) << 8 | (counter.getAndIncrement() & 0xff);
    return new OrderId(high, proof(high, sale, buyer));
  }

  /** Whether this installation issued the id to this buyer in this sale. */
  public boolean isOurs(OrderId id, String sale, BuyerId buyer) {
    return proof(id.high(), sale, buyer) == id.low();
  }

  /**
   * For hashes of a sale's buyers in what is published. It comes from the key and not from the
   * sale's seed, which is published too: with it anybody could try names against the hashes.
   */
  public byte[] buyerSalt(String sale) {
    return Hmac.sha256(key, "buyers of " + sale);
  }

  /** A buyer always meets the same shard, so that it alone can tell a second order. */
  public int shardOf(BuyerId buyer) {
    int hash = buyer.value().hashCode() * 0x9E3779B9;
    return Math.floorMod(hash ^ hash >>> 15, shards);
  }

  private long proof(long high, String sale, BuyerId buyer) {
    byte[] text = (sale + '\n' + buyer.value()).getBytes(StandardCharsets.UTF_8);
    byte[] message = ByteBuffer.allocate(8 + text.length).putLong(high).put(text).array();
    return ByteBuffer.wrap(Hmac.sha256(key, message)).getLong();
  }
}
