package io.doorbuster.order;

import static io.doorbuster.order.Installation.CLOSES;
import static io.doorbuster.order.Installation.SALE;
import static io.doorbuster.order.Installation.SKU;
import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.gate.BlockList;
import io.doorbuster.gate.Gate;
import io.doorbuster.gate.pass.Pass;
import io.doorbuster.gate.pass.PassKeys;
import io.doorbuster.gate.pass.Passes;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.http.Server;
import io.doorbuster.metrics.Meters;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.WaveNode;
import io.doorbuster.sale.WaveTable;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Checkout, gate and order desk of an installation behind a real server, and a client of it. */
final class Door implements AutoCloseable {
  final Installation our;
  final FaultyEngine engine;
  final Meters meters = new Meters();
  final OrderWatch watch = new OrderWatch();
  final Checkout checkout;
  final Gate gate;
  final BlockList blocks = new BlockList();
  final AtomicBoolean storeAway = new AtomicBoolean();
  private final Passes passes =
      new Passes(new PassKeys(List.of(new PassKeys.Key("k1", new byte[32]))));
  private final Vertx vertx = Vertx.vertx();
  private final Server server;
  private final URI address;
  private final int port;
  private final HttpClient client = HttpClient.newHttpClient();

  Door(Installation our) {
    this(our, WaveNode.ALONE);
  }

  /** As one of several gates. */
  Door(Installation our, WaveNode node) {
    this.our = our;
    this.engine = new FaultyEngine(() -> our.engine);
    our.database.onCall(meters::backendCall);
    WaveTable waves = new WaveTable(our.database);
    checkout =
        new Checkout(
            self ->
                new Gate(
                    new Gate.Parts(
                        our.clock,
                        System::nanoTime,
                        passes,
                        blocks,
                        self,
                        our.ids,
                        waves::save,
                        self::drawn,
                        node,
                        100_000,
                        1_000)),
            engine,
            our.catalog,
            our.clock,
            meters);
    gate = checkout.gate();
    our.onChange = order -> watch.changed(order.claim().order());
    OrderDesk desk =
        new OrderDesk(
            checkout,
            engine,
            our.store,
            our.ids,
            watch,
            order -> "/pay/" + order.id(),
            our.clock,
            storeAway::get,
            our.worker::wake);
    our.catalog.onChange(gate::show);
    our.catalog.listAll().forEach(gate::show);
    Router router = new Router();
    checkout.routes(router);
    desk.routes(router);
    server =
        new Server(
            vertx, router, new Server.Options("127.0.0.1", 0, 2, 100, Set.of()), Door::problem);
    port = server.start();
    address = URI.create("http://127.0.0.1:" + port);
  }

  private static Problem problem(Throwable fault) {
    return fault instanceof StoreUnavailable
        ? Problem.of("overloaded", 503, "away").withRetryAfter(Duration.ofSeconds(2))
        : Problem.of("internal", 500, fault.toString());
  }

  /** An answer, read. */
  record Answer(int status, JsonObject json, String location) {
    static Answer of(HttpResponse<String> response) {
      JsonObject json = new JsonObject(response.body());
      if (response.statusCode() >= 400) {
        assertThat(response.headers().firstValue("Content-Type"))
            .contains("application/problem+json");
        assertThat(json.getInteger("status")).isEqualTo(response.statusCode());
      }
      String location = response.headers().firstValue("Location").orElse("");
      return new Answer(response.statusCode(), json, location);
    }

    String order() {
      return json.getString("order");
    }

    String orderStatus() {
      return String.valueOf(json.getString("status"));
    }

    String problem() {
      return json.getString("type", "").replace("/problems/", "");
    }
  }

  String pass(int buyer) {
    return pass(SALE, buyer);
  }

  String pass(String sale, int buyer) {
    return passes.issue(
        new Pass(sale, Installation.buyer(buyer), 1, CLOSES.plus(Duration.ofHours(25)), "cart"));
  }

  private HttpRequest.Builder to(String path, int buyer) {
    return HttpRequest.newBuilder(address.resolve(path))
        .header("Authorization", "Bearer " + pass(buyer));
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      return Answer.of(client.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Answer buy(int buyer) {
    return buy(buyer, 1);
  }

  Answer buy(int buyer, int quantity) {
    return buy(buyer, "{\"sku\":\"" + SKU + "\",\"quantity\":" + quantity + "}");
  }

  Answer buy(int buyer, String body) {
    return send(
        to("/api/sales/" + SALE + "/orders", buyer)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  Answer get(int buyer, String order) {
    return send(to("/api/orders/" + order, buyer));
  }

  CompletableFuture<Answer> poll(int buyer, String order) {
    return client
        .sendAsync(
            to("/api/orders/" + order, buyer).header("Prefer", "wait=20").build(),
            BodyHandlers.ofString())
        .thenApply(Answer::of);
  }

  Answer mine(int buyer) {
    return send(to("/api/sales/" + SALE + "/orders/mine", buyer));
  }

  Answer cancel(int buyer, String order) {
    return send(
        to("/api/orders/" + order + "/cancel", buyer)
            .POST(HttpRequest.BodyPublishers.ofString("{\"why\":\"no reason\"}")));
  }

  CompletableFuture<Answer> cancelLater(int buyer, String order) {
    return CompletableFuture.supplyAsync(() -> cancel(buyer, order));
  }

  /** A call without a pass, or with a foreign one. */
  Answer call(String path, String token) {
    return send(
        HttpRequest.newBuilder(address.resolve(path)).header("Authorization", "Bearer " + token));
  }

  /** Sends a buy request and hangs up without reading the answer. */
  void buyAndHangUp(int buyer, String body, int bytesPromised) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String head =
          "POST /api/sales/%s/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
              .formatted(SALE, pass(buyer));
      OutputStream out = socket.getOutputStream();
      String request = head + "Content-Length: " + bytesPromised + "\r\n\r\n" + body;
      out.write(request.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  /** Ends the wave under way, and waits until its draw is concluded. */
  void draw() {
    our.clock.advance(Duration.ofSeconds(1));
    gate.tick();
  }

  @Override
  public void close() {
    client.shutdownNow();
    gate.close();
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    our.database.onCall(() -> {});
    assertThat(meters.backendCallsOnEventLoop()).isZero();
  }
}
