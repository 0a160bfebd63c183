package io.doorbuster.cli;

import io.doorbuster.gate.BlockList;
import io.doorbuster.gate.pass.JwksKeys;
import io.doorbuster.gate.pass.PassDesk;
import io.doorbuster.gate.pass.Passes;
import io.doorbuster.gate.pass.RiskCheck;
import io.doorbuster.gate.pass.RiskGuard;
import io.doorbuster.gate.pass.ShopKeys;
import io.doorbuster.gate.pass.ShopTokens;
import io.doorbuster.http.Router;
import io.doorbuster.inventory.EmbeddedEngine;
import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.redis.RedisEngine;
import io.doorbuster.order.Order;
import io.doorbuster.order.OrderStore;
import io.doorbuster.outbox.EventSink;
import io.doorbuster.outbox.KafkaSink;
import io.doorbuster.outbox.OutboxStore;
import io.doorbuster.outbox.RabbitSink;
import io.doorbuster.outbox.Relay;
import io.doorbuster.outbox.WebhookSink;
import io.doorbuster.page.PagePublisher;
import io.doorbuster.page.PageRenderer;
import io.doorbuster.page.PaymentPage;
import io.doorbuster.payment.DemoPaymentPage;
import io.doorbuster.payment.DemoProvider;
import io.doorbuster.payment.PayPage;
import io.doorbuster.payment.PaymentCallback;
import io.doorbuster.payment.PaymentProvider;
import io.doorbuster.payment.Payments;
import io.doorbuster.payment.Providers;
import io.doorbuster.payment.RedirectProvider;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Database;
import io.doorbuster.sale.HttpStock;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.PostgresOptions;
import io.doorbuster.sale.RegularStock;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFiles;
import io.doorbuster.sale.TableStock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** The parts of which a setting chooses one of several. */
final class Adapters {
  /** A shop that takes longer to accept an event is asked again. */
  private static final Duration WEBHOOK_TIMEOUT = Duration.ofSeconds(10);

  private final Settings settings;
  private final Secrets secrets;
  private final boolean demo;
  private final InstantSource clock;

  Adapters(Settings settings, Secrets secrets, boolean demo, InstantSource clock) {
    this.settings = settings;
    this.secrets = secrets;
    this.demo = demo;
    this.clock = clock;
  }

  /** The stock and the queue: in this process, or in Redis. */
  InventoryEngine engine(OrderIds ids) {
    Settings.Inventory inventory = settings.inventory();
    if (settings.redis().isEmpty()) {
      return new EmbeddedEngine(clock, inventory.shards(), ids::shardOf, inventory.queueCapacity());
    }
    RedisEngine.Options options =
        new RedisEngine.Options(
            inventory.shards(), inventory.queueCapacity(), settings.orders().claimAfter());
    return RedisEngine.open(settings.redis().get(), options, ids::shardOf);
  }

  PassDesk passDesk(Catalog catalog, Passes passes, BlockList blocks) {
    Settings.Identity identity = settings.identity();
    ShopTokens.Rules rules =
        new ShopTokens.Rules(
            identity.issuer(), identity.audience(), identity.buyerClaim(), identity.leeway());
    Settings.Risk risk = settings.risk();
    RiskGuard guard =
        new RiskGuard(
            RiskCheck.of(blocks),
            risk.timeout(),
            risk.failOpen() ? RiskGuard.FailPolicy.OPEN : RiskGuard.FailPolicy.CLOSED,
            settings.pass().workers());
    return new PassDesk(
        catalog::find,
        new ShopTokens(shopKeys(identity), rules, clock),
        guard,
        passes,
        clock,
        new PassDesk.Options(settings.pass().workers(), settings.pass().queueCapacity()));
  }

  private ShopKeys shopKeys(Settings.Identity identity) {
    if (identity.jwksUrl() != null) {
      return JwksKeys.at(identity.jwksUrl(), JwksKeys.Refresh.DEFAULT);
    }
    if (identity.jwksFile() != null) {
      return JwksKeys.in(identity.jwksFile(), JwksKeys.Refresh.DEFAULT);
    }
    Settings.Secret secret = identity.hs256Secret();
    return ShopKeys.hs256(secret == null ? secrets.demoShopSecret() : secret.bytes());
  }

  /** The file in the data folder, where no other store is named. */
  Database database(Path folder) {
    Settings.Store store = settings.store();
    if (store.url().isEmpty()) {
      return Database.open(folder.resolve("doorbuster.db"));
    }
    Settings.Secret password = store.password();
    return Database.open(
        new PostgresOptions(
            store.url(),
            store.user(),
            password == null ? "" : new String(password.bytes(), StandardCharsets.UTF_8),
            store.connections(),
            store.allowUnsafe(),
            PostgresOptions.PATIENCE));
  }

