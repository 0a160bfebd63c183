package shop;

import com.nimbusds.jose.JWSAlgorithm;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A small shop that works with Doorbuster: it signs buyers in, takes events into its own orders,
 * lends regular stock and takes payments.
 *
 * <p>All that Doorbuster calls is signed and checked in one place, {@link #signed}.
 */
public final class Shop implements AutoCloseable {
  private static final List<String> OPTIONS =
      List.of("--port", "--folder", "--doorbuster", "--sign", "--stock");

  /** The SKUs of {@code examples/sale.yaml}. */
  private static final String FIRST_STOCK = "runner-41=500,runner-42=500,runner-43=500";

  /**
   * What a shop must be told.
   *
   * @param doorbuster the address of its buyer side, without a slash at the end
   * @param algorithm HS256 by a shared secret, RS256 or ES256 by the key set that the shop
   *     publishes
   * @param stock the units of each SKU at the very first start
   */
  public record Config(
      URI doorbuster, JWSAlgorithm algorithm, Map<String, Long> stock, InstantSource clock) {
    public Config {
      stock = Map.copyOf(stock);
    }
  }

  @FunctionalInterface
  private interface Page {
    void answer(HttpExchange call) throws IOException;
  }

  @FunctionalInterface
  private interface Form {
    void answer(HttpExchange call, byte[] body) throws IOException;
  }

  private final Map<String, Page> routes;
  private final Config config;
  private final Path folder;
  private final HttpServer server;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final CallRate calls = new CallRate();
  private final CallRate eventCalls = new CallRate();
  private final ShopDatabase database;
  private final SignIn signIn;
  private final OrderInbox inbox;
  private final RegularStock stock;
  private final Payments payments;

  private Shop(int port, Path folder, Config config) throws IOException {
    this.config = config;
    this.folder = Files.createDirectories(folder).toAbsolutePath();
    byte[] events = Secrets.bytes(folder.resolve("events.secret"));
    byte[] lending = Secrets.bytes(folder.resolve("stock.secret"));
    byte[] payment = Secrets.bytes(folder.resolve("payment.secret"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    database = new ShopDatabase(folder.resolve("shop.db"));
    signIn = new SignIn(config.algorithm(), folder, config.doorbuster(), config.clock());
    inbox = new OrderInbox(database);
    stock = new RegularStock(database, config.stock());
    payments = new Payments(database, payment, config.doorbuster(), config.clock());

    routes =
        Map.of(
            "GET /", call -> Web.json(call, 200, figures()),
            "GET /.well-known/jwks.json", signIn::keys,
            "GET /sign-in", signIn::page,
            "POST /sign-in", form(signIn::signIn),
            "GET /pay", payments::page,
            "POST /pay", form(payments::press),
            "GET /pay/status", signed(payment, (call, body) -> payments.status(call)),
            "POST /events", signed(events, this::receive),
            "POST /stock/take", signed(lending, stock::move),
            "POST /stock/give", signed(lending, stock::move));
    server.createContext("/", this::answer);
    server.setExecutor(workers);
    server.start();
  }

  /** Starts the shop on loopback; port 0 is any free one. What it learns is kept in the folder. */
  public static Shop start(int port, Path folder, Config config) throws IOException {
    // Without it a small answer waits 40 ms for the acknowledgement of its own headers.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    return new Shop(port, folder, config);
  }

  /** Starts it from the command line, until the process is ended. */
  public static void main(String[] args) throws IOException {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      if (!OPTIONS.contains(args[i]) || i + 1 == args.length) {
        System.err.println("examples/shop/run takes " + OPTIONS + ", each with a value.");
        System.exit(2);
      }
      options.put(args[i], args[i + 1]);
    }
    Map<String, Long> stock = new HashMap<>();
    for (String entry : options.getOrDefault("--stock", FIRST_STOCK).split(",", -1)) {
      String[] skuAndUnits = entry.split("=", 2);
      stock.put(skuAndUnits[0], Long.parseLong(skuAndUnits[1]));
    }
    Path folder = Path.of(options.getOrDefault("--folder", "data/shop"));
    Config config =
        new Config(
            URI.create(options.getOrDefault("--doorbuster", "http://localhost:8080")),
            JWSAlgorithm.parse(options.getOrDefault("--sign", "HS256")),
            stock,
            InstantSource.system());
    Shop shop = start(Integer.parseInt(options.getOrDefault("--port", "8090")), folder, config);
    Path settings = folder.resolve("doorbuster.yaml");
    Files.writeString(settings, shop.settings());
    System.out.println("The shop is open: " + shop.address());
    System.out.println("Doorbuster's settings for it: " + settings.toAbsolutePath());
    Runtime.getRuntime().addShutdownHook(new Thread(shop::close));
  }

  /** What {@code doorbuster.yaml} in the shop's folder says. */
  public String settings() {
    return DoorbusterSettings.yaml(address(), config.doorbuster(), config.algorithm(), folder);
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public SignIn signIn() {
    return signIn;
  }

  public OrderInbox inbox() {
    return inbox;
  }

  public RegularStock stock() {
    return stock;
  }

  public Payments payments() {
    return payments;
  }

  /** How often Doorbuster called, by all its signed calls. */
  public CallRate calls() {
    return calls;
  }

  /** How often Doorbuster called with an event; {@code events.perSecond} bounds this one. */
  public CallRate eventCalls() {
    return eventCalls;
  }

  /** What {@code GET /} shows. */
  public JsonObject figures() {
    JsonObject orders = new JsonObject();
    database.list(
        "select status, count(*) from shop_order group by status order by status",
        row -> orders.put(row.getString(1), row.getLong(2)));
    JsonObject units = new JsonObject();
    database.list(
        "select sku, units from stock order by sku",
        row -> units.put(row.getString(1), row.getLong(2)));
    return new JsonObject()
        .put("orders", orders)
        .put("refunds", inbox.refunds())
        .put("stock", units)
        .put("events", inbox.distinctEvents())
        .put("eventCalls", eventCalls.total())
        .put("eventCallsPerSecondMax", eventCalls.perSecondMax())
        .put("callsPerSecondMax", calls.perSecondMax());
  }

  private void receive(HttpExchange call, byte[] body) throws IOException {
    eventCalls.call(System.nanoTime());
    inbox.receive(call, body);
  }

  private void answer(HttpExchange call) throws IOException {
    try (call) {
      String path = call.getRequestURI().getPath();
      Page page = routes.get(call.getRequestMethod() + " " + path);
      if (page == null) {
        Web.problem(call, 404, "nothing is here");
      } else {
        page.answer(call);
      }
    } catch (RuntimeException e) {
      System.err.println(call.getRequestURI().getPath() + ": " + e);
      if (call.getResponseCode() < 0) {
        Web.problem(call, 500, "the shop failed");
      }
    }
  }

  private Page form(Form form) {
    return call -> {
      Optional<byte[]> body = Web.body(call);
      if (body.isEmpty()) {
        Web.problem(call, 413, "too large");
      } else {
        form.answer(call, body.get());
      }
    };
  }

  /** Lets only Doorbuster through: who does not know the secret gets 401 and changes nothing. */
  private Page signed(byte[] secret, Form form) {
    return form(
        (call, body) -> {
          calls.call(System.nanoTime());
          boolean get = call.getRequestMethod().equals("GET");
          byte[] said =
              get ? call.getRequestURI().toString().getBytes(StandardCharsets.UTF_8) : body;
          boolean genuine =
              Signatures.verify(
                  secret,
                  call.getRequestHeaders().getFirst(Signatures.TIMESTAMP),
                  call.getRequestHeaders().getFirst(Signatures.SIGNATURE),
                  said,
                  config.clock().instant());
          if (genuine) {
            form.answer(call, body);
          } else {
            Web.problem(call, 401, "not signed by Doorbuster, or too long ago");
          }
        });
  }

  @Override
  public void close() {
    server.stop(1);
    workers.close();
    payments.close();
    database.close();
  }
}
