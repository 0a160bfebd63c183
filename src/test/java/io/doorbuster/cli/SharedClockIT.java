package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.drill.servers.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All rooms go by the time of the node that gates share, never by their own wall clock. */
@Tag("redis")
final class SharedClockIT {
  @TempDir private Path folder;

  @Test
  void clock_twoSecondsOff_isThatOfRedisAllTheSame() throws Exception {
    try (RedisServer server = RedisServer.start(folder.resolve("redis"))) {
      Settings settings =
          Settings.read(null, Map.of(), Map.of("redis.nodes", "localhost:" + server.port()));
      InstantSource off = InstantSource.offset(InstantSource.system(), Duration.ofSeconds(2));
      SharedWaves shared = SharedWaves.open(settings, off);
      try {
        String[] time = server.cli("time").strip().split("\\s+", -1);
        Instant told =
            Instant.ofEpochSecond(Long.parseLong(time[0]), Long.parseLong(time[1]) * 1_000);
        assertThat(Duration.between(told, shared.clock().instant()).abs())
            .isLessThan(Duration.ofMillis(500));
      } finally {
        shared.node().close();
      }
    }
  }
}
