package io.doorbuster.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.doorbuster.http.Exchange;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.http.Server;
import io.doorbuster.metrics.Meters;
import io.doorbuster.page.SaleState.SkuFlag;
import io.doorbuster.sale.FileKind;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.ShopFile;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The page as it is published, before a gate that answers as a test tells it to. */
final class FakeGate implements AutoCloseable {
  static final String ORDER = "01K0ABCDEFGHJKMNPQRSTVWXYZ";

  final Sale sale;

  /** Every call of the API, in order: method and path. */
  final List<String> calls = new CopyOnWriteArrayList<>();

  /** The answers to the next orders; the last one stays. */
  final Deque<Consumer<Exchange>> orders = new ConcurrentLinkedDeque<>();

  final Map<String, SkuFlag> flags = new ConcurrentHashMap<>();
  volatile SalePhase phase = SalePhase.PUBLISHED;
  volatile @Nullable Instant nextRelease;
  volatile boolean stateAway;

  /** The moment that its state tells, whatever the time: as an edge does while no gate answers. */
  volatile @Nullable Instant toldNow;

  /** How far its clock is ahead of the machine's. */
  private volatile Duration ahead = Duration.ZERO;

  /** What the buyer's order is now, null where he has none. */
  volatile @Nullable JsonObject order;

  /** Answers who asks for his order. */
  volatile @Nullable Problem orderRefusal;

  /** Answers the pass desk in place of a pass. */
  volatile @Nullable Problem passRefusal;

  volatile JsonObject figures =
      new JsonObject(
          """
          {"admitted":240,"refused":48210,"available":58,"held":12,"sold":130,"paid":96,
          "units":200}\
          """);

  final PagePublisher pages;
  private final Map<String, byte[]> contents = new ConcurrentHashMap<>();
  final Meters meters = new Meters();

  private final Vertx vertx = Vertx.vertx();
  private final Server server;
  private final int port;
  private final AtomicInteger passes = new AtomicInteger();

  FakeGate(Path folder, Sale sale, PageRenderer.Options options) {
    this(folder, sale, options, Set.of());
  }

  /**
   * @param origins of pages of other hosts, which may call too
   */
  FakeGate(Path folder, Sale sale, PageRenderer.Options options, Set<String> origins) {
    this.sale = sale;
    pages =
        new PagePublisher(
            folder,
            new PageRenderer(options),
            (id, hash) -> Optional.ofNullable(contents.get(hash)));
    publish(sale);
    sale.skus().forEach(sku -> flags.put(sku.id(), SkuFlag.AVAILABLE));
    Router router = new Router();
    new PageRoutes(pages, this::state, System::nanoTime, meters).routes(router);
    router
        .post("/demo/sign-in", this::signIn)
        .get("/demo/figures", e -> e.json(200, figures))
        .post("/api/sales/{sale}/pass", counted(this::pass))
        .post("/api/sales/{sale}/orders", counted(this::place))
        .get("/api/sales/{sale}/orders/mine", counted(this::mine))
        .get("/api/orders/{id}", counted(this::show))
        .post("/api/orders/{id}/cancel", counted(this::cancel))
        .get("/pay/{order}", this::pay);
    Server.Options listen = new Server.Options("127.0.0.1", 0, 1, 1_000, origins);
    server =
        new Server(vertx, router, listen, fault -> Problem.of("internal", 500, fault.toString()));
    port = server.start();
  }

  Instant now() {
    return Instant.now().plus(ahead);
  }

  /** Lets its clock jump. */
  void skip(Duration time) {
    ahead = ahead.plus(time);
  }

  void publish(Sale shown) {
    pages.publish(shown, SampleSale.SEED_SHA256);
  }

  /** The sale's page with files of the shop's own. */
  void publish(Map<FileKind, byte[]> files) {
    Sale named = SampleSale.withFiles(sale);
    List<ShopFile> kept = new ArrayList<>();
    files.forEach(
        (kind, bytes) -> {
          String name = kind == FileKind.IMAGE ? "photo.jpg" : kind.key();
          PreparedFile prepared = pages.prepare(named, kind, name, bytes);
          if (!prepared.mistakes().isEmpty()) {
            throw new AssertionError(prepared.mistakes());
          }
          contents.putAll(prepared.contents());
          kept.add(prepared.file());
        });
    pages.publish(named, SampleSale.SEED_SHA256, kept);
  }

  int port() {
    return port;
  }

  String url() {
    return origin() + "/s/" + sale.id() + "/";
  }

  String origin() {
    return "http://127.0.0.1:" + port;
  }

  long callsOf(String call) {
    return calls.stream().filter(call::equals).count();
  }

  long asked() {
    return callsOf("POST /api/sales/" + sale.id() + "/orders");
  }

