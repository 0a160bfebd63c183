package io.doorbuster.payment;

import io.doorbuster.order.Order;
import io.doorbuster.order.OrderStatus;
import io.doorbuster.order.OrderStore;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Language;
import io.doorbuster.sale.Limits;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Release;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.Stores;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real store with a sale and PLACED orders, and a clock that is set by hand. */
final class PaymentFixture implements AutoCloseable, InstantSource {
  static final Instant START = Instant.parse("2027-05-03T08:00:00Z");
  static final Duration PAY_WITHIN = Duration.ofMinutes(1);
  static final int PRICE = 4900;
  static final int ALLOTTED = 1_000;

  private final Path folder;
  private final Database database;
  private final OrderIds ids = new OrderIds(new byte[32], 4, this);
  private final List<OrderId> changed = new CopyOnWriteArrayList<>();
  private final Catalog catalog;
  private final OrderStore store;
  private final Payments payments;
  private volatile Instant now = START;

  PaymentFixture(Path folder) {
    this.folder = folder;
    database = Stores.open(folder);
    catalog = new Catalog(database, this);
    addSale("sale-1", false);
    addSale("rehearsal", true);
    store = new OrderStore(database, catalog, this);
    payments = new Payments(store, this, changed::add, () -> {});
  }

  private void addSale(String id, boolean test) {
    catalog.register(
        new Sale(
            id,
            "Tees & more",
            "",
            null,
            Language.EN,
            Currency.getInstance("EUR"),
            START,
            START.plus(Duration.ofHours(2)),
            new Release(100, Duration.ofSeconds(5), Pick.FAIR, Duration.ofMinutes(5)),
            new Limits(1, Duration.ofSeconds(2), Duration.ofMinutes(10)),
            PAY_WITHIN,
            List.of(new Sku("tee", "A <tee>", PRICE, 9900, ALLOTTED)),
            test,
            null));
    execute("UPDATE sale SET phase = 'PUBLISHED' WHERE id = '" + id + "'");
    execute("UPDATE sku SET allotted = " + ALLOTTED + " WHERE sale = '" + id + "'");
    catalog.refresh(id);
  }

  OrderId place(String buyer) {
    return place("sale-1", buyer);
  }

  /** As the order writer does it. */
  OrderId place(String sale, String buyer) {
    OrderId id = ids.mint(sale, new BuyerId(buyer));
    long ms = now.toEpochMilli();
    execute(
        ("INSERT INTO orders (id, sale, sku, buyer, quantity, price_minor, status, live_key, shard,"
                + " wave, admitted_at, created_at, pay_before, changed_at) VALUES"
                + " ('%s', '%s', 'tee', '%s', 1, %d, 'PLACED', '%s/%s', %d, 0, %d, %d, %d, %d)")
            .formatted(
                id,
                sale,
                buyer,
                PRICE,
                sale,
                buyer,
                id.shard(),
                ms,
                ms,
                ms + PAY_WITHIN.toMillis(),
                ms));
    execute("UPDATE sku SET sold = sold + 1 WHERE sale = '" + sale + "'");
    return id;
  }

  void execute(String sql) {
    database.write(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
          }
        });
  }

  long count(String from) {
    return database.read(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + from);
            return row.next() ? row.getLong(1) : -1;
          }
        });
  }

  long events(String type) {
    return count("outbox WHERE type = '" + type + "'");
  }

  long sold() {
    return store.sums("sale-1").getFirst().sold();
  }

  OrderStatus status(OrderId id) {
    return order(id).status();
  }

  Order order(OrderId id) {
    return store.find(id).orElseThrow();
  }

  /** Holds the store's lock from outside until it is closed. */
  AutoCloseable outage() throws SQLException {
    return Stores.outage(folder);
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  Catalog catalog() {
    return catalog;
  }

  OrderStore store() {
    return store;
  }

  Payments payments() {
    return payments;
  }

  /** Orders whose change was told, in order. */
  List<OrderId> changed() {
    return changed;
  }

  @Override
  public Instant instant() {
    return now;
  }

  /** Whether writing works. */
  boolean isWritable() {
    try {
      execute("UPDATE sale SET epoch = epoch");
      return true;
    } catch (StoreUnavailable e) {
      return false;
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
