package io.doorbuster.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.MovableClock;
import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.EmbeddedEngine;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Language;
import io.doorbuster.sale.Limits;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Release;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.Stores;
import io.doorbuster.settlement.Audit;
import io.doorbuster.settlement.Reconciler;
import io.doorbuster.settlement.SaleDesk;
import io.doorbuster.settlement.Settlement;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Our rooms over a real database and the real engine, without threads of their own: a test makes
 * each step. {@link #restart} is a crash: all but the database and the shop is thrown away.
 */
public final class Installation implements AutoCloseable {
  public static final Instant OPENS = Instant.parse("2027-05-03T08:00:00Z");
  public static final Instant CLOSES = OPENS.plusSeconds(3600);
  public static final Duration RETURNS_EVERY = Duration.ofMinutes(5);
  public static final Duration ORDER_EVERY = Duration.ofMinutes(10);
  public static final Duration PAY_WITHIN = Duration.ofMinutes(10);
  public static final String SALE = "runner";
  public static final String SKU = "runner-41";
  private static final int SHARDS = 3;

  public final MovableClock clock = new MovableClock(OPENS.minusSeconds(60));
  public final ShopStock shop = new ShopStock().with(SKU, 1_000);
  public final Database database;
  public final OrderIds ids = new OrderIds(new byte[32], SHARDS, clock);
  public final List<QueuedOrder> placed = new CopyOnWriteArrayList<>();
  public final List<QueuedOrder> rejected = new CopyOnWriteArrayList<>();
  public final List<QueuedOrder> lost = new CopyOnWriteArrayList<>();
  public final List<Intent> ended = new CopyOnWriteArrayList<>();
  public Catalog catalog;
  public EmbeddedEngine engine;
  public OrderStore store;
  public Reconciler reconciler;
  public IntentWorker worker;
  public OrderWriter writer;
  public Settlement settlement;
  public SaleDesk desk;
  public Audit audit;

  /** Hears of each order whose status the writer has changed. */
  public Consumer<QueuedOrder> onChange = order -> {};

  private final int queueCapacity;

  public Installation(Path folder) {
    this(folder, 10_000);
  }

  @SuppressWarnings("NullAway.Init")
  public Installation(Path folder, int queueCapacity) {
    this.queueCapacity = queueCapacity;
    this.database = Stores.open(folder);
    restart();
  }

  /** Everything in memory is lost; what is made anew loads the engine as a start does. */
  public void restart() {
    catalog = new Catalog(database, clock);
    engine = new EmbeddedEngine(clock, SHARDS, ids::shardOf, queueCapacity);
    store = new OrderStore(database, catalog, clock);
    reconciler = new Reconciler(database, catalog, engine, clock);
    worker =
        new IntentWorker(
            database, catalog, engine, shop, clock, reconciler::loadMissing, ended::add);
    writer = new OrderWriter(engine, store, clock, 100, Duration.ZERO, 2, new News());
    settlement = new Settlement(database, catalog, engine, store, clock);
    desk = new SaleDesk(database, catalog, engine, store, worker, settlement, sale -> true, clock);
    audit = new Audit(database, catalog, engine);
    EmbeddedEngine mine = engine;
    catalog.onChange(listing -> mine.control(listing.sale().id(), Reconciler.control(listing)));
    reconciler.loadMissing();
  }

  /** What the order writer tells. */
  private final class News implements OrderWriter.Listener {
    @Override
    public void placed(QueuedOrder order) {
      placed.add(order);
      onChange.accept(order);
    }

    @Override
    public void rejected(QueuedOrder order) {
      rejected.add(order);
      onChange.accept(order);
    }

    @Override
    public void lost(QueuedOrder order) {
      lost.add(order);
      onChange.accept(order);
    }

    @Override
    public void stockCheckFailed(String sale) {
      worker.exclusively(() -> reconciler.rebuild(sale));
    }
  }

  public static Sale sale(String id, Pick pick, Sku... skus) {
    return new Sale(
        id,
        "Runner",
        "",
        null,
        Language.EN,
        Currency.getInstance("EUR"),
        OPENS,
        CLOSES,
        new Release(skus[0].units(), Duration.ofSeconds(1), pick, RETURNS_EVERY),
        new Limits(Math.min(3, skus[0].units()), Duration.ofSeconds(2), ORDER_EVERY),
        PAY_WITHIN,
        List.of(skus),
        false,
        null);
  }

  public static Sku sku(String id, int units) {
    return new Sku(id, id, 4_900, 14_900, units);
  }

  /** A published sale of one SKU, a second after its start. */
  public Installation selling(int units) {
    return selling(sale(SALE, Pick.FIRST, sku(SKU, units)));
  }

  public Installation selling(Sale sale) {
    publish(sale);
    clock.set(OPENS.plusSeconds(1));
    return this;
  }

  public void publish(Sale sale) {
    catalog.register(sale);
    startPublishing(sale.id());
    worker.runOnce();
    worker.runOnce();
    assertThat(catalog.get(sale.id()).stored()).isEqualTo(SalePhase.PUBLISHED);
    assertThat(engine.isLoaded(sale.id())).isTrue();
  }

  /** What {@link SaleDesk#publish} does before it waits. */
  public void startPublishing(String sale) {
    database.write(
        connection -> {
          Listing now = catalog.lock(connection, sale);
          catalog.startPublishing(connection, now);
          long n = Intents.count(connection, sale);
          List<Intent> takes = new ArrayList<>();
          for (Sku sku : now.sale().skus()) {
            String id = sale + "." + sku.id() + ".take-" + n;
            takes.add(Intent.of(id, sale, sku.id(), Intent.Kind.TAKE, sku.units()));
          }
          Intents.write(connection, takes);
          return now;
        });
    catalog.refresh(sale);
  }

  /** One round of the intent worker, in the engine and at the shop. */
  public void round() {
    worker.runOnce();
  }

  public static BuyerId buyer(int number) {
    return new BuyerId("buyer-" + number);
  }

  public Claim claim(String sale, String sku, BuyerId buyer, int quantity) {
    return new Claim(
        ids.mint(sale, buyer), sale, sku, buyer, quantity, 0, clock.instant(), "cart-7");
  }

  /** Reserves one unit. */
  public Claim reserve(int buyer) {
    Claim claim = claim(SALE, SKU, buyer(buyer), 1);
    assertThat(ask(claim)).isInstanceOf(ReserveResult.Reserved.class);
    return claim;
  }

  public ReserveResult ask(Claim claim) {
    return engine.reserve(List.of(claim)).getFirst();
  }

  public List<QueuedOrder> drain() {
    return engine.drain(100, Duration.ZERO);
  }

  /** Writes all that is queued. */
  public void write() {
    for (List<QueuedOrder> batch = drain(); !batch.isEmpty(); batch = drain()) {
      writer.write(batch);
    }
  }

  /** Reserves one unit and commits it. */
  public OrderId place(int buyer) {
    Claim claim = reserve(buyer);
    write();
    assertThat(status(claim.order())).isEqualTo(OrderStatus.PLACED);
    return claim.order();
  }

  public OrderStatus status(OrderId id) {
    return store.find(id).map(Order::status).orElse(OrderStatus.LOST);
  }

  public int available() {
    return engine.available(SALE, SKU);
  }

  public void assertAuditIsOk(String sale) {
    assertThat(audit.run(sale).findings()).isEmpty();
  }

  public void assertAuditIsOk() {
    assertAuditIsOk(SALE);
  }

  public OrderStore.SkuSums sums() {
    return store.sums(SALE).getFirst();
  }

  /** The one number of a query. */
  public long number(String sql) {
    return database.read(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            ResultSet row = statement.executeQuery(sql);
            return row.next() ? row.getLong(1) : -1;
          }
        });
  }

  /** How the store would answer a query, step by step. */
  public List<String> plan(String sql) {
    return database.read(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            ResultSet row = statement.executeQuery("EXPLAIN QUERY PLAN " + sql);
            List<String> steps = new ArrayList<>();
            while (row.next()) {
              steps.add(row.getString("detail"));
            }
            return steps;
          }
        });
  }

  public long events(String type) {
    return number("SELECT COUNT(*) FROM outbox WHERE type = '" + type + "'");
  }

  public long openIntents() {
    return number("SELECT COUNT(*) FROM intent WHERE done_at IS NULL");
  }

  /** Changes the database by hand. */
  public void change(String sql) {
    database.write(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
          }
        });
  }

  @Override
  public void close() {
    engine.close();
    database.close();
  }
}
