package io.doorbuster.gate;

import io.doorbuster.gate.pass.Pass;
import io.doorbuster.gate.pass.Passes;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.WaveNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A buy request in, a verdict out: decided in memory, without blocking, on the event loop.
 *
 * <h2>Design</h2>
 *
 * The checks stand in the order of {@link Refusal}; those that need no body are in {@link #screen},
 * so that a crowd that is too early, too late or too fast never gets a body read. {@link #decide}
 * asks the phase once more, since a body may be seconds behind its head, and ends in the sale's
 * {@link Waves}.
 *
 * <p>What others know reaches the gate by being told ({@link #show}, {@link #stock}, {@link
 * #remember}, {@link #orderEnded}), never by asking: a refusal costs no call of a store. Only the
 * budget is asked, once a wave and a SKU, and it too answers from memory.
 */
public final class Gate {
  /** When the answer is "too much is asked of us": long enough to take the pressure off. */
  private static final Duration OVERLOADED_WAIT = Duration.ofSeconds(2);

  /** When we stop: for draws to be written and admitted. */
  private static final Duration LAST_DRAWS_WAIT = Duration.ofSeconds(2);

  /** What the gate is made of, beside the sales. */
  public record Parts(
      InstantSource clock,
      LongSupplier nanoTime,
      Passes passes,
      BlockList blocks,
      Budget budget,
      OrderIds ids,
      WaveLedger ledger,
      Consumer<List<Permit>> winners,
      WaveNode node,
      int requestsPerSecond,
      int buyersMax) {}

  /** What is known ahead of the body: no, or who asks where. */
  public sealed interface Screening {
    /** Refused without reading the body. */
    record No(Verdict.Refused refused) implements Screening {}

    /** Read the body and {@link Gate#decide}. */
    record Yes(Sale sale, Pass pass) implements Screening {}
  }

  /** What a body asks for. */
  public record Wish(String sku, int quantity) {}

  private final Parts parts;
  private final Throttle throttle;
  private final Map<String, SaleGate> sales = new ConcurrentHashMap<>();
  private final List<Consumer<Entry>> entryListeners = new CopyOnWriteArrayList<>();
  private volatile BooleanSupplier storesAway = () -> false;

  public Gate(Parts parts) {
    this.parts = parts;
    this.throttle = new Throttle(parts.requestsPerSecond(), parts.nanoTime());
  }

  /** All checks ahead of the body. */
  public Screening screen(String saleId, @Nullable String token, Supplier<String> address) {
    Instant now = parts.clock().instant();
    SaleGate sale = sales.get(saleId);
    if (sale == null) {
      return new Screening.No(Verdict.Refused.of(Refusal.NOT_FOUND));
    }
    Verdict.Refused no = sale.refuseByPhase(now);
    if (no == null && (!throttle.allows() || storesAway.getAsBoolean())) {
      no = Verdict.Refused.of(Refusal.OVERLOADED, sale.atLeastTryEvery(OVERLOADED_WAIT));
    }
    if (no != null) {
      return new Screening.No(no);
    }
    Optional<Pass> pass = verify(sale.listing(), token, now);
    if (pass.isEmpty()) {
      return new Screening.No(Verdict.Refused.of(Refusal.UNAUTHENTICATED));
    }
    BuyerId buyer = pass.get().buyer();
    if (parts.blocks().blocks(buyer) || parts.blocks().blocksAddress(address)) {
      return new Screening.No(Verdict.Refused.of(Refusal.FORBIDDEN));
    }
    no = sale.refuseByOrder(buyer, now);
    if (no == null) {
      no = sale.refuseBySpeed(buyer, now);
    }
    if (no == null) {
      no = sale.refuseBySoldOut(now);
    }
    return no == null ? new Screening.Yes(sale.sale(), pass.get()) : new Screening.No(no);
  }

  /**
   * The checks that need the body.
   *
   * @param wish empty where the body could not be read
   */
  public Verdict decide(Screening.Yes screened, Optional<Wish> wish) {
    Instant now = parts.clock().instant();
    Pass pass = screened.pass();
    SaleGate sale = sales.get(pass.sale());
    if (sale == null) {
      return Verdict.Refused.of(Refusal.NOT_FOUND);
    }
    Optional<String> wrong =
        wish.isEmpty()
            ? Optional.of("Send {\"sku\": ..., \"quantity\": ...} in at most 4 KB.")
            : sale.sale().findWrong(wish.get().sku(), wish.get().quantity());
    if (wrong.isPresent()) {
      return new Verdict.Refused(Refusal.INVALID, null, null, wrong.get());
    }
    String sku = wish.orElseThrow().sku();
    Verdict.Refused no = sale.refuseByPhase(now);
    if (no == null) {
      no = sale.refuseBySoldOut(sku, now);
    }
    return no == null
        ? sale.enter(sku, pass.buyer(), wish.get().quantity(), pass.shopRef(), now)
        : no;
  }

  private Optional<Pass> verify(Listing listing, @Nullable String token, Instant now) {
    return token == null
        ? Optional.empty()
        : parts
            .passes()
            .verify(token, now)
            .filter(pass -> pass.sale().equals(listing.sale().id()))
            .filter(pass -> pass.version() == listing.passVersion());
  }

  /** Who calls about his orders, by the pass of any sale here. */
  public Screening identify(@Nullable String token) {
    Instant now = parts.clock().instant();
    Pass pass = token == null ? null : parts.passes().verify(token, now).orElse(null);
    SaleGate sale = pass == null ? null : sales.get(pass.sale());
    if (pass == null || sale == null || pass.version() != sale.listing().passVersion()) {
      return new Screening.No(Verdict.Refused.of(Refusal.UNAUTHENTICATED));
    }
    return parts.blocks().blocks(pass.buyer())
        ? new Screening.No(Verdict.Refused.of(Refusal.FORBIDDEN))
        : new Screening.Yes(sale.sale(), pass);
  }

  /** Takes a sale in, or what has changed of it; entries that are known stay known. */
  public void show(Listing listing) {
    String id = listing.sale().id();
    if (listing.stored() == SalePhase.DRAFT) {
      hide(id);
      return;
    }
    SaleGate known = sales.get(id);
    if (known != null && known.fits(listing) && listing.stored() != SalePhase.SETTLED) {
      known.update(listing);
      return;
    }
    SaleGate.Parts saleParts =
        new SaleGate.Parts(
            parts.clock(),
            parts.budget(),
            parts.ids(),
            parts.ledger(),
            parts.winners(),
            parts.node(),
            parts.buyersMax());
    Entries entries = new Entries(parts.clock(), entry -> entryChanged(id, entry));
    if (known != null) {
      known.close();
      entries = known.entries();
    }
    sales.put(id, new SaleGate(listing, saleParts, entries));
  }

  /** Forgets a sale. */
  public void hide(String saleId) {
    SaleGate old = sales.remove(saleId);
    if (old != null) {
      old.close();
    }
  }

  /** What the engine says of a SKU; where it has none, when more may come. */
  public void stock(String saleId, String sku, boolean soldOut, @Nullable Instant nextRelease) {
    SaleGate sale = sales.get(saleId);
    if (sale != null) {
      sale.stock(sku, soldOut, nextRelease);
    }
  }

  /** The engine has answered that this buyer has, or has had, an order. */
  public void remember(String saleId, BuyerId buyer, OrderId order, Instant until, boolean live) {
    SaleGate sale = sales.get(saleId);
    if (sale != null) {
      sale.ordered().remember(buyer, order, until.toEpochMilli(), live);
    }
  }

  /** The order is over; {@code forget} where it does not even bar the buyer by its age. */
  public void orderEnded(String saleId, BuyerId buyer, OrderId order, boolean forget) {
    SaleGate sale = sales.get(saleId);
    if (sale == null) {
      return;
    }
    if (forget) {
      sale.ordered().forget(buyer, order, parts.clock().millis());
    } else {
      sale.ordered().ended(buyer, order, parts.clock().millis());
    }
  }

  /** An entry by its order's id. */
  public Optional<Entry> findEntry(String saleId, OrderId id) {
    return Optional.ofNullable(sales.get(saleId)).flatMap(sale -> sale.findEntry(id));
  }

  /** A buyer's latest entry. */
  public Optional<Entry> findEntry(String saleId, BuyerId buyer) {
    return Optional.ofNullable(sales.get(saleId)).flatMap(sale -> sale.findEntry(buyer));
  }

  /** An entry at another gate, or at this one's last life; may take a call. */
  public Optional<WaveNode.Standing> findElsewhere(String saleId, OrderId id) {
    return parts.node().findEntry(saleId, id);
  }

  /** A buyer's latest entry at any gate; may take a call. */
  public Optional<WaveNode.Standing> findElsewhere(String saleId, BuyerId buyer) {
    return parts.node().findEntry(saleId, buyer);
  }

  /** A drawn entry got no order. */
  public void endEntry(String saleId, OrderId id, String reason) {
    SaleGate sale = sales.get(saleId);
    if (sale != null) {
      sale.endEntry(id, reason);
    }
  }

  /** Hears of each entry that is shown as drawn or ended. */
  public void onEntryChanged(Consumer<Entry> listener) {
    entryListeners.add(listener);
  }

  private CompletableFuture<Void> entryChanged(String sale, Entry entry) {
    Runnable show = entry.show();
    return parts
        .node()
        .tell(sale, entry.standing())
        .thenRun(
            () -> {
              show.run();
              entryListeners.forEach(listener -> listener.accept(entry));
            });
  }

  /** Whether requests are refused because a store behind us is away. */
  public void storesAway(BooleanSupplier away) {
    storesAway = away;
  }

  /** Changes the global throttle at once. */
  public void requestsPerSecond(int rate) {
    throttle.rate(rate);
  }

  /** Moves the waves on; called every few milliseconds. */
  public void tick() {
    Instant now = parts.clock().instant();
    sales.values().forEach(sale -> sale.tick(now));
  }

  /** Drops what is past; called every few seconds. */
  public void purge() {
    Instant now = parts.clock().instant();
    sales.values().forEach(sale -> sale.purge(now));
  }

  /** Cuts off the waves under way, and waits a while for the draws that have been held. */
  public void close() {
    sales.values().forEach(SaleGate::close);
    long end = System.nanoTime() + LAST_DRAWS_WAIT.toNanos();
    try {
      for (SaleGate sale : sales.values()) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        sale.awaitEnd(Duration.ofMillis(Math.max(0, leftMs)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
