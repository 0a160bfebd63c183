package io.doorbuster.inventory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.drill.servers.RedisServer;
import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.inventory.SaleControl;
import io.doorbuster.inventory.StockLoad;
import io.doorbuster.inventory.StockMark;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderIds;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies between the two halves of a transfer between shards. */
@Tag("redis")
final class TransferIT {
  private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final StockMark MARK = new StockMark("boots", 1, Map.of(0, 1L, 1, 1L));

  @TempDir private Path folder;

  private static RedisEngine engine(RedisServer server) {
    return RedisEngine.open(
        RedisOptions.standalone("127.0.0.1", server.port()),
        new RedisEngine.Options(2, 1_000, Duration.ofSeconds(5)),
        buyer -> 1,
        CLOCK);
  }

  private static RedisSale sale(Redis redis) {
    return new RedisSale(redis, "boots", 1, 2, buyer -> 1, CLOCK, () -> 1_000);
  }

  private static void load(RedisServer server) {
    SaleControl control =
        new SaleControl(NOW, NOW.plusSeconds(3_600), SaleControl.State.RUNNING, 0);
    try (RedisEngine loader = engine(server)) {
      loader.load(
          new StockLoad("boots", 1, control, Duration.ofMinutes(10), Map.of("one", 20), List.of()));
    }
  }

  @Test
  void transfer_leftHalfDone_isFinishedByAnyProcess() {
    try (RedisServer server = RedisServer.start(folder);
        Redis redis = Redis.open(RedisOptions.standalone("127.0.0.1", server.port()))) {
      load(server);

      int units = sale(redis).shards.getFirst().lend("of-the-dead", "one", 3, 1);
      assertThat(units).isEqualTo(5);

      try (RedisEngine other = engine(server)) {
        assertThat(other.resume(MARK)).isTrue();
        assertThat(other.findStatus("boots").orElseThrow().available("one"))
            .as("on their way they count where they left")
            .isEqualTo(20);
        OrderIds ids = new OrderIds(new byte[32], 2, CLOCK);
        BuyerId buyer = new BuyerId("b");
        Claim all = new Claim(ids.mint("boots", buyer), "boots", "one", buyer, 20, 0, NOW, null);
        assertThat(other.reserve(List.of(all)).getFirst())
            .as("nobody hears sold out while units are on their way")
            .isNotInstanceOf(ReserveResult.SoldOut.class);
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> other.reserve(List.of(all)).getFirst() instanceof ReserveResult.Reserved);
        assertThat(other.findStatus("boots").orElseThrow().available("one")).isZero();
        assertThat(other.findStatus("boots").orElseThrow().held("one")).isEqualTo(20);
      }
    }
  }

  @Test
  void transfer_finishedTwice_arrivesOnce() {
    try (RedisServer server = RedisServer.start(folder);
        Redis redis = Redis.open(RedisOptions.standalone("127.0.0.1", server.port()))) {
      load(server);
      RedisSale sale = sale(redis);
      RedisShard lender = sale.shards.getFirst();
      int units = lender.lend("t", "one", 3, 1);
      for (int i = 0; i < 2; i++) {
        sale.shards.get(1).borrow("t", "one", units, 0);
        lender.lent("t");
      }
      assertThat(lender.open()).isZero();
      assertThat(sale.shards.get(1).free("one")).isEqualTo(15);
      assertThat(sale.status().available("one")).isEqualTo(20);
    }
  }
}
