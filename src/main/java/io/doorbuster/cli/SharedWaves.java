package io.doorbuster.cli;

import io.doorbuster.inventory.redis.RedisWaves;
import io.doorbuster.sale.WaveNode;
import java.time.InstantSource;

/**
 * What gates share of the waves, and the clock of all rooms: on Redis its time, so that a gate
 * whose own clock is wrong works like the others.
 */
record SharedWaves(WaveNode node, InstantSource clock) {
  static SharedWaves open(Settings settings, InstantSource systemClock) {
    if (settings.redis().isEmpty()) {
      return new SharedWaves(WaveNode.ALONE, systemClock);
    }
    RedisWaves waves = RedisWaves.open(settings.redis().get());
    return new SharedWaves(waves, waves.clock());
  }
}
