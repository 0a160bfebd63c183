package io.doorbuster.console;

import io.doorbuster.page.PagePublisher;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.StoreUnavailable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** What operators' calls about a sale do with its page. */
final class PageCalls {
  /** Shorter than a command waits for an answer. */
  private static final Duration TARGET_WAIT = Duration.ofSeconds(30);

  private final AdminApi.Parts parts;

  PageCalls(AdminApi.Parts parts) {
    this.parts = parts;
  }

  /** Publishes a sale; a page that was there already is written anew. */
  Listing publish(String sale) {
    boolean first = parts.catalog().get(sale).stored() == SalePhase.DRAFT;
    Listing listing = parts.saleDesk().publish(sale);
    if (!first) {
      parts.pages().writeAnew(sale);
    }
    return listing;
  }

  /** Returns when the target has let go of a page that was taken down, or would not. */
  JsonObject awaitGone(Listing listing) {
    String sale = listing.sale().id();
    parts.pages().writeAnew(sale);
    try {
      return SaleJson.target(parts.pages().awaitTarget(sale, TARGET_WAIT));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailable("stopped while the page was taken down", e);
    }
  }

  /** The files of the published page, and what they weigh. */
  Answer describe(Listing listing) {
    String sale = listing.sale().id();
    JsonArray files = new JsonArray();
    int firstView = 0;
    for (PagePublisher.Published file : parts.pages().list(sale)) {
      firstView += file.firstView() ? file.compressed() : 0;
      files.add(
          new JsonObject()
              .put("path", file.path())
              .put("bytes", file.bytes())
              .put("gzip", file.gzip())
              .put("brotli", file.brotli())
              .put("immutable", file.immutable())
              .put("firstView", file.firstView()));
    }
    if (files.isEmpty()) {
      throw Declined.notFound("page", "Publish it: doorbuster sale publish " + sale + ".");
    }
    return Answer.ok(
        new JsonObject()
            .put("files", files)
            .put("firstView", firstView)
            .put("target", SaleJson.target(parts.pages().target(sale))));
  }
}
