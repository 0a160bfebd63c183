package io.doorbuster.inventory;

import io.doorbuster.drill.servers.RedisServer;
import io.doorbuster.inventory.redis.RedisEngine;
import io.doorbuster.inventory.redis.RedisOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("redis")
@ParameterizedClass
@ValueSource(ints = {1, 7})
final class RedisEngineIT extends InventoryStockContract {
  static final Duration CLAIM_AFTER = Duration.ofSeconds(5);

  @TempDir private static Path folder;
  private static RedisServer server;

  RedisEngineIT(int shards) {
    super(shards);
  }

  @BeforeAll
  static void start() {
    server = RedisServer.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  InventoryEngine engine(InstantSource clock, int shards, int queueCapacity) {
    return open(server, floor, clock, new RedisEngine.Options(shards, queueCapacity, CLAIM_AFTER));
  }

  static RedisEngine open(
      RedisServer server, Floor floor, InstantSource clock, RedisEngine.Options options) {
    server.cli("flushall");
    return RedisEngine.open(
        RedisOptions.standalone("127.0.0.1", server.port()), options, floor.ids::shardOf, clock);
  }
}
