package io.doorbuster.gate;

import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.Listing;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SalePhase;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.WaveNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All that the gate knows of one sale. */
final class SaleGate {
  /** What a sale's gate is made with; the same for all sales. */
  record Parts(
      InstantSource clock,
      Budget budget,
      OrderIds ids,
      WaveLedger ledger,
      Consumer<List<Permit>> winners,
      WaveNode node,
      int buyersMax) {}

  /** A pause lasts as long as its operator takes: asking more often would not end it. */
  private static final Duration PAUSED_WAIT = Duration.ofSeconds(5);

  /** Why a SKU is refused from memory: the engine has none; more may come at a known time. */
  private record NoneLeft(@Nullable Instant nextRelease) {}

  private final Waves waves;
  private final BuyerLimiter limiter;
  private final Entries entries;
  private final OrderedBuyers ordered = new OrderedBuyers();
  private final Map<String, NoneLeft> noneLeft = new ConcurrentHashMap<>();
  private volatile Listing listing;

  /**
   * @param entries what the sale's gate before this one knew of
   */
  SaleGate(Listing listing, Parts parts, Entries entries) {
    this.listing = listing;
    this.entries = entries;
    Sale sale = listing.sale();
    long baseMs = sale.opensAt().toEpochMilli();
    // Nobody is ever let through to the limiter of a sale that is over.
    int buyersMax = listing.isRunningAt(parts.clock().instant()) ? parts.buyersMax() : 1;
    this.limiter = new BuyerLimiter(buyersMax, sale.limits().tryEvery().toMillis(), baseMs);
    if (sale.release().pick() == Pick.FIRST) {
      this.waves = new FirstWaves(sale, parts);
    } else {
      Draw draw = new Draw(sale.id(), listing.seed());
      this.waves = new FairWaves(sale, draw, parts, limiter, entries, this::stopped);
    }
  }

  /** Why the operator lets nobody be drawn; the clock's close is already in the waves' grid. */
  private @Nullable Refusal stopped() {
    return switch (listing.stored()) {
      case PUBLISHED, OPEN -> null;
      case PAUSED -> Refusal.PAUSED;
      case DRAFT, CLOSED, SETTLED -> Refusal.CLOSED;
    };
  }

  Listing listing() {
    return listing;
  }

  Sale sale() {
    return listing.sale();
  }

  /** Whether the change can be taken while the waves go on: the rules of the release stand. */
  boolean fits(Listing next) {
    Sale sale = sale();
    return sale.release().equals(next.sale().release())
        && sale.opensAt().equals(next.sale().opensAt())
        && sale.closesAt().equals(next.sale().closesAt())
        && sale.limits().equals(next.sale().limits())
        && sale.skus().stream()
            .map(Sku::id)
            .toList()
            .equals(next.sale().skus().stream().map(Sku::id).toList());
  }

  void update(Listing next) {
    boolean newEpoch = next.epoch() != listing.epoch();
    listing = next;
    if (newEpoch) {
      ordered.clear();
    }
  }

  /** Not open, closed or paused; null while it sells. */
  Verdict.@Nullable Refused refuseByPhase(Instant now) {
    Sale sale = sale();
    SalePhase phase = listing.phaseAt(now);
    if (phase == SalePhase.DRAFT) {
      return Verdict.Refused.of(Refusal.NOT_FOUND);
    }
    boolean over = phase == SalePhase.CLOSED || phase == SalePhase.SETTLED;
    if (!over && now.isBefore(sale.opensAt())) {
      return Verdict.Refused.of(Refusal.NOT_OPEN, Duration.between(now, sale.opensAt()));
    }
    if (over || !now.isBefore(sale.lastWaveEnd())) {
      return Verdict.Refused.of(Refusal.CLOSED);
    }
    return phase == SalePhase.PAUSED
        ? Verdict.Refused.of(Refusal.PAUSED, atLeastTryEvery(PAUSED_WAIT))
        : null;
  }

