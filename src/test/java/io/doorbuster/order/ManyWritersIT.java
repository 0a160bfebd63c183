package io.doorbuster.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doorbuster.MovableClock;
import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.PostgresServer;
import io.doorbuster.sale.PostgresServer.Version;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.Stores;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Order writers of several processes, at once, on one PostgreSQL that may be stopped or killed. */
final class ManyWritersIT {
  private static final String SALE = "runner";
  private static final List<String> SKUS = List.of("a", "b", "c");
  private static final int WRITERS = 4;
  private static final int BATCH = 50;

  private final MovableClock clock = new MovableClock(Installation.OPENS.plusSeconds(1));
  private final OrderIds ids = new OrderIds(new byte[32], 1, clock);
  private final long seed = new Random().nextLong();
  private PostgresServer server;
  private ExecutorService threads;
  private List<Peer> peers;

  /** What each peer has of its own. */
  private record Peer(Database database, Catalog catalog, OrderStore store) {}

  @BeforeEach
  void start() {
    System.out.println("ManyWritersIT seed " + seed);
    server = new PostgresServer(Version.NEWEST);
    server.run("CREATE DATABASE books");
    threads = Executors.newFixedThreadPool(WRITERS);
    peers = new ArrayList<>();
    openPeer(); // the schema, before the others come
    Sale sale =
        Installation.sale(
            SALE,
            Pick.FIRST,
            SKUS.stream()
                .map(sku -> Installation.sku(sku, 1_000))
                .toArray(io.doorbuster.sale.Sku[]::new));
    peers.getFirst().catalog.register(sale);
    change("UPDATE sale SET phase = 'PUBLISHED'");
    change("UPDATE sku SET allotted = 1000");
    while (peers.size() < WRITERS) {
      openPeer();
    }
  }

  private void openPeer() {
    Database database = Database.open(server.options("books"));
    Catalog catalog = new Catalog(database, clock);
    peers.add(new Peer(database, catalog, new OrderStore(database, catalog, clock)));
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    peers.forEach(peer -> peer.database.close());
    server.close();
  }

