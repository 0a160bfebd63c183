package io.doorbuster.inventory;

import io.doorbuster.drill.servers.RedisCluster;
import io.doorbuster.inventory.redis.RedisEngine;
import io.doorbuster.inventory.redis.RedisOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("redis")
@ParameterizedClass
@ValueSource(ints = {1, 7})
final class RedisClusterEngineIT extends InventoryStockContract {
  @TempDir private static Path folder;
  private static RedisCluster cluster;

  RedisClusterEngineIT(int shards) {
    super(shards);
  }

  @BeforeAll
  static void start() {
    cluster = RedisCluster.start(folder);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Override
  InventoryEngine engine(InstantSource clock, int shards, int queueCapacity) {
    cluster.empty();
    return RedisEngine.open(
        RedisOptions.of(
            RedisOptions.Mode.CLUSTER,
            List.of(new RedisOptions.Node("127.0.0.1", cluster.nodes().getFirst().port()))),
        new RedisEngine.Options(shards, queueCapacity, Duration.ofSeconds(5)),
        floor.ids::shardOf,
        clock);
  }
}
