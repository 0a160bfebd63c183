package bench;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.EmbeddedEngine;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.order.OrderStore;
import io.doorbuster.order.OrderWriter;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.PostgresOptions;
import io.doorbuster.sale.PostgresServer;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFile;
import io.doorbuster.settlement.Reconciler;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Our order writer on a database that is empty: units are booked and events written too. */
final class PostgresWriter {
  private final PostgresServer server;
  private final int rows;

  PostgresWriter(PostgresServer server, int rows) {
    this.server = server;
    this.rows = rows;
  }

  /** From the first commit's begin to the last one's end; the queue is full before. */
  double run(int size) throws Exception {
    InstantSource clock = InstantSource.system();
    PostgresOptions options =
        new PostgresOptions(server.url("race"), "postgres", "", 4, false, PostgresOptions.PATIENCE);
    try (Database database = Database.open(options)) {
      Catalog catalog = new Catalog(database, clock);
      OrderIds ids = new OrderIds(new byte[32], 1, clock);
      catalog.register(sale(clock.instant()));
      try (Connection connection = server.connect("race");
          Statement statement = connection.createStatement()) {
        statement.execute("UPDATE sale SET phase = 'PUBLISHED'");
        statement.execute("UPDATE sku SET allotted = " + rows);
      }
      catalog.refresh("race");
      try (EmbeddedEngine engine = new EmbeddedEngine(clock, 1, ids::shardOf, rows)) {
        new Reconciler(database, catalog, engine, clock).loadMissing();
        reserve(engine, ids, clock);
        Placed placed = new Placed(new CountDownLatch(rows));
        OrderStore store = new OrderStore(database, catalog, clock);
        try (OrderWriter writer =
            new OrderWriter(engine, store, clock, size, Duration.ZERO, 2, placed)) {
          long startNs = System.nanoTime();
          writer.start();
          if (!placed.left.await(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException(placed.left.getCount() + " rows are missing");
          }
          return rows * 1e9 / (System.nanoTime() - startNs);
        }
      }
    }
  }

  private void reserve(EmbeddedEngine engine, OrderIds ids, InstantSource clock) {
    List<Claim> claims = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      BuyerId buyer = new BuyerId(Server.buyer(row));
      claims.add(
          new Claim(ids.mint("race", buyer), "race", "x", buyer, 1, 0, clock.instant(), null));
    }
    engine.reserve(claims);
  }

  private Sale sale(Instant now) {
    String text =
        """
        id: race
        title: Race
        currency: EUR
        opensAt: %s
        closesAt: %s
        release: {wave: %d, every: 5m, pick: first, returnsEvery: 5m}
        limits: {perBuyer: 1, tryEvery: 5s, orderEvery: 10m}
        payWithin: 10m
        skus: [{id: x, name: X, price: 1.00, units: %d}]
        """
            .formatted(now.minusSeconds(1), now.plusSeconds(3_600), rows, rows);
    return SaleFile.parse("race", text).sale().orElseThrow();
  }

  /** Counts. */
  private record Placed(CountDownLatch left) implements OrderWriter.Listener {
    @Override
    public void placed(QueuedOrder order) {
      left.countDown();
    }

    @Override
    public void rejected(QueuedOrder order) {
      throw new IllegalStateException("rejected: " + order);
    }

    @Override
    public void lost(QueuedOrder order) {
      throw new IllegalStateException("lost: " + order);
    }

    @Override
    public void stockCheckFailed(String sale) {
      throw new IllegalStateException("oversold: " + sale);
    }
  }
}