  private void change(String sql) {
    peers
        .getFirst()
        .database
        .write(
            connection -> {
              try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate(sql);
              }
            });
  }

  private long number(String sql) {
    return Stores.number(peers.getFirst().database, sql);
  }

  private List<QueuedOrder> orders(int count, long epoch) {
    List<QueuedOrder> orders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      BuyerId buyer = new BuyerId("buyer-" + epoch + "-" + i);
      String sku = SKUS.get(i % SKUS.size());
      Claim claim = new Claim(ids.mint(SALE, buyer), SALE, sku, buyer, 1, 0, clock.instant(), null);
      orders.add(new QueuedOrder(claim, 0, epoch, clock.instant()));
    }
    return orders;
  }

  /** The same orders in batches of another order for each writer. */
  private static List<List<QueuedOrder>> batches(List<QueuedOrder> orders, long seed) {
    List<QueuedOrder> shuffled = new ArrayList<>(orders);
    Collections.shuffle(shuffled, new Random(seed));
    List<List<QueuedOrder>> batches = new ArrayList<>();
    for (int i = 0; i < shuffled.size(); i += BATCH) {
      batches.add(shuffled.subList(i, Math.min(i + BATCH, shuffled.size())));
    }
    return batches;
  }

  private <T> List<Future<T>> each(Callable<T> work, int times) {
    List<Future<T>> all = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      all.add(threads.submit(work));
    }
    return all;
  }

  private static void join(List<? extends Future<?>> all) throws Exception {
    for (Future<?> one : all) {
      one.get(120, TimeUnit.SECONDS);
    }
  }

  private void assertBooksHold(long orders) {
    assertThat(number("SELECT COUNT(*) FROM orders")).isEqualTo(orders);
    assertThat(number("SELECT SUM(sold) FROM sku")).isEqualTo(orders);
    assertThat(number("SELECT COUNT(*) FROM outbox WHERE type = 'order.placed'")).isEqualTo(orders);
    assertThat(
            number(
                "SELECT COUNT(*) FROM sku k WHERE sold <>"
                    + " (SELECT COUNT(*) FROM orders o WHERE o.sku = k.id)"))
        .isZero();
  }

  @Test
  void commit_byManyOfTheSameOrders_landsEachOnceWithoutADeadlock() throws Exception {
    List<QueuedOrder> orders = orders(1_500, 0);
    AtomicInteger next = new AtomicInteger();
    join(
        each(
            () -> {
              int mine = next.getAndIncrement();
              for (List<QueuedOrder> batch : batches(orders, seed + mine)) {
                OrderBatch.Result result = peers.get(mine).store.commit(batch, clock.instant());
                assertThat(result.placed()).hasSize(batch.size());
              }
              return mine;
            },
            WRITERS));
    assertBooksHold(1_500);
    assertThat(number("SELECT deadlocks FROM pg_stat_database WHERE datname = 'books'")).isZero();
  }

  @Test
  void raiseEpoch_againstWriters_isSoonAndNothingOfTheOldOneLandsAfterIt() throws Exception {
    AtomicInteger next = new AtomicInteger();
    List<QueuedOrder> orders = orders(2_900, 0);
    List<Future<Integer>> writers =
        each(
            () -> {
              int mine = next.getAndIncrement();
              int stale = 0;
              for (int round = 0; stale == 0; round++) {
                for (List<QueuedOrder> batch : batches(orders, seed + mine + round)) {
                  stale += peers.get(mine).store.commit(batch, clock.instant()).stale().size();
                }
              }
              return stale;
            },
            WRITERS);
    Thread.sleep(300);
    long startNs = System.nanoTime();
    peers.getFirst().catalog.raiseEpoch(SALE, peers.getFirst().catalog.get(SALE).epoch());
    Duration waited = Duration.ofNanos(System.nanoTime() - startNs);
    long landed = number("SELECT COUNT(*) FROM orders");
    join(writers);
    System.out.println("the epoch was raised in " + waited.toMillis() + " ms, " + landed);
    assertThat(waited).isLessThan(Duration.ofSeconds(1));
    assertBooksHold(landed);
  }

  @Test
  void commit_beyondTheAllotment_isToldApartAndLeavesNothing() {
    List<QueuedOrder> orders = orders(20, 0);
    change("UPDATE sku SET allotted = 5 WHERE id = 'b'");
    OrderStore store = peers.getFirst().store;
    assertThatThrownBy(() -> store.commit(orders, clock.instant()))
        .isInstanceOfSatisfying(
            OrderBatch.StockCheckFailed.class, e -> assertThat(e.sale()).isEqualTo(SALE));
    assertBooksHold(0);
    change("UPDATE sku SET allotted = 100");
    store.commit(orders, clock.instant());
    assertBooksHold(20);
  }

  @Test
  void writers_whoseServerIsStoppedAndStarted_landAll() throws Exception {
    Trouble trouble = write(orders(2_900, 0));
    Thread.sleep(300);
    server.stop();
    Thread.sleep(1_500);
    server.start();
    join(trouble.writers);
    assertThat(trouble.unavailable).hasPositiveValue();
    assertBooksHold(2_900);
    assertThat(peers.getFirst().database.fault()).isEmpty();
  }

  @Test
  void writers_whoseServerIsKilled_loseNothingThatWasCommitted() throws Exception {
    Trouble trouble = write(orders(2_900, 0));
    for (int round = 0; round < 3; round++) {
      Thread.sleep(200 + new Random(seed + round).nextInt(200));
      server.kill();
      Set<String> acknowledged = new TreeSet<>(trouble.acknowledged);
      server.start();
      assertThat(missing(acknowledged)).isEmpty();
    }
    join(trouble.writers);
    assertThat(trouble.unavailable).hasPositiveValue();
    assertThat(trouble.acknowledged).hasSize(2_900);
    assertBooksHold(2_900);
  }

  /** What writers have met, and what they were told is committed. */
  private record Trouble(
      List<Future<Integer>> writers, AtomicInteger unavailable, Set<String> acknowledged) {}

  /** Each writer brings its own part, batch by batch, each as often as needed, as the real one. */
  private Trouble write(List<QueuedOrder> orders) {
    AtomicInteger unavailable = new AtomicInteger();
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    AtomicInteger next = new AtomicInteger();
    List<Future<Integer>> writers =
        each(
            () -> {
              int mine = next.getAndIncrement();
              List<QueuedOrder> part = new ArrayList<>();
              for (int i = mine; i < orders.size(); i += WRITERS) {
                part.add(orders.get(i));
              }
              for (int i = 0; i < part.size(); i += 5) {
                List<QueuedOrder> batch = part.subList(i, Math.min(i + 5, part.size()));
                commit(peers.get(mine).store, batch, unavailable);
                batch.forEach(queued -> acknowledged.add(queued.claim().order().toString()));
                Thread.sleep(5);
              }
              return mine;
            },
            WRITERS);
    return new Trouble(writers, unavailable, acknowledged);
  }

  private void commit(OrderStore store, List<QueuedOrder> batch, AtomicInteger unavailable)
      throws InterruptedException {
    while (true) {
      try {
        store.commit(batch, clock.instant());
        return;
      } catch (StoreUnavailable e) {
        unavailable.incrementAndGet();
        Thread.sleep(50);
      }
    }
  }

  private Set<String> missing(Set<String> acknowledged) throws Exception {
    Set<String> missing = new TreeSet<>(acknowledged);
    try (var connection = server.connect("books");
        Statement query = connection.createStatement()) {
      var row = query.executeQuery("SELECT id FROM orders");
      while (row.next()) {
        missing.remove(row.getString(1));
      }
    }
    return missing;
  }
}