  RegularStock regularStock(Database database) {
    Optional<TableStock> table = tableStock(database);
    return table.isPresent() ? table.get() : shopStock();
  }

  /** Where the regular stock is kept by us. */
  Optional<TableStock> tableStock(Database database) {
    return settings.regularStock().adapter().equals("table")
        ? Optional.of(new TableStock(database))
        : Optional.empty();
  }

  private HttpStock shopStock() {
    Settings.RegularStock stock = settings.regularStock();
    return new HttpStock(
        Objects.requireNonNull(stock.url()), Objects.requireNonNull(stock.secret()).bytes(), clock);
  }

  /** Without a sink the outbox's table alone is kept. */
  Optional<Relay> relay(OutboxStore store) {
    Settings.Events events = settings.events();
    if (!events.hasSink()) {
      return Optional.empty();
    }
    int perSecond = events.webhookUrl() == null ? Relay.Options.NO_LIMIT : events.perSecond();
    Relay.Options options =
        new Relay.Options(
            perSecond, events.concurrency(), events.parkAfter(), events.sendTestSales());
    return Optional.of(new Relay(store, sink(events), options, clock));
  }

  /** The classes of a broker's client are loaded by its own branch alone. */
  private EventSink sink(Settings.Events events) {
    Settings.Kafka kafka = events.kafka();
    if (kafka != null) {
      return new KafkaSink(kafka.bootstrap(), kafka.topic(), kafka.properties());
    }
    Settings.Rabbitmq rabbitmq = events.rabbitmq();
    if (rabbitmq != null) {
      Settings.Secret password = rabbitmq.password();
      return new RabbitSink(
          new RabbitSink.Options(
              rabbitmq.url(),
              password == null ? "guest" : new String(password.bytes(), StandardCharsets.UTF_8),
              rabbitmq.exchange(),
              rabbitmq.trusted()));
    }
    return new WebhookSink(
        Objects.requireNonNull(events.webhookUrl()),
        Objects.requireNonNull(events.secret()).bytes(),
        WEBHOOK_TIMEOUT,
        clock);
  }

  Predicate<Sale> isDemo() {
    boolean all = demo || settings.payment().provider().equals("demo");
    return sale -> all || sale.test();
  }

  Providers providers(Catalog catalog, DemoProvider demoProvider) {
    return new Providers(catalog, isDemo(), demoProvider, realProvider(catalog, demoProvider));
  }

  private static PayPage payPage() {
    PaymentPage page = new PaymentPage();
    return view ->
        page.render(
            new PaymentPage.View(
                view.order(),
                view.what(),
                view.amount(),
                view.payBefore(),
                view.open(),
                view.message(),
                view.action(),
                view.back()));
  }

  /** With no provider at all only rehearsals and the demo can be paid. */
  boolean isPayable(Sale sale) {
    return isDemo().test(sale) || settings.payment().provider().equals("redirect");
  }

  private PaymentProvider realProvider(Catalog catalog, DemoProvider demoProvider) {
    Settings.Payment payment = settings.payment();
    if (!payment.provider().equals("redirect")) {
      return demoProvider;
    }
    return new RedirectProvider(
        Objects.requireNonNull(payment.url()),
        Objects.requireNonNull(payment.statusUrl()),
        Objects.requireNonNull(payment.secret()).bytes(),
        catalog,
        this::salePage,
        clock);
  }

  private String salePage(Order order) {
    return settings.http().publicUrl() + "/s/" + order.sale() + "/";
  }

  PagePublisher pages(Path data, SaleFiles files) {
    String api = settings.http().publicUrl();
    Settings.Identity by = settings.identity();
    var page = new PageRenderer(new PageRenderer.Options(api, by.signInUrl(), by.oidc(), demo));
    return new PagePublisher(PageSettings.target(settings, data), page, files::findContent);
  }

  void paymentRoutes(
      Router routes,
      OrderStore store,
      Catalog catalog,
      Payments payments,
      DemoProvider demoProvider) {
    new DemoPaymentPage(demoProvider, store, catalog, payments, payPage(), isDemo()).routes(routes);
    Settings.Secret secret = settings.payment().secret();
    if (secret != null) {
      new PaymentCallback(secret.bytes(), store, catalog, payments, clock).routes(routes);
    }
  }
}
