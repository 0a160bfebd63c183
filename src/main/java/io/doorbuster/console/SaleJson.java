package io.doorbuster.console;

import io.doorbuster.gate.BuyerHash;
import io.doorbuster.gate.Draw;
import io.doorbuster.order.OrderStore.SkuSums;
import io.doorbuster.order.StockBoard.SaleView;
import io.doorbuster.order.StockBoard.SkuView;
import io.doorbuster.page.PagePublisher;
import io.doorbuster.sale.Finding;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFile;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.WaveRecord;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the rooms know of a sale, as the operators' JSON. */
final class SaleJson {
  private SaleJson() {}

  /** A line of the list. */
  static JsonObject brief(Listing listing, SaleView view, Instant now) {
    Sale sale = listing.sale();
    int units = sale.skus().stream().mapToInt(Sku::units).sum();
    int allotted = view.sum(SkuView::allotted);
    int placed = view.sum(SkuView::placed);
    int paid = view.sum(SkuView::paid);
    return new JsonObject()
        .put("sale", sale.id())
        .put("title", sale.title())
        .put("phase", listing.phaseAt(now).name())
        .put("test", sale.test())
        .put("opensAt", sale.opensAt().toString())
        .put("closesAt", sale.closesAt().toString())
        .put("units", allotted == 0 ? units : allotted)
        .put("available", view.sum(SkuView::available))
        .put("held", view.sum(SkuView::held))
        .put("sold", placed + paid)
        .put("paid", paid)
        .put("pending", view.sum(SkuView::returning))
        .put("returned", view.sum(SkuView::returned));
  }

  /** All of a sale. */
  static JsonObject full(Listing listing, SaleView view, Instant now) {
    JsonArray skus = new JsonArray();
    view.skus().forEach(sku -> skus.add(sku(sku)));
    return brief(listing, view, now)
        .put("now", now.toString())
        .put("publishing", listing.publishing())
        .put("unpublished", listing.unpublished())
        .put("epoch", listing.epoch())
        .put("seedHash", Draw.commitment(listing.seed()))
        .put("passVersion", listing.passVersion())
        .put("passExpiresAt", text(listing.passExpiresAt()))
        .put("nextRelease", text(view.nextRelease()))
        .put("skus", skus)
        .put("files", FileCalls.json(listing))
        .put("definition", SaleFile.toJson(listing.sale()));
  }

  /** Where a page is written beside our own memory, and how far that is. */
  static JsonObject target(PagePublisher.Target target) {
    return new JsonObject()
        .put("kind", target.kind())
        .put("where", target.where())
        .put("written", target.written())
        .put("of", target.of())
        .put("done", target.done())
        .put("fault", target.fault());
  }

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }

  private static JsonObject sku(SkuView sku) {
    return new JsonObject()
        .put("sku", sku.sku())
        .put("allotted", sku.allotted())
        .put("available", sku.available())
        .put("held", sku.held())
        .put("placed", sku.placed())
        .put("paid", sku.paid())
        .put("sold", sku.placed() + sku.paid())
        .put("returned", sku.returned())
        .put("pending", sku.returning());
  }

  /** A view from the database alone, for a sale that is not on the board. */
  static SaleView view(Listing listing, List<SkuSums> sums) {
    List<SkuView> skus =
        sums.stream()
            .map(
                s ->
                    new SkuView(
                        s.sku(),
                        s.allotted(),
                        0,
                        0,
                        s.placed(),
                        s.paid(),
                        s.returned(),
                        s.returning()))
            .toList();
    return new SaleView(listing, skus, null, Instant.EPOCH);
  }

  static JsonArray findings(List<Finding> findings) {
    JsonArray array = new JsonArray();
    for (Finding finding : findings) {
      array.add(
          new JsonObject()
              .put("line", finding.line())
              .put("key", finding.key())
              .put("message", finding.message()));
    }
    return array;
  }

  static JsonObject wave(WaveRecord wave) {
    return new JsonObject()
        .put("sku", wave.sku())
        .put("number", wave.number())
        .put("openedAt", wave.openedAt().toString())
        .put("k", wave.k())
        .put("units", wave.units())
        .put("entries", wave.entries())
        .put("admitted", wave.admitted())
        .put("cutOff", wave.cutOff())
        .put("complete", wave.complete());
  }

  /** A wave with its entries in the order of their arrival. */
  static JsonObject waveWithEntries(WaveRecord wave) {
    JsonArray entered = new JsonArray();
    for (Draw.Published entry : Draw.entries(wave)) {
      BuyerHash buyer = entry.buyer();
      entered.add(
          new JsonObject().put("buyer", buyer.toString()).put("quantity", entry.quantity()));
    }
    return wave(wave).put("entered", entered);
  }
}
