package io.doorbuster.drill.workload;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The buyers' side of one sale in a few lines: enough for a workload to be watched against. */
final class FakeSale implements AutoCloseable {
  /** One order in three has its answer cut off. */
  private static final int CUT_ONE_IN = 3;

  final Map<String, String> orderOf = new ConcurrentHashMap<>();
  final Map<String, String> statusOf = new ConcurrentHashMap<>();
  final AtomicInteger refused = new AtomicInteger();
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private final AtomicInteger left;
  private final HttpServer server;

  FakeSale(Vertx vertx, int units) throws Exception {
    left = new AtomicInteger(units);
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::handle)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  private void handle(HttpServerRequest request) {
    String path = String.valueOf(request.path());
    String pass = String.valueOf(request.getHeader("Authorization")).replace("Bearer ", "");
    String last = path.substring(path.lastIndexOf('/') + 1);
    switch (last) {
      case "orders" -> ask(request, pass);
      case "mine" -> show(request, orderOf.get(pass));
      case "cancel" -> {
        String order = path.split("/", -1)[3];
        statusOf.put(order, "CANCELLED");
        left.incrementAndGet();
        show(request, order);
      }
      default -> {
        if (path.startsWith("/pay/")) {
          statusOf.put(last, "PAID");
        }
        show(request, last);
      }
    }
  }

  private void ask(HttpServerRequest request, String pass) {
    if (pass.equals("bad")) {
      refuse(request, 401, "unauthenticated", -1);
    } else if (asked.add(pass)) {
      refused.incrementAndGet();
      refuse(request, 429, "not-released", 50);
    } else if (orderOf.containsKey(pass)) {
      refuse(request, 409, "already-ordered", -1);
    } else if (left.getAndDecrement() > 0) {
      String order = "O" + orderOf.size() + "-" + pass;
      orderOf.put(pass, order);
      statusOf.put(order, "PLACED");
      if (Math.floorMod(order.hashCode(), CUT_ONE_IN) == 0) {
        request.connection().close();
      } else {
        JsonObject json = new JsonObject().put("order", order).put("status", "QUEUED");
        request.response().setStatusCode(202).end(json.toBuffer());
      }
    } else {
      left.incrementAndGet();
      boolean unpaid = statusOf.containsValue("PLACED");
      refuse(request, 410, "sold-out", unpaid ? 100 : -1);
    }
  }

  private static void refuse(HttpServerRequest request, int status, String id, long retryMs) {
    JsonObject json = new JsonObject().put("type", "/problems/" + id).put("status", status);
    if (retryMs >= 0) {
      json.put("retryAfterMs", retryMs);
    }
    request.response().setStatusCode(status).end(json.toBuffer());
  }

  private void show(HttpServerRequest request, @org.jspecify.annotations.Nullable String order) {
    if (order == null) {
      refuse(request, 404, "not-found", -1);
      return;
    }
    JsonObject json =
        new JsonObject()
            .put("order", order)
            .put("status", statusOf.getOrDefault(order, "LOST"))
            .put("payUrl", "/pay/" + order);
    request.response().end(json.toBuffer());
  }

  @Override
  public void close() {
    server.close();
  }
}
