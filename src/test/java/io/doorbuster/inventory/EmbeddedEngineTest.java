package io.doorbuster.inventory;

import java.time.InstantSource;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(ints = {1, 7})
final class EmbeddedEngineTest extends InventoryStockContract {
  EmbeddedEngineTest(int shards) {
    super(shards);
  }

  @Override
  InventoryEngine engine(InstantSource clock, int shards, int queueCapacity) {
    return new EmbeddedEngine(clock, shards, floor.ids::shardOf, queueCapacity);
  }
}