  Verdict.@Nullable Refused refuseByOrder(BuyerId buyer, Instant now) {
    OrderedBuyers.Known known = ordered.find(buyer, now.toEpochMilli());
    if (known == null) {
      return null;
    }
    if (known.live()) {
      return new Verdict.Refused(Refusal.ALREADY_ORDERED, null, known.order(), null);
    }
    long leftMs = limiter.leftAt(limiter.key(buyer), now.toEpochMilli());
    long untilMs = known.untilMs() - now.toEpochMilli();
    Duration wait = Duration.ofMillis(Math.max(leftMs, untilMs));
    return new Verdict.Refused(Refusal.ORDERED_RECENTLY, wait, known.order(), null);
  }

  Verdict.@Nullable Refused refuseBySpeed(BuyerId buyer, Instant now) {
    long leftMs = limiter.tryAt(limiter.key(buyer), now.toEpochMilli());
    return leftMs == 0 ? null : Verdict.Refused.of(Refusal.TOO_FAST, Duration.ofMillis(leftMs));
  }

  /** Sold out as a whole; null while one SKU is not. */
  Verdict.@Nullable Refused refuseBySoldOut(Instant now) {
    List<Sku> skus = sale().skus();
    if (noneLeft.size() < skus.size()) {
      return null;
    }
    List<NoneLeft> all = List.copyOf(noneLeft.values());
    if (all.size() < skus.size()) {
      return null; // units came back since
    }
    return soldOut(
        all.stream()
            .map(NoneLeft::nextRelease)
            .filter(Objects::nonNull)
            .min(Instant::compareTo)
            .orElse(null),
        now);
  }

  Verdict.@Nullable Refused refuseBySoldOut(String sku, Instant now) {
    NoneLeft none = noneLeft.get(sku);
    return none == null ? null : soldOut(none.nextRelease(), now);
  }

  private Verdict.Refused soldOut(@Nullable Instant nextRelease, Instant now) {
    return nextRelease == null
        ? Verdict.Refused.of(Refusal.SOLD_OUT)
        : Verdict.Refused.of(Refusal.SOLD_OUT, atLeastTryEvery(Duration.between(now, nextRelease)));
  }

  Duration atLeastTryEvery(Duration wait) {
    Duration least = sale().limits().tryEvery();
    return wait.compareTo(least) < 0 ? least : wait;
  }

  Verdict enter(String sku, BuyerId buyer, int quantity, @Nullable String shopRef, Instant now) {
    return waves.enter(new Waves.Ask(sku, buyer, limiter.key(buyer), quantity, shopRef), now);
  }

  void stock(String sku, boolean soldOut, @Nullable Instant nextRelease) {
    if (soldOut && sale().findSku(sku).isPresent()) {
      noneLeft.put(sku, new NoneLeft(nextRelease));
    } else {
      noneLeft.remove(sku);
    }
  }

  void tick(Instant now) {
    waves.roll(now);
  }

  void purge(Instant now) {
    entries.purge();
    ordered.purge(now.toEpochMilli());
  }

  void close() {
    waves.close();
  }

  void awaitEnd(Duration most) throws InterruptedException {
    waves.awaitEnd(most);
  }

  OrderedBuyers ordered() {
    return ordered;
  }

  Entries entries() {
    return entries;
  }

  Optional<Entry> findEntry(OrderId id) {
    return Optional.ofNullable(entries.find(id)).filter(this::isCertain);
  }

  Optional<Entry> findEntry(BuyerId buyer) {
    return Optional.ofNullable(entries.find(buyer)).filter(this::isCertain);
  }

  /** After a standstill of ours others may have told who waits here that he does not. */
  private boolean isCertain(Entry entry) {
    return entry.state() != Entry.State.WAITING || waves.isCertain(entry);
  }

  void endEntry(OrderId id, String reason) {
    Entry entry = entries.find(id);
    if (entry != null) {
      entries.end(entry, reason);
    }
  }
}
