package io.doorbuster.gate;

import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.WaveRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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
 * they wait; if the operator has paused the sale by then, the draw is not held.
 */
final class FairWaves implements Waves {
  private static final Duration RETRY_SAVE = Duration.ofMillis(300);

  /** A wave under way: a sample a SKU. */
  private record Wave(long number, Instant drawAt, Map<String, Sample> samples) {}

  private final Sale sale;
  private final Draw draw;
  private final Budget budget;
  private final OrderIds ids;
  private final WaveLedger ledger;
  private final BuyerLimiter limiter;
  private final Entries entries;
  private final Consumer<List<Permit>> winners;
  private final BooleanSupplier paused;
  private final ExecutorService drawer =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("draw-", 0).factory());
  private final Object lock = new Object();
  private @Nullable Wave wave;
  private boolean closed;

  FairWaves(
      Sale sale,
      Draw draw,
      Budget budget,
      OrderIds ids,
      WaveLedger ledger,
      BuyerLimiter limiter,
      Entries entries,
      Consumer<List<Permit>> winners,
      BooleanSupplier paused) {
    this.sale = sale;
    this.draw = draw;
    this.budget = budget;
    this.ids = ids;
    this.ledger = ledger;
    this.limiter = limiter;
    this.entries = entries;
    this.winners = winners;
    this.paused = paused;
  }

  @Override
  public Verdict enter(Ask ask, Instant now) {
    BuyerHash hash = draw.hash(ask.buyer());
    Entry pushedOut;
    synchronized (lock) {
      rollLocked(now);
      Wave current = wave;
      if (current == null) {
        return Verdict.Refused.of(Refusal.CLOSED);
      }
      if (!limiter.enter(ask.limiterKey(), current.number)) {
        return enterAgain(ask, current, now);
      }
      Sample sample = current.samples.get(ask.sku());
      if (sample == null) {
        return Verdict.Refused.of(Refusal.INVALID);
      }
      sample.count(hash, ask.quantity());
      long priority = draw.priority(ask.sku(), current.number, hash);
      if (!sample.takes(priority)) {
        return Verdict.Refused.of(Refusal.NOT_RELEASED, Waves.untilNextTry(sale, now));
      }
      Permit permit =
          new Permit(
              ids.mint(sale.id(), ask.buyer()),
              sale.id(),
              ask.sku(),
              ask.buyer(),
              ask.quantity(),
              current.number,
              current.drawAt,
              ask.shopRef());
      Entry entry = new Entry(permit, hash, priority, current.drawAt);
      entries.add(entry);
      pushedOut = sample.add(entry);
      if (pushedOut == null) {
        return new Verdict.Waiting(entry);
      }
      entries.end(pushedOut, null, now.toEpochMilli());
      return new Verdict.Waiting(entry);
    }
  }

  /** One entry a buyer a wave: the first is kept, and asking again returns it. */
  private Verdict enterAgain(Ask ask, Wave current, Instant now) {
    Entry entry = entries.find(ask.buyer());
    if (entry != null
        && entry.permit().wave() == current.number
        && entry.state() == Entry.State.WAITING) {
      return new Verdict.Waiting(entry);
    }
    return Verdict.Refused.of(Refusal.NOT_RELEASED, Waves.untilNextTry(sale, now));
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
    Instant drawAt = Waves.opensAt(sale, number + 1);
    if (number >= 0 && !closed && !drawAt.isAfter(sale.lastWaveEnd())) {
      wave = start(number, drawAt);
    }
  }

  private Wave start(long number, Instant drawAt) {
    Map<String, Sample> samples = new LinkedHashMap<>();
    for (Sku sku : sale.skus()) {
      int units = Math.max(0, budget.units(sale.id(), sku.id()));
      samples.put(sku.id(), new Sample(Math.min(sale.release().wave(), units), units));
    }
    return new Wave(number, drawAt, samples);
  }

  private void end(Wave ended) {
    List<Entry> drawn = new ArrayList<>();
    List<Entry> notDrawn = new ArrayList<>();
    List<WaveRecord> records = new ArrayList<>();
    boolean held = !paused.getAsBoolean();
    ended.samples.forEach(
        (sku, sample) -> {
          Sample.Result result = sample.draw(held);
          drawn.addAll(result.drawn());
          notDrawn.addAll(result.notDrawn());
          if (sample.entered() > 0) {
            records.add(record(ended, sku, sample, result, held));
          }
        });
    drawn.forEach(entry -> budget.permit(entry.permit()));
    if (!records.isEmpty()) {
      drawer.execute(() -> conclude(records, drawn, notDrawn, held, ended.drawAt));
    }
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

  private void conclude(
      List<WaveRecord> records, List<Entry> drawn, List<Entry> notDrawn, boolean held, Instant at) {
    save(records);
    notDrawn.forEach(entry -> entries.end(entry, held ? null : "paused", at.toEpochMilli()));
    drawn.forEach(entries::drawn);
    if (!drawn.isEmpty()) {
      winners.accept(drawn.stream().map(Entry::permit).toList());
    }
  }

  /** Goes on until the store has the wave: its winners may not be admitted before. */
  private void save(List<WaveRecord> records) {
    while (true) {
      try {
        ledger.save(records);
        return;
      } catch (StoreUnavailable e) {
        try {
          TimeUnit.MILLISECONDS.sleep(RETRY_SAVE.toMillis());
        } catch (InterruptedException stopped) {
          Thread.currentThread().interrupt();
          throw e;
        }
      }
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      Wave ended = wave;
      if (ended != null) {
        wave = null;
        end(ended);
      }
    }
    drawer.shutdown();
  }

  /** How many entries wait, for the metrics. */
  int waiting() {
    synchronized (lock) {
      return wave == null ? 0 : wave.samples.values().stream().mapToInt(Sample::size).sum();
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
