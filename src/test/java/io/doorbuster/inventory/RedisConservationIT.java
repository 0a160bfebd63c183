package io.doorbuster.inventory;

import io.doorbuster.drill.servers.RedisServer;
import io.doorbuster.inventory.redis.RedisEngine;
import io.doorbuster.inventory.redis.RedisOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

@Tag("redis")
final class RedisConservationIT extends ConservationContract {
  private static @Nullable RedisServer server;

  @BeforeContainer
  static void start() {
    try {
      Path folder = Files.createTempDirectory("doorbuster-redis");
      server = RedisServer.start(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterContainer
  static void stop() {
    running().close();
  }

  private static RedisServer running() {
    return Objects.requireNonNull(server);
  }

  @Override
  InventoryEngine engine(Floor floor, int shards, int queueCapacity) {
    running().cli("flushall");
    return RedisEngine.open(
        RedisOptions.standalone("127.0.0.1", running().port()),
        new RedisEngine.Options(shards, queueCapacity, Duration.ofSeconds(5)),
        floor.ids::shardOf,
        floor.clock);
  }
}
