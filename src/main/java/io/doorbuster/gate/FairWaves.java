package io.doorbuster.gate;

import io.doorbuster.sale.GatePart;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.WaveNode;
import io.doorbuster.sale.WaveRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waves in which everybody who asks has the same chance.
 *
 * <h2>Design</h2>
 *
 * A wave keeps, for each SKU, the k entries of the smallest priority so far ({@link Sample}): an
 * entry that is not among them is refused at once, and so is the one that it pushes out. k and the
 * budget are fixed when the wave starts, before anybody has entered it.
 *
 * <p>At the wave's end its winners are known. Their units count as outstanding from that moment, so
 * that the next wave's budget can not promise them twice; then, on a thread of this sale, the wave
 * is written down for good, and only after that are the winners admitted. While the store is away
 * they wait; if the operator has paused or closed the sale by then, the draw is not held.
 *
 * <p>Where several gates hold the sale, places and units come from the node that they share a
 * moment after the start, and the draw is made there ({@link SharedDraws}); until then the sample
 * keeps as many as a wave may have places, so that it needs no one back whom it has refused.
 *
 * <p>A wave that is cut off by our own end is not drawn and leaves no record: it may go on after a
 * restart, and a wave must not be drawn twice.
 */
final class FairWaves implements Waves, SharedDraws.Host {
  private static final Duration RETRY_SAVE = Duration.ofMillis(300);

  /** Drawn waves that wait for the store; past it nobody may enter: each can hold 20 MB a SKU. */
  static final int UNWRITTEN_MAX = 50;

  /** A wave under way: a sample a SKU; places and units may be told after its start. */
  record Wave(long number, Instant drawAt, Map<String, Sample> samples, AtomicBoolean bound) {
    boolean isBound() {
      return bound.get();
    }
  }

  /**
   * What the draw of one SKU gave.
   *
   * @param reason why the others were not drawn, beside chance
   * @param twice who won by an entry at another gate
   */
  private record Part(
      Sample sample,
      Sample.Result result,
      WaveRecord record,
      @Nullable String reason,
      Set<OrderId> twice) {

    @Nullable String reason(Entry entry) {
      return twice.contains(entry.permit().order()) ? Refusal.ALREADY_ORDERED.id() : reason;
    }

    /** Nobody is drawn after all. */
    Part notCounted() {
      return new Part(
          sample,
          new Sample.Result(List.of(), sample.entries(), null),
          record,
          Refusal.NOT_COUNTED.id(),
          Set.of());
    }
  }

