package io.doorbuster.cli;

import io.doorbuster.console.AdminApi;
import io.doorbuster.console.PublishedDraws;
import io.doorbuster.console.preflight.Preflight;
import io.doorbuster.gate.BlockList;
import io.doorbuster.gate.BlockWatch;
import io.doorbuster.gate.Draw;
import io.doorbuster.gate.Gate;
import io.doorbuster.gate.pass.PassDesk;
import io.doorbuster.gate.pass.PassKeys;
import io.doorbuster.gate.pass.Passes;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.http.Server;
import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.metrics.Meters;
import io.doorbuster.order.Checkout;
import io.doorbuster.order.Intent;
import io.doorbuster.order.IntentWorker;
import io.doorbuster.order.Intents;
import io.doorbuster.order.OrderDesk;
import io.doorbuster.order.OrderStore;
import io.doorbuster.order.OrderWatch;
import io.doorbuster.order.OrderWriter;
import io.doorbuster.order.StockBoard;
import io.doorbuster.outbox.OutboxStore;
import io.doorbuster.outbox.Relay;
import io.doorbuster.page.PagePublisher;
import io.doorbuster.page.PageRoutes;
import io.doorbuster.page.SaleState;
import io.doorbuster.payment.Deadlines;
import io.doorbuster.payment.DemoProvider;
import io.doorbuster.payment.Payments;
import io.doorbuster.payment.Providers;
import io.doorbuster.sale.BlockTable;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.Hmac;
import io.doorbuster.sale.Installation;
import io.doorbuster.sale.Lease;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.OperatorLog;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFiles;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.TableStock;
import io.doorbuster.sale.WaveNode;
import io.doorbuster.sale.WaveTable;
import io.doorbuster.settlement.Audit;
import io.doorbuster.settlement.Reconciler;
import io.doorbuster.settlement.Repair;
import io.doorbuster.settlement.SaleDesk;
import io.doorbuster.settlement.Settlement;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wires the rooms, and takes them down again.
 *
 * <h2>Design</h2>
 *
 * By hand, top to bottom in the order of the flow: what is sold, gate and inventory joined by the
 * checkout, orders, payment, what comes after, and the doors. Where a room declared an interface
 * for what it may not see, a lambda here is the wire. {@link Adapters} has those parts that a
 * setting chooses.
 */
