package io.doorbuster.console;

import io.doorbuster.gate.Draw;
import io.doorbuster.http.Exchange;
import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.WaveTable;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** After the close: the seed and every entry of every wave, so that anyone can verify the draws. */
public final class PublishedDraws {
  /** Settled sales whose text is kept; that of a large one takes some megabytes. */
  private static final int KEPT_MAX = 4;

  private final Catalog catalog;
  private final WaveTable waves;
  private final InstantSource clock;
  private final Map<String, Buffer> settled =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Buffer> eldest) {
          return size() > KEPT_MAX;
        }
      };

  public PublishedDraws(Catalog catalog, WaveTable waves, InstantSource clock) {
    this.catalog = catalog;
    this.waves = waves;
    this.clock = clock;
  }

  /** On the buyers' side. */
  public void routes(Router router) {
    router.get("/api/sales/{sale}/draws", this::publish);
  }

  private void publish(Exchange exchange) {
    Optional<Listing> listing = catalog.find(exchange.parameter("sale"));
    if (listing.isEmpty() || listing.get().stored() == SalePhase.DRAFT) {
      exchange.problem(Problem.notFound("sale"));
    } else if (!isOver(listing.get())) {
      exchange.problem(notClosed(listing.get()));
    } else {
      exchange.offload(
          () ->
              exchange.send(
                  200,
                  "application/json",
                  text(listing.get()),
                  Map.of("Cache-Control", "public, max-age=10")));
    }
  }

  /** One at a time: the text of a large sale is not made by many at once. */
  private synchronized Buffer text(Listing listing) {
    String sale = listing.sale().id();
    Buffer known = settled.get(sale);
    if (known != null) {
      return known;
    }
    Buffer text = describe(listing).toBuffer();
    if (listing.stored() == SalePhase.SETTLED) {
      settled.put(sale, text);
    }
    return text;
  }

  /** The draws of a sale that is over. */
  JsonObject describe(Listing listing) {
    if (!isOver(listing)) {
      throw new Declined(notClosed(listing));
    }
    JsonArray all = new JsonArray();
    waves.list(listing.sale().id()).forEach(wave -> all.add(SaleJson.waveWithEntries(wave)));
    return new JsonObject()
        .put("sale", listing.sale().id())
        .put("seed", listing.seed())
        .put("sha256", Draw.commitment(listing.seed()))
        .put("waves", all);
  }

  private boolean isOver(Listing listing) {
    SalePhase phase = listing.phaseAt(clock.instant());
    return phase == SalePhase.CLOSED || phase == SalePhase.SETTLED;
  }

  private static Problem notClosed(Listing listing) {
    return Problem.of(
        "not-closed",
        403,
        "The draws are told after the close.",
        "The sale closes at " + listing.sale().closesAt() + ".");
  }
}
