package io.doorbuster.inventory;

import io.doorbuster.drill.servers.RedisServer;
import io.doorbuster.inventory.redis.RedisEngine;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("valkey")
@ParameterizedClass
@ValueSource(ints = 7)
final class ValkeyEngineIT extends InventoryStockContract {
  @TempDir private static Path folder;
  private static RedisServer server;

  ValkeyEngineIT(int shards) {
    super(shards);
  }

  @BeforeAll
  static void start() {
    server = RedisServer.startValkey(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  InventoryEngine engine(InstantSource clock, int shards, int queueCapacity) {
    return RedisEngineIT.open(
        server,
        floor,
        clock,
        new RedisEngine.Options(shards, queueCapacity, RedisEngineIT.CLAIM_AFTER));
  }
}
