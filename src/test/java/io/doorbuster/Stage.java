package io.doorbuster;

import static org.awaitility.Awaitility.await;

import io.doorbuster.console.AdminApi;
import io.doorbuster.console.preflight.Preflight;
import io.doorbuster.gate.BlockList;
import io.doorbuster.gate.BlockWatch;
import io.doorbuster.gate.Draw;
import io.doorbuster.gate.Gate;
import io.doorbuster.gate.pass.Pass;
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
import io.doorbuster.order.IntentWorker;
import io.doorbuster.order.Intents;
import io.doorbuster.order.OrderDesk;
import io.doorbuster.order.OrderStore;
import io.doorbuster.order.OrderWatch;
import io.doorbuster.order.OrderWriter;
import io.doorbuster.order.StockBoard;
import io.doorbuster.outbox.OutboxStore;
import io.doorbuster.page.FolderTarget;
import io.doorbuster.page.PagePublisher;
import io.doorbuster.page.PageRenderer;
import io.doorbuster.page.PageTarget;
import io.doorbuster.sale.BlockTable;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.NotAllowed;
import io.doorbuster.sale.OperatorLog;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFile;
import io.doorbuster.sale.SaleFiles;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.Stores;
import io.doorbuster.sale.TableStock;
import io.doorbuster.sale.WaveNode;
import io.doorbuster.sale.WaveTable;
import io.doorbuster.settlement.Audit;
import io.doorbuster.settlement.Reconciler;
import io.doorbuster.settlement.Repair;
import io.doorbuster.settlement.SaleDesk;
import io.doorbuster.settlement.Settlement;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The rooms from the store to the admin API, wired for a test: a real database in a folder, a real
 * engine of several shards, real servers on free ports.
 */
public final class Stage implements AutoCloseable {
  public static final String TOKEN = "the-operators-token-of-a-test";
  public static final int SHARDS = 3;

  public final InstantSource clock = InstantSource.system();
  public final Database database;
  public final Catalog catalog;
  public final InventoryEngine engine;
  public final BlockList blocks = new BlockList();
  public final PassKeys passKeys = new PassKeys(List.of(key("first")));
  public final Passes passes = new Passes(passKeys);
  public final OrderIds ids;
  public final OrderStore orders;
  public final IntentWorker worker;
  public final SaleDesk saleDesk;
  public final Audit audit;
  public final WaveTable waves;
  public final Gate gate;
  public final SaleFiles files;
  public final PagePublisher pages;
  public final Router buyerRoutes = new Router();
  public final Router adminRoutes = new Router();

  /** What /readyz says is missing beside what it finds itself. */
  public final List<String> missing = new CopyOnWriteArrayList<>();

  /** How buyers pay, as the preflight hears it. */
  public volatile Preflight.Payment payment = Preflight.Payment.REAL;

  public volatile boolean sinkAway;
  private final String publicUrl;

  private final OrderWriter writer;
  private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
  private final Vertx vertx = Vertx.vertx();
  private final Server admin;
  private final Server buyers;
  private final int adminPort;
  private final int buyerPort;

  /** Runs at once. */
  public Stage(Path folder) {
    this(folder, new FolderTarget(folder.resolve("pages")), "http://127.0.0.1");
  }

  /** Publishes its pages there. */
  public Stage(Path folder, PageTarget target) {
    this(folder, target, "http://127.0.0.1");
  }

  /**
   * @param publicUrl the address that buyers would see
   */
  public Stage(Path folder, String publicUrl) {
    this(folder, new FolderTarget(folder.resolve("pages")), publicUrl);
  }

  private Stage(Path folder, PageTarget target, String publicUrl) {
    this.publicUrl = publicUrl;
    Meters meters = new Meters();
    database = Stores.open(folder);
    catalog = new Catalog(database, clock);
    files = new SaleFiles(database, catalog, clock);
    pages =
        new PagePublisher(
            target,
            new PageRenderer(new PageRenderer.Options("", null, null, false)),
            files::findContent);
    ids = new OrderIds(new byte[32], SHARDS, clock);
    engine = new EmbeddedEngine(clock, SHARDS, ids::shardOf, 10_000);
    waves = new WaveTable(database);
    Checkout checkout = new Checkout(this::gate, engine, catalog, clock, meters);
    gate = checkout.gate();
    orders = new OrderStore(database, catalog, clock);
    OrderWatch watch = new OrderWatch();
    Reconciler reconciler = new Reconciler(database, catalog, engine, clock);
    worker =
        new IntentWorker(
            database,
            catalog,
            engine,
            new TableStock(database),
            clock,
            reconciler::loadMissing,
            intent -> {});
    writer = new OrderWriter(engine, orders, clock, 100, Duration.ZERO, 1, new Silent());
    OrderDesk desk =
        new OrderDesk(
            checkout,
            engine,
            orders,
            ids,
            watch,
            order -> "/pay/" + order.id(),
            clock,
            () -> false,
            worker::wake);
    StockBoard board = new StockBoard(catalog, engine, orders, gate, clock);
    Settlement settlement = new Settlement(database, catalog, engine, orders, clock);
    audit = new Audit(database, catalog, engine);
    saleDesk =
        new SaleDesk(database, catalog, engine, orders, worker, settlement, sale -> true, clock);
    catalog.onChange(this::changed);
    catalog.listAll().forEach(gate::show);
    adminApi(board, meters).routes(adminRoutes);
    checkout.routes(buyerRoutes);
    desk.routes(buyerRoutes);
    admin = server(adminRoutes);
    buyers = server(buyerRoutes);
    worker.start(() -> true);
    writer.start();
    adminPort = admin.start();
    buyerPort = buyers.start();
    every(10, gate::tick);
    every(50, board::refreshGate);
    every(50, board::refreshBooks);
    every(50, settlement::tick);
  }