final class Application implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Application.class);
  private static final Duration GATE_TICK = Duration.ofMillis(10);
  private static final Duration BOARD_TICK = Duration.ofMillis(100);
  private static final Duration BOOKS_TICK = Duration.ofMillis(500);
  private static final Duration PURGE_TICK = Duration.ofSeconds(5);

  /** How soon what another process has said is known here. */
  private static final Duration OTHERS_TICK = Duration.ofMillis(250);

  private static final Duration LEASE_TICK = Duration.ofSeconds(1);

  private static final int FINGERPRINT_DIGITS = 16;

  /** Connections of people and their tools, not of buyers. */
  private static final int OPERATORS_MAX = 500;

  /** A longer time without a heartbeat is an outage of ours, which moves deadlines. */
  private static final Duration OUTAGE = Duration.ofSeconds(3);

  /** Batches of orders that this process commits at a time, where the store takes several. */
  private static final int COMMITS_AT_A_TIME = 2;

  private final Settings settings;
  private final DataFolder folder;
  private final WaveNode waveNode;
  private final InstantSource clock;
  private final Secrets secrets;
  private final Adapters adapters;
  private final Meters meters = new Meters();
  private final Database database;
  private final Catalog catalog;
  private final Lease lease;
  private final OrderIds ids;
  private final InventoryEngine engine;
  private final PassKeys passKeys;
  private final BlockList blocks = new BlockList();
  private final BlockWatch blockWatch;
  private final WaveTable waves;
  private final Checkout checkout;
  private final PassDesk passDesk;
  private final OrderStore store;
  private final OrderWatch watch = new OrderWatch();
  private final OutboxStore outbox;
  private final Optional<Relay> relay;
  private final Reconciler reconciler;
  private final IntentWorker intentWorker;
  private final OrderWriter writer;
  private final Deadlines deadlines;
  private final Settlement settlement;
  private final Audit audit;
  private final StockBoard board;
  private final SaleDesk saleDesk;
  private final SaleFiles files;
  private final PagePublisher pages;
  private final Ticker gateClock = new Ticker("gate-clock");
  private final Ticker housekeeping = new Ticker("housekeeping");
  private final Ticker lostAnswers = new Ticker("lost-answers");
  private final Ticker others = new Ticker("others");
  private final Map<String, Long> epochs = new ConcurrentHashMap<>();
  private volatile boolean stopping;
  private final Vertx vertx;
  private final Router routes = new Router();
  private final Router adminRoutes = new Router();
  private final Server buyers;
  private final Server operators;
  private final WarmUp warmUp;

  /** Wires an installation over a folder; where that fails not even the folder stays open. */
  static Application open(Settings settings, DataFolder folder, boolean demo, InstantSource clock) {
    Deque<Runnable> opened = new ArrayDeque<>();
    opened.push(folder::close);
    try {
      SharedWaves shared = SharedWaves.open(settings, clock);
      opened.push(shared.node()::close);
      return new Application(settings, folder, demo, shared, opened);
    } catch (RuntimeException | Error e) {
      opened.forEach(close -> closeAfter(e, close));
      throw e;
    }
  }

  private static void closeAfter(Throwable cause, Runnable close) {
    try {
      close.run();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * @param opened takes what is to be closed, the last first, where the rest can not be wired
   */
  private Application(
      Settings settings,
      DataFolder folder,
      boolean demo,
      SharedWaves shared,
      Deque<Runnable> opened) {
    this.settings = settings;
    this.folder = folder;
    waveNode = shared.node();
    clock = shared.clock();
    secrets = new Secrets(folder.path());
    adapters = new Adapters(settings, secrets, demo, clock);

    // Loops and store take long enough at a start to do them side by side.
    var loops = CompletableFuture.supplyAsync(() -> EventLoops.open(settings.http().transport()));
    opened.push(() -> closeDoors(loops.join()));

    // What is sold.
    database = adapters.database(folder.path());
    opened.push(database::close);
    vertx = loops.join();
    database.onCall(meters::backendCall);
    catalog = new Catalog(database, clock);
    lease = new Lease(database, "orders", System::nanoTime);
    opened.push(lease::close);
    warmUp = new WarmUp(settings, folder.path().resolve("warm-up"), catalog, clock);
    ids = newOrderIds();

    // The gate and the inventory, joined by the checkout.
    engine = adapters.engine(ids);
    opened.push(engine::close);
    blockWatch = new BlockWatch(new BlockTable(database), blocks);
    passKeys = secrets.passKeys();
    Passes passes = new Passes(passKeys);
    waves = new WaveTable(database);
    checkout = new Checkout(self -> newGate(self, passes), engine, catalog, clock, meters);
    passDesk = adapters.passDesk(catalog, passes, blocks);
    opened.push(passDesk::close);

    // Orders, and what they tell.
    store = new OrderStore(database, catalog, clock);
    outbox = new OutboxStore(database, settings.events().hasSink());
    relay = adapters.relay(outbox);
    reconciler = new Reconciler(database, catalog, engine, clock);
    intentWorker = newIntentWorker();
    writer = newWriter();

    // Payment.
    Payments payments = new Payments(store, clock, watch::changed, intentWorker::wake);
    DemoProvider demoProvider = new DemoProvider("");
    Providers providers = adapters.providers(catalog, demoProvider);
    deadlines = newDeadlines(providers, payments);

    // After the sale, and what is said of it.
    settlement = new Settlement(database, catalog, engine, store, clock);
    audit = new Audit(database, catalog, engine);
    board = new StockBoard(catalog, engine, store, checkout.gate(), clock);
    saleDesk = newSaleDesk();
    files = new SaleFiles(database, catalog, clock);
    pages = openPages(opened);

    // The doors.
    buyerRoutes(providers);
    adapters.paymentRoutes(routes, store, catalog, payments, demoProvider);
    buyers = server(settings.http());
    operators = operatorServer(settings.admin());

    load();
    tick();
  }

  private PagePublisher openPages(Deque<Runnable> opened) {
    PagePublisher publisher = adapters.pages(folder.path(), files);
    opened.push(publisher::close);
    return publisher;
  }

  private void buyerRoutes(Providers providers) {
    passDesk.routes(routes);
    checkout.routes(routes);
    newOrderDesk(providers).routes(routes);
    new PublishedDraws(catalog, waves, clock).routes(routes);
    new PageRoutes(pages, this::stateOf, System::nanoTime, meters).routes(routes);
  }

  /** What is known of the sales goes to those who work by it. */
  private void load() {
    checkout.gate().storesAway(() -> stopping || engine.fault().isPresent());
    catalog.onChange(this::changed);
    blockWatch.refresh();
    renew();
    if (has(Role.ORDERS) && lease.isHeld()) {
      reconciler.loadMissing();
    } else {
      reconciler.takeUp();
    }
    catalog.listAll().forEach(this::changed);
    engine.listen(new ProcessNews(checkout.gate(), watch));
  }

  private boolean has(Role role) {
    return settings.roles().contains(role);
  }

  /** Only who takes part in the orders' work may have its turn. */
  private void renew() {
    if (has(Role.ORDERS)) {
      lease.renew();
    }
  }

  /** Processes over one store that differ in these would not know each other's orders. */
  private OrderIds newOrderIds() {
    OrderIds orderIds = new OrderIds(secrets.orderIdKey(), settings.inventory().shards(), clock);
    if (!database.isShared()) {
      return orderIds;
    }
    Installation installation = new Installation(database);
    installation.require(
        "the key of the order ids (" + Environment.ORDER_ID_KEY + "), by its fingerprint",
        Hmac.digestHex(secrets.orderIdKey()).substring(0, FINGERPRINT_DIGITS),
        false);
    boolean live = catalog.listAll().stream().anyMatch(Reconciler::isLive);
    installation.require(
        "inventory.shards", Integer.toString(settings.inventory().shards()), !live);
    if (settings.redis().isEmpty()) {
      lease.await(); // the stock is in this process' memory: there may be no other
    }
    return orderIds;
  }

  private Gate newGate(Checkout budget, Passes passes) {
    return new Gate(
        new Gate.Parts(
            clock,
            System::nanoTime,
            passes,
            blocks,
            budget,
            ids,
            waves::save,
            budget::drawn,
            waveNode,
            settings.gate().requestsPerSecond(),
            settings.gate().buyersMax()));
  }

  private IntentWorker newIntentWorker() {
    return new IntentWorker(
        database,
        catalog,
        engine,
        adapters.regularStock(database),
        clock,
        reconciler::loadMissing,
        this::orderEnded);
  }

  private Deadlines newDeadlines(Providers providers, Payments payments) {
    Deadlines.Options waits = new Deadlines.Options(settings.payment().grace(), OUTAGE);
    return new Deadlines(store, providers, payments, waits, clock);
  }

  private OrderWriter newWriter() {
    WriterNews news =
        new WriterNews(
            checkout, watch, meters, clock, intentWorker, reconciler, this::eventsWaiting);
    Settings.Orders orders = settings.orders();
    int threads = database.isShared() ? COMMITS_AT_A_TIME : 1;
    return new OrderWriter(
        engine, store, clock, orders.batchRowsMax(), orders.linger(), threads, news);
  }

  private OrderDesk newOrderDesk(Providers providers) {
    return new OrderDesk(
        checkout,
        engine,
        store,
        ids,
        watch,
        providers,
        clock,
        () -> database.fault().isPresent(),
        intentWorker::wake);
  }

  private SaleDesk newSaleDesk() {
    return new SaleDesk(
        database, catalog, engine, store, intentWorker, settlement, adapters::isPayable, clock);
  }

  private void tick() {
    Gate gate = checkout.gate();
    board.refreshBooks();
    gateClock.every(GATE_TICK, gate::tick);
    gateClock.every(BOARD_TICK, board::refreshGate);
    housekeeping.every(BOARD_TICK, this::settle);
    housekeeping.every(BOOKS_TICK, board::refreshBooks);
    housekeeping.every(BOOKS_TICK, catalog::refreshUntold);
    if (database.isShared()) {
      others.every(LEASE_TICK, this::renew);
      others.every(OTHERS_TICK, catalog::poll);
      others.every(OTHERS_TICK, blockWatch::refresh);
      others.every(OTHERS_TICK, this::takeUp);
    }
    housekeeping.every(PURGE_TICK, gate::purge);
    housekeeping.every(PURGE_TICK, checkout::purge);
    lostAnswers.every(BOOKS_TICK, checkout::askAgain);
  }

  private void settle() {
    if (has(Role.ORDERS) && lease.isHeld()) {
      settlement.tick();
    }
  }

  private void takeUp() {
    if (engine.fault().isEmpty()) {
      reconciler.takeUp();
    }
  }

  private AdminApi newAdminApi() {
    AdminApi.Hooks hooks =
        new AdminApi.Hooks(
            passDesk::issueForTest,
            () -> secrets.rotate(passKeys),
            writer::committed,
            this::orderCancelled,
            this::eventsWaiting,
            database::fault,
            this::missing);
    return new AdminApi(
        new AdminApi.Parts(
            secrets.adminToken(),
            settings.admin().openMetrics(),
            clock,
            catalog,
            pages,
            files,
            saleDesk,
            audit,
            new Repair(catalog, engine, audit, reconciler, intentWorker),
            board,
            store,
            waves,
            outbox,
            new BlockTable(database),
            blockWatch,
            new OperatorLog(database, clock),
            checkout.gate(),
            passKeys,
            engine,
            adapters.tableStock(database),
            meters,
            hooks,
            preflightSources()));
  }

  private Preflight.Sources preflightSources() {
    return new Preflight.Sources(
        clock,
        settings.redis().isEmpty() ? "the server's clock" : "the time of Redis, which we go by",
        pages,
        database,
        engine,
        audit,
        new Intents(database),
        outbox,
        waveNode,
        has(Role.GATE),
        this::payment,
        new Preflight.Sink(
            settings.events().hasSink(), () -> relay.map(Relay::isSinkAway).orElse(false)),
        settings.http().publicUrl());
  }

  private Preflight.Payment payment(Sale sale) {
    if (adapters.isDemo().test(sale)) {
      return Preflight.Payment.DEMO;
    }
    return adapters.isPayable(sale) ? Preflight.Payment.REAL : Preflight.Payment.NONE;
  }

  /** Why this server is not ready, beside its stores. */
  private List<String> missing() {
    return Stream.of(
            Stream.of("the process is stopping").filter(why -> stopping),
            Stream.of("the warm-up is under way").filter(why -> warmUp.isUnderWay()),
            writer.fault().map(why -> "the order writer: " + why).stream())
        .flatMap(why -> why)
        .toList();
  }

  private void orderCancelled(OrderId order) {
    intentWorker.wake();
    watch.changed(order);
  }

  private Server operatorServer(Settings.Admin admin) {
    AdminApi api = newAdminApi();
    if (has(Role.CONSOLE)) {
      api.routes(adminRoutes);
    } else {
      api.healthRoutes(adminRoutes);
    }
    gauges(api);
    Server.Options options =
        new Server.Options(admin.host(), admin.port(), 1, OPERATORS_MAX, Set.of());
    return new Server(vertx, adminRoutes, options, Application::problem);
  }

  private void gauges(AdminApi api) {
    ProcessGauges gauges = new ProcessGauges(meters);
    gauges.ready(api::isReady, has(Role.GATE));
    gauges.gate(checkout, watch, buyers);
    gauges.orders(lease, writer, deadlines, settings.inventory().queueCapacity());
    gauges.epochs(epochs.values());
  }

  private Server server(Settings.Http http) {
    Server.Options options =
        new Server.Options(
            http.host(),
            http.port(),
            http.eventLoops(),
            http.connectionsMax(),
            http.allowedOrigins(),
            http.trustedProxies());
    return new Server(vertx, routes, options, Application::problem);
  }

  private void eventsWaiting() {
    relay.ifPresent(Relay::signal);
  }

  private Optional<SaleState> stateOf(String sale) {
    return board.find(sale).map(view -> SaleStates.of(view, clock.instant()));
  }

  private void changed(Listing listing) {
    Optional<StoreUnavailable> unread = publish(listing);
    if (has(Role.GATE)) { // one without buyers would take part in the waves of those who have some
      checkout.gate().show(listing);
    }
    Long before = epochs.put(listing.sale().id(), listing.epoch());
    if (before != null && before != listing.epoch()) {
      watch.changedAll(); // what was queued may be lost
    }
    engine.control(listing.sale().id(), Reconciler.control(listing));
    if (unread.isPresent()) {
      throw unread.get(); // the catalog tells it again
    }
  }

  /**
   * Where the store does not give a new file of the page, the page of before stays; gate and engine
   * must not wait for that.
   */
  private Optional<StoreUnavailable> publish(Listing listing) {
    try {
      if (listing.stored() == SalePhase.DRAFT || listing.unpublished()) {
        pages.unpublish(listing.sale().id());
      } else {
        pages.publish(listing.sale(), Draw.commitment(listing.seed()), listing.files());
      }
    } catch (StoreUnavailable e) {
      return Optional.of(e);
    }
    return Optional.empty();
  }

  private void orderEnded(Intent intent) {
    OrderId order = Objects.requireNonNull(intent.order());
    BuyerId buyer = Objects.requireNonNull(intent.buyer());
    boolean forget = intent.kind() == Intent.Kind.FORGET;
    checkout.gate().orderEnded(intent.sale(), buyer, order, forget);
    watch.changed(order);
  }

  private static Problem problem(Throwable fault) {
    if (fault instanceof StoreUnavailable) {
      return Problem.of("overloaded", 503, "A store behind us is away.")
          .withRetryAfter(Duration.ofSeconds(2));
    }
    log.error("a request failed: {}", fault.toString(), fault);
    return Problem.of("internal", 500, "This is a fault of ours.");
  }

  /** Opens the doors; returns the buyers' port, or 0 where this process has none. */
  int start() {
    if (has(Role.ORDERS)) {
      intentWorker.start(lease::isHeld);
      writer.start();
      deadlines.start(lease::isHeld);
      relay.ifPresent(sender -> sender.start(lease::isHeld));
    }
    int port = 0;
    if (has(Role.GATE)) {
      port = buyers.start();
      warmUp.start();
    }
    operators.start(); // last: who says whether it is ready has the buyers' door open, and warms up
    return port;
  }

  /** Returns when the warm-up is over. */
  void awaitReady() throws InterruptedException {
    warmUp.await();
  }

  /** The operators' port. */
  int adminPort() {
    return operators.port();
  }

  /** Orders that are reserved and not written. */
  int queued() {
    return engine.queued();
  }

  /** How often each verdict was given since the start. */
  Map<String, Long> verdicts() {
    return meters.verdicts();
  }

  /** A pass for a buyer of a test sale, without a shop. */
  String passForTest(String sale, BuyerId buyer) {
    return passDesk.issueForTest(sale, buyer);
  }

  /** Every route of the buyers' side as {@code METHOD /path}. */
  Set<String> buyerPaths() {
    return routes.paths();
  }

  /** Every route of the operators' side. */
  Set<String> adminPaths() {
    return adminRoutes.paths();
  }

  /** Adds the demo's own routes. */
  DemoShop openDemoShop(Settings settings, String sale, InstantSource clock) {
    DemoShop shop =
        new DemoShop(settings.identity(), secrets.demoShopSecret(), sale, board, meters, clock);
    shop.routes(routes);
    return shop;
  }

  SaleDesk saleDesk() {
    return saleDesk;
  }

  /** The demo's shop has enough for one more sale. */
  void stockUp(Sale sale) {
    Optional<TableStock> stock = adapters.tableStock(database);
    sale.skus().forEach(sku -> stock.ifPresent(table -> table.set(sku.id(), sku.units())));
  }

  Catalog catalog() {
    return catalog;
  }

  StockBoard board() {
    return board;
  }

  Audit audit() {
    return audit;
  }

  /** No new orders, the queue written, then all doors closed; within ten seconds. */
  @Override
  public void close() {
    stopping = true;
    gateClock.close();
    housekeeping.close();
    lostAnswers.close();
    others.close();
    checkout.gate().close();
    closeTogether(
        writer::close,
        deadlines::close,
        intentWorker::close,
        passDesk::close,
        pages::close,
        this::closeRelay,
        warmUp::close);
    closeDoors(vertx);
    lease.close();
    waveNode.close();
    engine.close();
    database.close();
    folder.close();
  }

  private void closeRelay() {
    relay.ifPresent(Relay::close);
  }

  /** Each bounds its own stop, and none needs another: the longest wait is that of one. */
  private static void closeTogether(Runnable... parts) {
    List<Thread> stops = Stream.of(parts).map(part -> Thread.ofPlatform().start(part)).toList();
    try {
      for (Thread stop : stops) {
        stop.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeDoors(Vertx vertx) {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("the event loops did not stop in time: {}", e.toString());
    }
  }
}
