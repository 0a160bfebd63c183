package io.doorbuster.console;

import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.outbox.ParkedEvent;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.NotAllowed;
import io.doorbuster.sale.OperatorLog;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.TableStock;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The operators' calls about the whole system: throttle, keys, events, the log. */
final class SystemCalls {
  /** As the setting gate.requestsPerSecond has it. */
  private static final int REQUESTS_MAX = 100_000_000;

  private static final int LIST_MAX = 1_000;

  private final AdminApi.Parts parts;
  private final Door door;
  private final Figures figures;

  SystemCalls(AdminApi.Parts parts, Door door, Figures figures) {
    this.parts = parts;
    this.door = door;
    this.figures = figures;
  }

  void routes(Router router) {
    router
        .post("/admin/api/throttle", door.change("throttle", ask -> null, this::throttle))
        .post("/admin/api/keys/rotate", door.change("rotate-keys", ask -> null, ask -> rotate()))
        .get("/admin/api/stock/{sku}", door.read(ask -> stock(ask)))
        .post("/admin/api/stock/{sku}", door.change("set-stock", ask -> null, this::setStock))
        .get("/admin/api/events/parked", door.read(ask -> parked()))
        .post(
            "/admin/api/events/parked/retry", door.change("retry-events", ask -> null, this::retry))
        .get("/admin/api/log", door.read(ask -> log()));
  }

  /** Until the next start, which takes the setting again. */
  private Answer throttle(Ask ask) {
    int rate = ask.number("requestsPerSecond", 1, REQUESTS_MAX);
    parts.gate().requestsPerSecond(rate);
    return Answer.ok(new JsonObject().put("requestsPerSecond", rate));
  }

  /** Two keys verify at a time: a third would make passes of the first worthless. */
  private Answer rotate() {
    if (parts.passKeys().all().size() > 1) {
      for (Listing listing : parts.catalog().listAll()) {
        SalePhase stored = listing.stored();
        if (stored != SalePhase.DRAFT && stored != SalePhase.SETTLED) {
          throw new NotAllowed(
              "two keys are in use, and buyers of "
                  + listing.sale().id()
                  + " may hold passes of the older one; rotate again once that sale is SETTLED");
        }
      }
    }
    parts.hooks().rotateKeys().run();
    JsonArray ids = new JsonArray();
    parts.passKeys().all().forEach(key -> ids.add(key.id()));
    return Answer.ok(new JsonObject().put("keys", ids));
  }

  private TableStock ownStock() {
    return parts
        .tableStock()
        .orElseThrow(
            () ->
                new NotAllowed(
                    "the regular stock is the shop's (regularStock.adapter: http); see there"));
  }

  private Answer stock(Ask ask) {
    String sku = ask.parameter("sku");
    int units = ownStock().units(sku);
    if (units < 0) {
      throw new Declined(
          Problem.notFound("SKU").withDetail("The stock has met no " + sku + " so far."));
    }
    return Answer.ok(new JsonObject().put("sku", sku).put("units", units));
  }

  private Answer setStock(Ask ask) {
    String sku = ask.parameter("sku");
    int units = ask.number("units", 0, Integer.MAX_VALUE / 2);
    ownStock().set(sku, units);
    return Answer.ok(new JsonObject().put("sku", sku).put("units", units));
  }

  private Answer parked() {
    JsonArray parked = new JsonArray();
    for (ParkedEvent event : parts.outbox().listParked(LIST_MAX)) {
      parked.add(
          new JsonObject()
              .put("id", event.id())
              .put("sale", event.sale())
              .put("key", event.key())
              .put("type", event.type())
              .put("createdAt", event.createdAt().toString())
              .put("parkedAt", event.parkedAt().toString())
              .put("attempts", event.attempts())
              .put("lastError", event.lastError()));
    }
    return Answer.ok(
        new JsonObject().put("parked", parked).put("events", Figures.json(figures.events())));
  }

  private Answer retry(Ask ask) {
    String id = ask.findString("id");
    int retried = parts.outbox().retryParked(id);
    if (id != null && retried == 0) {
      throw new Declined(
          Problem.notFound("event").withDetail("`events parked` names those that are parked."));
    }
    parts.hooks().eventsWaiting().run();
    return Answer.ok(new JsonObject().put("retried", retried));
  }

  private Answer log() {
    JsonArray lines = new JsonArray();
    List<OperatorLog.Line> latest = parts.log().list(LIST_MAX);
    for (OperatorLog.Line line : latest) {
      lines.add(
          new JsonObject()
              .put("at", line.at().toString())
              .put("action", line.action())
              .put("sale", line.sale())
              .put("detail", line.detail()));
    }
    return Answer.ok(new JsonObject().put("lines", lines));
  }
}