  private Gate gate(Checkout checkout) {
    return new Gate(
        new Gate.Parts(
            clock,
            System::nanoTime,
            passes,
            blocks,
            checkout,
            ids,
            waves::save,
            checkout::drawn,
            WaveNode.ALONE,
            100_000,
            10_000));
  }

  private AdminApi adminApi(StockBoard board, Meters meters) {
    AdminApi.Hooks hooks =
        new AdminApi.Hooks(
            this::passForTest,
            () -> passKeys.rotate(key("key-" + System.nanoTime())),
            writer::committed,
            order -> worker.wake(),
            () -> {},
            database::fault,
            () -> List.copyOf(missing));
    return new AdminApi(
        new AdminApi.Parts(
            TOKEN,
            false,
            clock,
            catalog,
            pages,
            files,
            saleDesk,
            audit,
            new Repair(
                catalog, engine, audit, new Reconciler(database, catalog, engine, clock), worker),
            board,
            orders,
            waves,
            new OutboxStore(database),
            new BlockTable(database),
            new BlockWatch(new BlockTable(database), blocks),
            new OperatorLog(database, clock),
            gate,
            passKeys,
            engine,
            Optional.of(new TableStock(database)),
            meters,
            hooks,
            preflightSources()));
  }

  private Preflight.Sources preflightSources() {
    return new Preflight.Sources(
        clock,
        "the server's clock",
        pages,
        database,
        engine,
        audit,
        new Intents(database),
        new OutboxStore(database),
        WaveNode.ALONE,
        true,
        sale -> payment,
        new Preflight.Sink(true, () -> sinkAway),
        publicUrl);
  }

  private Server server(Router routes) {
    return new Server(
        vertx,
        routes,
        new Server.Options("127.0.0.1", 0, 1, 1_000, Set.of()),
        fault -> Problem.of("internal", 500, String.valueOf(fault)));
  }

  private void every(int ms, Runnable work) {
    var _ = ticks.scheduleWithFixedDelay(work, ms, ms, TimeUnit.MILLISECONDS);
  }

  private void changed(Listing listing) {
    if (listing.unpublished()) {
      pages.unpublish(listing.sale().id());
    } else if (listing.stored() != SalePhase.DRAFT) {
      pages.publish(listing.sale(), Draw.commitment(listing.seed()), listing.files());
    }
    gate.show(listing);
    engine.control(listing.sale().id(), Reconciler.control(listing));
  }

  private static PassKeys.Key key(String id) {
    return new PassKeys.Key(id, new byte[32]);
  }

  private String passForTest(String sale, BuyerId buyer) {
    if (!catalog.get(sale).sale().test()) {
      throw new NotAllowed("no test sale");
    }
    return pass(sale, buyer.value());
  }

  /** A buyer's pass for a published sale. */
  public String pass(String sale, String buyer) {
    Listing listing = catalog.get(sale);
    return passes.issue(
        new Pass(
            sale,
            new BuyerId(buyer),
            listing.passVersion(),
            java.util.Objects.requireNonNull(listing.passExpiresAt()),
            null));
  }

  public String adminUrl() {
    return "http://127.0.0.1:" + adminPort;
  }

  public String buyerUrl() {
    return "http://127.0.0.1:" + buyerPort;
  }

  /** A sale that has opened, of one SKU `tee`, first come first served, as its operator's YAML. */
  public String yaml(String id, int units, String more) {
    return """
    id: %s
    title: A sale for a test
    currency: EUR
    opensAt: %s
    closesAt: %s
    release: {wave: %d, every: 100ms, pick: first, returnsEvery: 200ms}
    limits: {perBuyer: 3, tryEvery: 1ms, orderEvery: 1ms}
    payWithin: 10m
    skus:
      - {id: tee, price: 19.90, units: %d}
    %s
    """
        .formatted(
            id,
            clock.instant().minusSeconds(1),
            clock.instant().plusSeconds(3_600),
            units,
            units,
            more);
  }

  /** Registers and publishes {@link #yaml}. */
  public Sale open(String id, int units) {
    SaleFile.Result read = SaleFile.parse(id, yaml(id, units, ""));
    Sale sale = read.sale().orElseThrow(() -> new AssertionError(read.errors()));
    catalog.register(sale);
    saleDesk.publish(id);
    return sale;
  }

  /** Returns when no move of units is under way any more. */
  public void awaitMoves() {
    Intents intents = new Intents(database);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> intents.listOpen(true, 1).isEmpty() && intents.listOpen(false, 1).isEmpty());
  }

  @Override
  public void close() {
    ticks.shutdownNow();
    writer.close();
    worker.close();
    admin.close();
    buyers.close();
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
    engine.close();
    database.close();
  }

  /** Nobody listens. */
  private static final class Silent implements OrderWriter.Listener {
    @Override
    public void placed(QueuedOrder order) {}

    @Override
    public void rejected(QueuedOrder order) {}

    @Override
    public void lost(QueuedOrder order) {}

    @Override
    public void stockCheckFailed(String sale) {
      throw new AssertionError("the engine holds more than the database has: " + sale);
    }
  }
}