  private final Sale sale;
  private final Draw draw;
  private final byte[] salt;
  private final SaleGate.Parts parts;
  private final BuyerLimiter limiter;
  private final Entries entries;
  private final Supplier<@Nullable Refusal> stopped;
  private final ExecutorService drawer =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("draw-", 0).factory());
  private final @Nullable SharedDraws shared;
  private final Object lock = new Object();
  private @Nullable Wave wave;
  private int unwritten;
  private boolean closed;

  /**
   * @param stopped why the operator lets no draw be held at present, or null
   */
  FairWaves(
      Sale sale,
      Draw draw,
      SaleGate.Parts parts,
      BuyerLimiter limiter,
      Entries entries,
      Supplier<@Nullable Refusal> stopped) {
    this.sale = sale;
    this.draw = draw;
    this.salt = parts.ids().buyerSalt(sale.id());
    this.parts = parts;
    this.limiter = limiter;
    this.entries = entries;
    this.stopped = stopped;
    this.shared = parts.node().isShared() ? new SharedDraws(sale, parts, this) : null;
    if (shared != null) {
      shared.start();
    }
  }

  @Override
  public Verdict enter(Ask ask, Instant now) {
    BuyerHash hash = BuyerHash.of(salt, ask.buyer());
    Entry entry;
    Entry pushedOut;
    synchronized (lock) {
      rollLocked(now);
      Wave current = wave;
      if (closed) { // ahead of the sale: a stop, or other rules to come
        return Verdict.Refused.of(Refusal.OVERLOADED, Waves.untilNextTry(sale, now));
      }
      if (current == null) {
        return mayStart(now)
            ? Verdict.Refused.of(Refusal.OVERLOADED, Waves.untilNextTry(sale, now))
            : Verdict.Refused.of(Refusal.CLOSED);
      }
      if (unwritten >= UNWRITTEN_MAX || (shared != null && shared.isAway())) {
        return Verdict.Refused.of(Refusal.OVERLOADED, Waves.untilNextTry(sale, now));
      }
      Entry first = entries.find(ask.buyer());
      if (first != null && isWaitingIn(current, first)) {
        return new Verdict.Waiting(first);
      }
      Sample sample = current.samples.get(ask.sku());
      if (sample == null) {
        return Verdict.Refused.of(Refusal.INVALID);
      }
      if (!limiter.enter(ask.limiterKey(), current.number, now.toEpochMilli())) {
        return Verdict.Refused.of(Refusal.NOT_RELEASED, Waves.untilNextTry(sale, now));
      }
      sample.count(hash, ask.quantity());
      long priority = draw.priority(ask.sku(), current.number, hash);
      if (!sample.takes(priority, hash)) {
        return Verdict.Refused.of(Refusal.NOT_RELEASED, Waves.untilNextTry(sale, now));
      }
      Permit permit = Waves.permit(parts.ids(), sale, ask, current.number, current.drawAt);
      entry = new Entry(permit, hash, priority, current.drawAt);
      entries.add(entry);
      if (shared != null) {
        shared.tell(entry); // before its end can be told
      }
      pushedOut = sample.add(entry);
    }
    if (pushedOut != null) {
      entries.end(pushedOut, null);
    }
    return new Verdict.Waiting(entry);
  }

  /** One entry a buyer a wave: the first is kept, and asking again returns it. */
  private static boolean isWaitingIn(Wave current, Entry entry) {
    return entry.isOpen() && entry.permit().wave() == current.number;
  }

  @Override
  public boolean isCertain(Entry waiting) {
    return shared == null || shared.isCertain(waiting.permit().wave());
  }

  @Override
  public void roll(Instant now) {
    synchronized (lock) {
      rollLocked(now);
    }
  }

  private void rollLocked(Instant now) {
    Wave ended = wave;
    long number = Waves.number(sale, now);
    if (ended != null && ended.number >= number) {
      return;
    }
    if (ended != null) {
      wave = null;
      end(ended);
    }
    if (mayStart(now)) {
      wave = start(number, Waves.opensAt(sale, number + 1));
      if (wave != null && shared != null) {
        shared.begun();
      }
    }
  }

  /** Whether this is the time of a wave; it also needs the sale's units. */
  private boolean mayStart(Instant now) {
    long number = Waves.number(sale, now);
    return number >= 0 && !closed && !Waves.opensAt(sale, number + 1).isAfter(sale.lastWaveEnd());
  }

  /** Null where the sale's units are not there yet. */
  private @Nullable Wave start(long number, Instant drawAt) {
    Map<String, Sample> samples = new LinkedHashMap<>();
    for (Sku sku : sale.skus()) {
      OptionalInt budget = parts.budget().units(sale.id(), sku.id());
      if (budget.isEmpty()) {
        return null;
      }
      int units = shared == null ? Math.max(0, budget.getAsInt()) : Integer.MAX_VALUE;
      samples.put(sku.id(), new Sample(Math.min(sale.release().wave(), units), units));
    }
    return new Wave(number, drawAt, samples, new AtomicBoolean(shared == null));
  }

  private void end(Wave ended) {
    Refusal whyNot = stopped.get();
    String reason = whyNot == null ? null : whyNot.id();
    if (shared != null) {
      unwritten++;
      shared.ended(ended, reason);
      return;
    }
    List<Part> drawn = new ArrayList<>();
    ended.samples.forEach(
        (sku, sample) -> {
          if (sample.entered() > 0) {
            Sample.Result result = sample.draw(whyNot == null);
            WaveRecord record = record(ended, sku, sample, result, whyNot == null);
            drawn.add(new Part(sample, result, record, reason, Set.of()));
          }
        });
    promise(drawn);
    if (!drawn.isEmpty()) {
      unwritten++;
      drawer.execute(() -> conclude(ended, drawn));
    }
  }

  private void promise(List<Part> drawn) {
    for (Part part : drawn) {
      part.result.drawn().forEach(entry -> parts.budget().permit(entry.permit()));
    }
  }

  private void conclude(Wave ended, List<Part> drawn) {
    boolean handedOn = false;
    List<Part> told = drawn;
    try {
      save(drawn.stream().map(Part::record).toList());
      if (shared != null && !shared.mayAdmit(ended.number)) {
        giveBack(drawn);
        told = drawn.stream().map(Part::notCounted).toList();
      }
      List<Permit> winners = new ArrayList<>();
      List<CompletableFuture<Void>> shown = new ArrayList<>();
      for (Part part : told) {
        part.result.notDrawn().forEach(entry -> entries.end(entry, part.reason(entry)));
        for (Entry entry : part.result.drawn()) {
          shown.add(entries.drawn(entry));
          winners.add(entry.permit());
        }
      }
      await(shown);
      handedOn = true;
      if (!winners.isEmpty()) {
        parts.winners().accept(winners);
      }
    } finally {
      if (!handedOn) {
        giveBack(drawn);
      }
      // After a fault, or when we stop while the store is away: nobody is left to poll for ever.
      over(ended, Refusal.OVERLOADED);
    }
  }

  /** Before it is known everywhere that they are drawn, none of them may have an order. */
  private static void await(List<CompletableFuture<Void>> shown) {
    try {
      CompletableFuture.allOf(shown.toArray(CompletableFuture[]::new)).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailable("stopped before the winners could be told", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A wave has come to its end, one way or another. */
  private void over(Wave ended, Refusal reason) {
    synchronized (lock) {
      unwritten--;
    }
    ended.samples.values().forEach(sample -> endWaiting(sample.entries(), reason));
  }

  private void giveBack(List<Part> drawn) {
    for (Part part : drawn) {
      part.result.drawn().forEach(entry -> parts.budget().giveBack(entry.permit()));
    }
  }

  private void endWaiting(List<Entry> all, Refusal reason) {
    for (Entry entry : all) {
      if (entry.isOpen()) {
        entries.end(entry, reason.id());
      }
    }
  }

  @Override
  public Optional<Wave> findUnbound() {
    synchronized (lock) {
      return Optional.ofNullable(wave).filter(current -> !current.isBound());
    }
  }

  @Override
  public void bound(Wave opened, Map<String, WaveNode.Bounds> bounds) {
    List<Entry> pushedOut = new ArrayList<>();
    synchronized (lock) {
      opened.samples.forEach(
          (sku, sample) -> {
            WaveNode.Bounds fixed = bounds.get(sku);
            if (fixed != null) {
              pushedOut.addAll(sample.bound(fixed.k(), fixed.units()));
            }
          });
      opened.bound.set(true);
    }
    pushedOut.forEach(entry -> entries.end(entry, null));
  }

  @Override
  public void drawn(Wave ended, WaveNode.@Nullable Outcome outcome) {
    List<Part> drawn = new ArrayList<>();
    if (outcome != null) {
      ended.samples.forEach(
          (sku, sample) -> {
            WaveNode.Result result = outcome.results().get(sku);
            if (sample.entered() > 0 && result != null) {
              drawn.add(part(ended, sku, sample, outcome, result));
            }
          });
    }
    if (drawn.isEmpty()) {
      over(ended, Refusal.OVERLOADED);
      return;
    }
    promise(drawn);
    try {
      drawer.execute(() -> conclude(ended, drawn));
    } catch (RejectedExecutionException e) { // stopped meanwhile
      giveBack(drawn);
      over(ended, Refusal.OVERLOADED);
    }
  }

  private Part part(
      Wave ended, String sku, Sample sample, WaveNode.Outcome outcome, WaveNode.Result result) {
    Sample.Result own = sample.split(outcome.counted() ? result.won() : Set.of(), result.cutOff());
    WaveRecord record =
        new WaveRecord(
            sale.id(),
            sku,
            ended.number,
            Waves.opensAt(sale, ended.number),
            result.k(),
            result.units(),
            result.entries(),
            result.admitted(),
            result.cutOff(),
            outcome.complete(),
            sample.enteredBytes(),
            GatePart.of(parts.node(), sample.entered(), own.drawn().size(), outcome.counted()));
    String reason = outcome.counted() ? outcome.stopped() : Refusal.NOT_COUNTED.id();
    return new Part(sample, own, record, reason, outcome.counted() ? result.twice() : Set.of());
  }

  @Override
  public void over() {
    drawer.shutdown();
  }

  private WaveRecord record(
      Wave ended, String sku, Sample sample, Sample.Result result, boolean held) {
    return new WaveRecord(
        sale.id(),
        sku,
        ended.number,
        Waves.opensAt(sale, ended.number),
        held ? sample.k() : 0,
        sample.units(),
        sample.entered(),
        result.drawn().size(),
        result.cutOff(),
        held && sample.isComplete(),
        sample.enteredBytes());
  }

  /** Goes on until the store has the wave: its winners may not be admitted before. */
  private void save(List<WaveRecord> records) {
    while (true) {
      try {
        parts.ledger().save(records);
        return;
      } catch (StoreUnavailable e) {
        try {
          TimeUnit.MILLISECONDS.sleep(RETRY_SAVE.toMillis());
        } catch (InterruptedException stop) {
          Thread.currentThread().interrupt();
          throw e;
        }
      }
    }
  }

  @Override
  public void close() {
    Wave cutOff;
    synchronized (lock) {
      closed = true;
      cutOff = wave;
      wave = null;
    }
    if (cutOff != null) {
      Refusal whyNot = stopped.get();
      Refusal reason = whyNot == null ? Refusal.NOT_COUNTED : whyNot;
      cutOff.samples.values().forEach(sample -> endWaiting(sample.entries(), reason));
    }
    if (shared == null) {
      drawer.shutdown();
    } else {
      shared.close(cutOff);
    }
  }

  @Override
  public void awaitEnd(Duration most) throws InterruptedException {
    if (!drawer.awaitTermination(most.toMillis(), TimeUnit.MILLISECONDS)) {
      drawer.shutdownNow();
    }
  }

  static byte[] encode(BuyerHash hash, int quantity) {
    return ByteBuffer.allocate(BuyerHash.BYTES + Integer.BYTES)
        .putLong(hash.high())
        .putLong(hash.low())
        .putInt(quantity)
        .array();
  }
}