  /** Moves the order on. */
  void orderIs(String status) {
    JsonObject json = new JsonObject().put("order", ORDER).put("status", status);
    if (!status.equals("QUEUED")) {
      json.put("sku", "boots-42").put("quantity", 1);
    }
    if (status.equals("PLACED")) {
      json.put("payUrl", "/pay/" + ORDER)
          .put("payBefore", now().plus(Duration.ofMinutes(15)).toString());
    }
    order = json;
  }

  static Consumer<Exchange> refuse(int status, String id, @Nullable Duration retryAfter) {
    Problem problem = Problem.of(id, status, "A title of " + id + ".").withRetryAfter(retryAfter);
    return exchange -> exchange.problem(problem);
  }

  /** As an edge refuses: a page of its own, in no format of ours. */
  static Consumer<Exchange> edge(int status) {
    return exchange ->
        exchange.send(status, "text/html", Buffer.buffer("<h1>Error</h1>"), Map.of());
  }

  /** As an API gateway refuses: in JSON, and with no word of ours. */
  static Consumer<Exchange> foreign(int status) {
    JsonObject body = new JsonObject().put("type", "about:blank").put("message", "No.");
    return exchange -> exchange.send(status, "application/json", body.toBuffer(), Map.of());
  }

  Consumer<Exchange> accept(String status, Duration draw) {
    return exchange -> {
      orderIs(status);
      JsonObject answer = new JsonObject().put("order", ORDER).put("status", status);
      if (status.equals("WAITING")) {
        answer.put("drawAt", now().plus(draw).toString());
        order = answer;
      }
      exchange.json(202, answer, "/api/orders/" + ORDER);
    };
  }

  /** Takes the order and lets the answer get lost. */
  Consumer<Exchange> acceptUnheard() {
    return exchange -> {
      orderIs("QUEUED");
      edge(524).accept(exchange);
    };
  }

  private Optional<SaleState> state(String id) {
    if (stateAway || !id.equals(sale.id())) {
      return Optional.empty();
    }
    Instant told = toldNow;
    boolean reserved = flags.values().stream().allMatch(SkuFlag.ALL_RESERVED::equals);
    return Optional.of(
        new SaleState(
            id,
            phase,
            sale.opensAt(),
            sale.closesAt(),
            told == null ? now() : told,
            flags,
            reserved,
            nextRelease));
  }

  private Consumer<Exchange> counted(Consumer<Exchange> handler) {
    return exchange -> {
      calls.add(exchange.method() + " " + exchange.path());
      handler.accept(exchange);
    };
  }

  private void signIn(Exchange exchange) {
    exchange.body(
        4_096,
        body -> {
          String name = body.orElseThrow().toJsonObject().getString("name");
          exchange.json(200, new JsonObject().put("token", name));
        });
  }

  /** For the buyer whose token of the shop is his name; another one each time. */
  private String nextPass(Exchange exchange) {
    String claims = new JsonObject().put("sub", exchange.bearer()).encode();
    String part = Base64.getUrlEncoder().encodeToString(claims.getBytes(UTF_8));
    return "head." + part + "." + passes.incrementAndGet();
  }

  private void pass(Exchange exchange) {
    Problem refusal = passRefusal;
    if (refusal != null) {
      exchange.problem(refusal);
      return;
    }
    exchange.json(
        200,
        new JsonObject()
            .put("pass", nextPass(exchange))
            .put("expiresAt", sale.closesAt().toString()));
  }

  private void place(Exchange exchange) {
    exchange.body(
        4_096,
        body -> {
          List<Consumer<Exchange>> next = new ArrayList<>(orders);
          if (next.size() > 1) {
            orders.poll();
          }
          next.getFirst().accept(exchange);
        });
  }

  private void mine(Exchange exchange) {
    JsonObject now = order;
    Problem refusal = orderRefusal;
    if (refusal != null) {
      exchange.problem(refusal);
    } else if (now == null) {
      exchange.problem(Problem.notFound("order"));
    } else {
      exchange.json(200, now, "/api/orders/" + ORDER);
    }
  }

  /** A long poll, cut short so that tests are. */
  private void show(Exchange exchange) {
    JsonObject before = order;
    exchange.after(
        Duration.ofMillis(before == null || before.containsKey("payUrl") ? 1 : 200),
        () -> mine(exchange));
  }

  private void cancel(Exchange exchange) {
    orderIs("CANCELLED");
    mine(exchange);
  }

  private void pay(Exchange exchange) {
    PaymentPage.View view =
        new PaymentPage.View(
            ORDER,
            "1 × Brown, 42, " + sale.title(),
            "49.00 EUR",
            now().plusSeconds(800),
            true,
            exchange.query("failed") == null ? null : "The payment failed. Try again.",
            "/pay/" + ORDER,
            "/s/" + sale.id() + "/");
    exchange.send(
        200, "text/html; charset=utf-8", Buffer.buffer(new PaymentPage().render(view)), Map.of());
  }

  @Override
  public void close() {
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
