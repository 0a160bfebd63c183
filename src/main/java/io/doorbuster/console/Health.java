package io.doorbuster.console;

import io.doorbuster.http.Exchange;
import io.doorbuster.http.Router;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.SalePhase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What machines ask: is it alive, can it work, how does it do. */
final class Health {
  private final AdminApi.Parts parts;
  private final Door door;

  Health(AdminApi.Parts parts, Door door) {
    this.parts = parts;
    this.door = door;
  }

  void routes(Router router) {
    router
        .get("/healthz", exchange -> exchange.json(200, new JsonObject().put("status", "up")))
        .get("/readyz", exchange -> exchange.offload(() -> ready(exchange)))
        .get("/metrics", parts.openMetrics() ? this::metrics : door.behindToken(this::metrics));
  }

  private void ready(Exchange exchange) {
    List<String> missing = missing();
    exchange.json(
        missing.isEmpty() ? 200 : 503,
        new JsonObject().put("ready", missing.isEmpty()).put("missing", new JsonArray(missing)));
  }

  /** Why this process is not ready; empty where it is. Asks no store. */
  List<String> missing() {
    List<String> missing = new ArrayList<>(parts.hooks().missing().get());
    parts.hooks().storeFault().get().ifPresent(fault -> missing.add("the database: " + fault));
    parts.engine().fault().ifPresent(fault -> missing.add("the engine: " + fault));
    for (Listing listing : parts.catalog().listAll()) {
      boolean live = listing.stored() != SalePhase.DRAFT && listing.stored() != SalePhase.SETTLED;
      if (live && !parts.engine().isLoaded(listing.sale().id())) {
        missing.add("the engine has not loaded " + listing.sale().id());
      }
    }
    return missing;
  }

  private void metrics(Exchange exchange) {
    exchange.offload(
        () ->
            exchange.send(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                Buffer.buffer(parts.meters().scrape()),
                Map.of()));
  }
}
