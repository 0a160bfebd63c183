package io.doorbuster.settlement;

import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.order.IntentWorker;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.NotAllowed;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells by an audit whether engine and database agree, and, when an operator wants it, loads the
 * engine anew from the database, whose word counts. It mends nothing in the database itself.
 */
public final class Repair {
  private final Catalog catalog;
  private final InventoryEngine engine;
  private final Audit audit;
  private final Reconciler reconciler;
  private final IntentWorker worker;

  /**
   * What a repair would do.
   *
   * @param needed whether the engine does not hold the sale, or the audit finds a broken promise
   * @param units that would be put on sale, by SKU
   * @param orders that would bar their buyers
   */
  public record Plan(
      Audit.Report audit, boolean needed, long epoch, Map<String, Integer> units, int orders) {

    /** As the admin API tells it; {@code queued} are units whose buyers would be told LOST. */
    public JsonObject toJson() {
      JsonArray skus = new JsonArray();
      new TreeMap<>(units)
          .forEach((sku, free) -> skus.add(new JsonObject().put("sku", sku).put("units", free)));
      return new JsonObject()
          .put("audit", audit.toJson())
          .put("needed", needed)
          .put("epoch", epoch)
          .put("load", skus)
          .put("orders", orders)
          .put("queued", audit.skus().stream().mapToInt(Audit.SkuBooks::held).sum());
    }
  }

  public Repair(
      Catalog catalog,
      InventoryEngine engine,
      Audit audit,
      Reconciler reconciler,
      IntentWorker worker) {
    this.catalog = catalog;
    this.engine = engine;
    this.audit = audit;
    this.reconciler = reconciler;
    this.worker = worker;
  }

  /** What it would do; changes nothing. */
  public Plan plan(String sale) {
    Listing listing = live(sale);
    Audit.Report report = audit.run(sale);
    Reconciler.Stock stock = reconciler.preview(sale);
    boolean needed = !report.isOk() || !engine.isLoaded(sale);
    return new Plan(report, needed, listing.epoch(), stock.available(), stock.orders().size());
  }

  /** Loads the engine anew; what was queued there is lost, and its buyers are told. */
  public Plan run(String sale) {
    live(sale);
    worker.exclusively(() -> reconciler.reload(sale));
    return plan(sale);
  }

  private Listing live(String sale) {
    Listing listing = catalog.get(sale);
    if (!Reconciler.isLive(listing)) {
      throw new NotAllowed(
          "a sale that is " + listing.stored() + " has no units in the engine: nothing to repair");
    }
    return listing;
  }
}
