package io.doorbuster.cli;

import io.doorbuster.gate.BlockList;
import io.doorbuster.gate.Gate;
import io.doorbuster.gate.pass.PassKeys;
import io.doorbuster.gate.pass.Passes;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.http.Server;
import io.doorbuster.inventory.EmbeddedEngine;
import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.QueuedOrder;
import io.doorbuster.metrics.Meters;
import io.doorbuster.order.Checkout;
import io.doorbuster.order.Intent;
import io.doorbuster.order.IntentWorker;
import io.doorbuster.order.OrderDesk;
import io.doorbuster.order.OrderStore;
import io.doorbuster.order.OrderWatch;
import io.doorbuster.order.OrderWriter;
import io.doorbuster.order.StockBoard;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.HttpStock;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.RegularStock;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.TableStock;
import io.doorbuster.sale.WaveTable;
import io.doorbuster.settlement.Audit;
import io.doorbuster.settlement.Reconciler;
import io.doorbuster.settlement.SaleDesk;
import io.doorbuster.settlement.Settlement;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the rooms, top to bottom in the order of the flow, and takes them down in reverse. */
final class Application implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Application.class);
  private static final Duration GATE_TICK = Duration.ofMillis(10);
  private static final Duration BOARD_TICK = Duration.ofMillis(100);
  private static final Duration BOOKS_TICK = Duration.ofMillis(500);
  private static final Duration PURGE_TICK = Duration.ofSeconds(5);

  private final DataFolder folder;
  private final Database database;
  private final InventoryEngine engine;
  private final IntentWorker intentWorker;
  private final OrderWriter writer;
  private final Checkout checkout;
  private final ScheduledExecutorService gateClock = scheduler("gate-clock");
  private final ScheduledExecutorService housekeeping = scheduler("housekeeping");
  private final Vertx vertx;
  private final Server buyers;

  Application(Settings settings, DataFolder folder, InstantSource clock) {
    this.folder = folder;
    Secrets secrets = new Secrets(folder.path());
    Meters meters = new Meters();

    // The store, and what is sold.
    database = Database.open(folder.path().resolve("doorbuster.db"));
    database.onCall(meters::backendCall);
    Catalog catalog = new Catalog(database, clock);

    // The gate and the inventory, joined by the checkout.
    PassKeys passKeys = secrets.passKeys();
    OrderIds ids = new OrderIds(secrets.orderIdKey(), settings.inventory().shards(), clock);
    engine =
        new EmbeddedEngine(
            clock,
            settings.inventory().shards(),
            ids::shardOf,
            settings.inventory().queueCapacity());
    BlockList blocks = new BlockList();
    WaveTable waves = new WaveTable(database);
    checkout =
        new Checkout(
            self ->
                new Gate(
                    new Gate.Parts(
                        clock,
                        System::nanoTime,
                        new Passes(passKeys),
                        blocks,
                        self,
                        ids,
                        waves::save,
                        self::drawn,
                        settings.gate().requestsPerSecond(),
                        settings.gate().buyersMax())),
            engine,
            catalog,
            clock,
            meters);
    Gate gate = checkout.gate();

    // Orders.
    OrderStore store = new OrderStore(database, catalog);
    OrderWatch watch = new OrderWatch();
    Reconciler reconciler = new Reconciler(database, catalog, engine, clock);
    RegularStock stock = regularStock(settings, clock);
    intentWorker =
        new IntentWorker(
            database,
            catalog,
            engine,
            stock,
            clock,
            reconciler::loadMissing,
            intent -> orderEnded(gate, watch, intent));
    writer =
        new OrderWriter(
            engine,
            store,
            clock,
            settings.orders().batchRowsMax(),
            settings.orders().linger(),
            new WriterNews(gate, watch, meters, clock, intentWorker, reconciler));
    OrderDesk desk =
        new OrderDesk(
            checkout,
            engine,
            store,
            ids,
            watch,
            order -> "/pay/" + order.id(),
            clock,
            () -> database.fault().isPresent(),
            intentWorker::wake);
    StockBoard board = new StockBoard(catalog, engine, store, gate, clock);

    // After the sale.
    Settlement settlement = new Settlement(database, catalog, engine, store, clock);
    Audit audit = new Audit(database, catalog, engine);
    SaleDesk saleDesk =
        new SaleDesk(database, catalog, engine, store, intentWorker, settlement, clock);
    log.debug("wired {} and {}", audit, saleDesk);

    catalog.onChange(listing -> changed(gate, listing));
    reconciler.loadMissing();
    catalog.listAll().forEach(gate::show);

    Router routes = new Router();
    checkout.routes(routes);
    desk.routes(routes);
    vertx = Vertx.vertx();
    buyers =
        new Server(
            vertx,
            routes,
            new Server.Options(
                settings.http().host(),
                settings.http().port(),
                settings.http().eventLoops(),
                settings.http().connectionsMax(),
                settings.http().allowedOrigins()),
            Application::problem);

    every(gateClock, GATE_TICK, gate::tick);
    every(gateClock, BOARD_TICK, board::refreshGate);
    every(housekeeping, BOARD_TICK, settlement::tick);
    every(housekeeping, BOOKS_TICK, board::refreshBooks);
    every(housekeeping, PURGE_TICK, gate::purge);
    every(housekeeping, PURGE_TICK, checkout::purge);
  }

  private void changed(Gate gate, Listing listing) {
    gate.show(listing);
    engine.control(listing.sale().id(), Reconciler.control(listing));
  }

  private RegularStock regularStock(Settings settings, InstantSource clock) {
    Settings.RegularStock stock = settings.regularStock();
    return stock.adapter().equals("http")
        ? new HttpStock(
            Objects.requireNonNull(stock.url()),
            Objects.requireNonNull(stock.secret()).bytes(),
            clock)
        : new TableStock(database);
  }

  private static void orderEnded(Gate gate, OrderWatch watch, Intent intent) {
    boolean forget = intent.kind() == Intent.Kind.FORGET;
    gate.orderEnded(
        intent.sale(),
        Objects.requireNonNull(intent.buyer()),
        Objects.requireNonNull(intent.order()),
        forget);
    watch.changed(Objects.requireNonNull(intent.order()));
  }

  /** What the order writer has to tell, and whom. */
  private record WriterNews(
      Gate gate,
      OrderWatch watch,
      Meters meters,
      InstantSource clock,
      IntentWorker worker,
      Reconciler reconciler)
      implements OrderWriter.Listener {
    @Override
    public void placed(QueuedOrder order) {
      meters.placedAfterMs(clock.millis() - order.createdAt().toEpochMilli());
      watch.changed(order.claim().order());
    }

    @Override
    public void rejected(QueuedOrder order) {
      worker.wake();
      watch.changed(order.claim().order());
    }

    @Override
    public void lost(QueuedOrder order) {
      gate.orderEnded(order.claim().sale(), order.claim().buyer(), order.claim().order(), true);
      watch.changed(order.claim().order());
    }

    @Override
    public void stockCheckFailed(String sale) {
      worker.exclusively(() -> reconciler.rebuild(sale));
    }
  }

  private static Problem problem(Throwable fault) {
    if (fault instanceof StoreUnavailable) {
      return Problem.of("overloaded", 503, "A store behind us is away.")
          .withRetryAfter(Duration.ofSeconds(2));
    }
    log.error("a request failed: {}", fault.toString(), fault);
    return Problem.of("internal", 500, "This is a fault of ours.");
  }

  private static ScheduledExecutorService scheduler(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().name(name).daemon().factory());
  }

  private static void every(ScheduledExecutorService clock, Duration interval, Runnable work) {
    Runnable guarded =
        () -> {
          try {
            work.run();
          } catch (StoreUnavailable e) {
            log.debug("a store is away: {}", e.getMessage());
          } catch (RuntimeException e) {
            log.error("goes on after: {}", e.toString(), e);
          }
        };
    var _ =
        clock.scheduleWithFixedDelay(
            guarded, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  void start() {
    intentWorker.start();
    writer.start();
    int port = buyers.start();
    log.info("buyers are served on port {}", port);
  }

  /** No new orders, the queue written, then all doors closed. */
  @Override
  public void close() {
    checkout.gate().storesAway(() -> true);
    gateClock.shutdown();
    housekeeping.shutdownNow();
    checkout.gate().close();
    writer.close();
    intentWorker.close();
    buyers.close();
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(2, TimeUnit.SECONDS);
    engine.close();
    database.close();
    folder.close();
    log.info("stopped");
  }
}
