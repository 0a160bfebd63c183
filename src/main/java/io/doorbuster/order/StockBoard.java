package io.doorbuster.order;

import io.doorbuster.gate.Gate;
import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.StockSums;
import io.doorbuster.sale.Catalog;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.StoreUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What may be said of each SKU, kept in memory for the page, the gate and the operators: refreshed
 * from the engine many times a second and from the database once a second.
 */
public final class StockBoard {
  private static final Logger log = LoggerFactory.getLogger(StockBoard.class);

  /** What stands on the board of one SKU. */
  public record SkuView(
      String sku,
      int allotted,
      int available,
      int held,
      int placed,
      int paid,
      int returned,
      int returning) {

    /** No unit can come back any more: what is not paid was given back to the shop. */
    public boolean isGone() {
      return paid + returned >= allotted;
    }

    /** Nobody can order now, but units may come back. */
    public boolean isAllReserved() {
      return available == 0 && held + placed + returning > 0;
    }
  }

  /**
   * What stands on the board of one sale.
   *
   * @param readAt when the reading of its books began
   */
  public record SaleView(
      Listing listing, List<SkuView> skus, @Nullable Instant nextRelease, Instant readAt) {

    /** What stands there of one SKU. */
    public Optional<SkuView> find(String sku) {
      return skus.stream().filter(view -> view.sku().equals(sku)).findFirst();
    }

    /** Sums one figure over all SKUs. */
    public int sum(java.util.function.ToIntFunction<SkuView> figure) {
      return skus.stream().mapToInt(figure).sum();
    }
  }

  private final Catalog catalog;
  private final InventoryEngine engine;
  private final OrderStore store;
  private final Gate gate;
  private final InstantSource clock;

  /** A settled sale changes no more, unless it is voided. */
  private static final Duration SETTLED_EVERY = Duration.ofSeconds(5);

  /** A return is in the books so long after the clock was read for it, within its transaction. */
  private static final Duration ON_THE_WAY = Duration.ofSeconds(1);

  private Instant nextOfSettled = Instant.EPOCH;
  private final Map<String, SaleView> views = new ConcurrentHashMap<>();

  public StockBoard(
      Catalog catalog, InventoryEngine engine, OrderStore store, Gate gate, InstantSource clock) {
    this.catalog = catalog;
    this.engine = engine;
    this.store = store;
    this.gate = gate;
    this.clock = clock;
  }

  public Optional<SaleView> find(String sale) {
    return Optional.ofNullable(views.get(sale));
  }

  /** Tells the gate which SKUs the engine has none of; called every 100 ms or so. */
  public void refreshGate() {
    Instant now = clock.instant();
    for (Listing listing : catalog.listAll()) {
      if (listing.isRunningAt(now)) {
        String sale = listing.sale().id();
        for (Sku sku : listing.sale().skus()) {
          OptionalInt free = FreeUnits.find(engine, sale, sku.id());
          boolean soldOut = free.isPresent() && free.getAsInt() == 0;
          gate.stock(sale, sku.id(), soldOut, nextRelease(sale, sku.id(), listing, now));
        }
      }
    }
  }

  /**
   * When to come again; null where there is nothing to come for. The board may lag behind the
   * engine: only what it has seen paid for is gone for good, and after the last release only once
   * it has seen that no unit of it is still on its way.
   */
  private @Nullable Instant nextRelease(String sale, String sku, Listing listing, Instant now) {
    SaleView view = views.get(sale);
    SkuView books = view == null ? null : view.find(sku).orElse(null);
    if (view == null || books == null) {
      return now;
    }
    if (books.isGone()) {
      return null;
    }
    boolean over =
        books.returning() == 0
            && listing.sale().nextReturn(view.readAt().minus(ON_THE_WAY)).isEmpty();
    return listing.sale().nextReturn(now).orElse(over ? null : now);
  }

  /** Reads the books anew; called once a second or so. Keeps the old view while a store is away. */
  public void refreshBooks() {
    Instant now = clock.instant();
    boolean settledToo = !now.isBefore(nextOfSettled);
    if (settledToo) {
      nextOfSettled = now.plus(SETTLED_EVERY);
    }
    for (Listing listing : catalog.listAll()) {
      if (listing.stored() != SalePhase.DRAFT) {
        SaleView old = views.get(listing.sale().id());
        if (settledToo || old == null || old.listing().stored() != SalePhase.SETTLED) {
          refreshBooks(listing, now);
        }
      }
    }
  }

  private void refreshBooks(Listing listing, Instant now) {
    try {
      views.put(listing.sale().id(), read(listing, now));
    } catch (StoreUnavailable e) {
      log.debug("the board of {} keeps its last view: {}", listing.sale().id(), e.getMessage());
    }
  }

  private SaleView read(Listing listing, Instant now) {
    String sale = listing.sale().id();
    Optional<StockSums> inEngine = engine.findSums(sale);
    List<SkuView> skus = new ArrayList<>();
    for (OrderStore.SkuSums sums : store.sums(sale)) {
      int available = inEngine.map(s -> s.available(sums.sku())).orElse(0);
      int held = inEngine.map(s -> s.held(sums.sku())).orElse(0);
      skus.add(
          new SkuView(
              sums.sku(),
              sums.allotted(),
              available,
              held,
              sums.placed(),
              sums.paid(),
              sums.returned(),
              sums.returning()));
    }
    boolean mayReturn =
        listing.isRunningAt(now)
            && skus.stream().anyMatch(sku -> sku.held() + sku.placed() + sku.returning() > 0);
    Instant next = mayReturn ? listing.sale().nextReturn(now).orElse(null) : null;
    return new SaleView(listing, skus, next, now);
  }
}
