package io.doorbuster.inventory;

final class EmbeddedConservationTest extends ConservationContract {
  @Override
  InventoryEngine engine(Floor floor, int shards, int queueCapacity) {
    return new EmbeddedEngine(floor.clock, shards, floor.ids::shardOf, queueCapacity);
  }
}
