package io.doorbuster.order;

import static io.doorbuster.order.Installation.SALE;
import static io.doorbuster.order.Installation.SKU;
import static io.doorbuster.order.Installation.buyer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.doorbuster.drill.servers.RedisServer;
import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.redis.RedisOptions;
import io.doorbuster.inventory.redis.RedisWaves;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.WaveNode;
import io.doorbuster.sale.WaveNode.Standing;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An entry that waits at one gate is told by any other. */
@Tag("redis")
final class WaitingElsewhereIT {
  private static final Instant DRAW_AT = Instant.parse("2027-01-10T10:00:05Z");

  @TempDir private Path folder;
  private RedisServer server;
  private RedisWaves other;
  private RedisWaves own;
  private Installation our;
  private Door door;

  @BeforeEach
  void open() {
    server = RedisServer.start(folder.resolve("redis"));
    RedisOptions options = RedisOptions.standalone("localhost", server.port());
    other = RedisWaves.open(options);
    own = RedisWaves.open(options);
    our = new Installation(folder);
    our.selling(Installation.sale(SALE, Pick.FAIR, Installation.sku(SKU, 10)));
    door = new Door(our, own);
  }

  @AfterEach
  void close() {
    door.close();
    our.close();
    own.close();
    other.close();
    server.close();
  }

  private void tell(OrderId order, Standing.State state, @Nullable String reason) {
    var _ =
        other.tell(SALE, new Standing(order, buyer(1), state, reason, SKU, 1, DRAW_AT, 7, "00ff"));
  }

  private void awaitStatus(OrderId order, String status) {
    await().until(() -> door.get(1, order.toString()).orderStatus().equals(status));
  }

  @Test
  void status_ofAnotherGatesEntry_isToldUntilItsGateIsGone() {
    OrderId order = our.ids.mint(SALE, buyer(1));
    assertThat(other.live(SALE, List.of())).isTrue();
    assertThat(door.get(1, order.toString()).orderStatus()).isEqualTo("LOST");
    tell(order, Standing.State.WAITING, null);
    awaitStatus(order, "WAITING");
    assertThat(door.get(1, order.toString()).json().getString("drawAt"))
        .isEqualTo(DRAW_AT.toString());
    assertThat(door.get(1, order.toString()).json().getLong("wave")).isEqualTo(7);
    assertThat(door.get(1, order.toString()).json().getString("entry")).isEqualTo("00ff");
    assertThat(door.mine(1).order()).isEqualTo(order.toString());
    assertThat(door.get(2, order.toString()).status()).as("another buyer").isEqualTo(404);

    tell(order, Standing.State.DRAWN, null);
    awaitStatus(order, "QUEUED");
    other.close();
    awaitStatus(order, "LOST");
  }

  @Test
  void status_ofAnotherGatesEndedEntry_saysWhyAndIsAnnounced() throws Exception {
    OrderId order = our.ids.mint(SALE, buyer(1));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write("SUBSCRIBE doorbuster:news\r\n".getBytes(StandardCharsets.UTF_8));
      StringBuilder heard = new StringBuilder();
      while (!heard.toString().contains(":1")) {
        heard.append((char) socket.getInputStream().read());
      }
      tell(order, Standing.State.WAITING, null);
      tell(order, Standing.State.NOT_DRAWN, "not-counted");
      while (!heard.toString().contains("order " + order)) {
        heard.append((char) socket.getInputStream().read());
      }
    }
    awaitStatus(order, "NOT_DRAWN");
    assertThat(door.get(1, order.toString()).json().getString("reason")).isEqualTo("not-counted");
    assertThat(door.mine(1).status()).as("nothing is coming").isEqualTo(404);
  }

  /** What the gate knew last may never have been told: it must not be told as waiting again. */
  @Test
  void status_ofAnEntryWhoseGateIsGone_isNotCountedAtOnce() {
    OrderId order = our.ids.mint(SALE, buyer(1));
    assertThat(other.live(SALE, List.of())).isTrue();
    tell(order, Standing.State.WAITING, null);
    awaitStatus(order, "WAITING");
    other.close();
    assertThat(door.get(1, order.toString()).orderStatus()).isEqualTo("NOT_DRAWN");
    assertThat(door.get(1, order.toString()).json().getString("reason")).isEqualTo("not-counted");
  }

  @Test
  void gate_afterAnOutageOfTheNode_isNotGivenUpByWhoeverAsksFirst() throws Exception {
    OrderId order = our.ids.mint(SALE, buyer(1));
    try (RedisWaves third = RedisWaves.open(RedisOptions.standalone("localhost", server.port()))) {
      assertThat(other.live(SALE, List.of())).isTrue();
      assertThat(third.live(SALE, List.of())).isTrue();
      tell(order, Standing.State.WAITING, null);
      awaitStatus(order, "WAITING");
      server.signal("STOP");
      TimeUnit.MILLISECONDS.sleep(3_500); // past the silence that is death
      server.signal("CONT");
      await().ignoreExceptions().until(() -> server.cli("ping").contains("PONG"));
      assertThatThrownBy(() -> third.findEntry(SALE, order)).isInstanceOf(StoreUnavailable.class);
      assertThat(other.live(SALE, List.of())).as("not given up").isTrue();
      awaitStatus(order, "WAITING");
    }
  }

  /** Runs something as the node is asked for an entry, and does not answer. */
  private WaveNode movingThenAway(Runnable move) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.getName().equals("findEntry")) {
            move.run();
            throw new StoreUnavailable("away", new IOException());
          }
          return method.invoke(WaveNode.ALONE, arguments);
        };
    return (WaveNode)
        Proxy.newProxyInstance(
            WaveNode.class.getClassLoader(), new Class<?>[] {WaveNode.class}, handler);
  }

  @Test
  void status_ofAnOrderThatMovesWhileTheNodeIsAway_isTold() {
    Claim claim = our.claim(SALE, SKU, buyer(1), 1);
    try (Door moving = new Door(our, movingThenAway(() -> our.ask(claim)))) {
      assertThat(moving.get(1, claim.order().toString()).orderStatus()).isEqualTo("QUEUED");
    }
    Claim second = our.claim(SALE, SKU, buyer(2), 1);
    Runnable reserveAndWrite =
        () -> {
          our.ask(second);
          our.write();
        };
    try (Door moving = new Door(our, movingThenAway(reserveAndWrite))) {
      assertThat(moving.get(2, second.order().toString()).orderStatus()).isEqualTo("PLACED");
    }
  }

  @Test
  void status_nodeAway_isNeverLost() {
    OrderId order = our.ids.mint(SALE, buyer(1));
    server.kill();
    assertThat(door.get(1, order.toString()).status()).isEqualTo(503);
  }
}
