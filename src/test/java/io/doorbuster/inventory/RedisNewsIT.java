package io.doorbuster.inventory;

import static io.doorbuster.inventory.Floor.SALE;
import static io.doorbuster.inventory.Floor.SKU;
import static io.doorbuster.inventory.Floor.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.drill.servers.RedisServer;
import io.doorbuster.inventory.redis.RedisEngine;
import io.doorbuster.inventory.redis.RedisOptions;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gate hears of orders that a writer in another process has in hand. */
@Tag("redis")
final class RedisNewsIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int SHARDS = 3;

  @TempDir private Path folder;
  private final Floor floor = new Floor(SHARDS);
  private RedisServer server;
  private RedisEngine writer;
  private RedisEngine gate;
  private final Heard heard = new Heard();

  /** What was told, and when, by the monotonic clock. */
  private static final class Heard implements OrderNews {
    final Map<OrderId, Long> changed = new ConcurrentHashMap<>();
    final Queue<String> ended = new ConcurrentLinkedQueue<>();
    final AtomicInteger missed = new AtomicInteger();

    @Override
    public void changed(OrderId order) {
      changed.putIfAbsent(order, System.nanoTime());
    }

    @Override
    public void ended(String sale, BuyerId buyer, OrderId order, boolean forget) {
      ended.add(sale + " " + buyer.value() + " " + order + " " + forget);
    }

    @Override
    public void missed() {
      missed.incrementAndGet();
    }
  }

  @BeforeEach
  void start() {
    server = RedisServer.start(folder.resolve("redis"));
    writer = engine();
    gate = engine();
    writer.load(load(500));
    gate.resume(writer.findMark(SALE).orElseThrow());
    gate.listen(heard);
    await().atMost(SOON).until(() -> heard.missed.get() == 1);
  }

  @AfterEach
  void stop() {
    gate.close();
    writer.close();
    server.close();
  }

  private RedisEngine engine() {
    return RedisEngine.open(
        RedisOptions.standalone("127.0.0.1", server.port()),
        new RedisEngine.Options(SHARDS, 10_000, Duration.ofSeconds(30)),
        floor.ids::shardOf,
        floor.clock);
  }

  private OrderId reserveAndCommit(int buyer) {
    Claim claim = floor.claim(buyer);
    assertThat(gate.reserve(List.of(claim)).getFirst()).isInstanceOf(ReserveResult.Reserved.class);
    List<QueuedOrder> batch = writer.drain(100, SOON);
    writer.acknowledge(batch);
    return claim.order();
  }

  @Test
  void acknowledged_ordersOfAnotherProcess_areHeardOf() {
    List<Long> afterMicros = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      OrderId order = reserveAndCommit(i);
      long committed = System.nanoTime();
      await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(SOON)
          .until(() -> heard.changed.containsKey(order));
      afterMicros.add((heard.changed.getOrDefault(order, 0L) - committed) / 1_000);
    }
    Collections.sort(afterMicros);
    System.out.println(
        "heard of after us: median " + afterMicros.get(50) + ", max " + afterMicros.getLast());
  }

  @Test
  void ended_ordersOfAnotherProcess_areHeardOfWithTheirBuyers() {
    BuyerId buyer = Floor.buyer(7);
    OrderId order = reserveAndCommit(7);
    writer.end("move-1", SALE, order, buyer, true);
    await().atMost(SOON).until(() -> !heard.ended.isEmpty());
    assertThat(heard.ended).containsExactly(SALE + " buyer-7 " + order + " true");
  }

  @Test
  void connection_thatIsCut_isMadeAnewAndSaysSo() {
    server.cli("client", "kill", "type", "pubsub");
    await().atMost(SOON).until(() -> heard.missed.get() == 2);
    OrderId order = reserveAndCommit(1);
    await().atMost(SOON).until(() -> heard.changed.containsKey(order));
  }

  @Test
  void server_thatStandsStill_isHeardAgainWithoutARestart() {
    server.signal("STOP");
    await().pollDelay(Duration.ofSeconds(6)).atMost(SOON).until(() -> true);
    server.signal("CONT");
    await().atMost(SOON).until(() -> heard.missed.get() >= 2);
    OrderId order = reserveAndCommit(1);
    await().atMost(SOON).until(() -> heard.changed.containsKey(order));
  }

  @Test
  void sums_areThoseOfTheWholeTruth() {
    for (int i = 0; i < 40; i++) {
      gate.reserve(List.of(floor.claim(i)));
    }
    List<QueuedOrder> batch = writer.drain(15, SOON);
    writer.acknowledge(batch.subList(0, 10));
    assertThat(gate.findSums(SALE)).contains(gate.findStatus(SALE).orElseThrow().sums());
    assertThat(gate.findSums(SALE).orElseThrow().held(SKU)).isEqualTo(30);
  }
}
