package io.doorbuster.outbox;

import static io.doorbuster.outbox.OutboxFixture.append;
import static io.doorbuster.outbox.OutboxFixture.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Stores;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import shop.Shop;

/** The example shop at the other end, with all that goes wrong on the way. */
@Tag("store")
@Execution(ExecutionMode.CONCURRENT)
final class RelayToShopTest {
  private static final int ORDERS = 60;

  @TempDir Path folder;

  @Test
  void shop_thatRefusesAndLosesAnswers_hasEachOrderOnceAndIsNeverCalledFaster() throws Exception {
    Shop.Config config =
        new Shop.Config(
            URI.create("http://127.0.0.1:9"),
            JWSAlgorithm.HS256,
            Map.of("tee", 100L),
            InstantSource.system());
    try (Database database = Stores.open(folder);
        Shop shop = Shop.start(0, folder.resolve("shop"), config)) {
      for (int order = 0; order < ORDERS; order++) {
        append(database, event("order-" + order, "order.placed"));
        append(database, event("order-" + order, "order.paid"));
      }
      shop.inbox().refuseNext(10);
      shop.inbox().loseAnswers(10);
      run(database, shop, 30);
      run(database, shop, 2 * ORDERS);

      assertThat(shop.inbox().distinctEvents()).isEqualTo(2 * ORDERS);
      assertThat(shop.inbox().distinctOrders()).isEqualTo(ORDERS);
      assertThat(shop.inbox().ordersIn("PAID")).isEqualTo(ORDERS);
      assertThat(shop.eventCalls().total()).isGreaterThanOrEqualTo(2 * ORDERS + 20);
      assertThat(shop.eventCalls().perSecondMax()).isLessThanOrEqualTo(50);
    }
  }

  /** One life of the relay, until so many events are marked as delivered. */
  private void run(Database database, Shop shop, int untilDelivered) throws Exception {
    byte[] secret =
        Files.readString(folder.resolve("shop/events.secret"))
            .strip()
            .getBytes(StandardCharsets.UTF_8);
    OutboxStore store = new OutboxStore(database);
    try (WebhookSink sink =
            new WebhookSink(
                shop.address().resolve("/events"),
                secret,
                Duration.ofSeconds(5),
                InstantSource.system());
        Relay relay =
            new Relay(store, sink, new Relay.Options(50, 4, 10, false), InstantSource.system())) {
      relay.start(() -> true);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> status(store).delivered() >= untilDelivered);
    }
  }

  private static OutboxStatus status(OutboxStore store) {
    return store.status(InstantSource.system().instant());
  }
}
