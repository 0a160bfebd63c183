package io.doorbuster.gate;

import io.doorbuster.sale.GatePart;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.WaveRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waves that admit the first to arrive.
 *
 * <h2>Design</h2>
 *
 * A wave's places come from {@link Places}: all of them where this gate is alone, else a part that
 * was leased ahead. A request only counts what is there. Their records are written on a thread of
 * this sale, behind the sale and not ahead of it: with nothing drawn there is nothing to verify,
 * only to explain.
 */
final class FirstWaves implements Waves {
  /** Finished waves that wait for the store; past it the oldest are dropped. */
  private static final int UNSAVED_MAX = 10_000;

  private static final Duration RETRY_SAVE = Duration.ofMillis(300);

  /** A wave without requests is finished so long after its end. */
  private static final Duration LATE = Duration.ofSeconds(1);

  /** One SKU's wave under way. */
  private static final class Wave {
    final long number;
    final int k;
    final int units;
    int placesLeft;
    int unitsLeft;
    int entries;
    int admitted;

    Wave(long number, Places.Slice slice) {
      this.number = number;
      this.k = slice.k();
      this.units = slice.units();
      add(slice);
    }

    void add(Places.Slice slice) {
      placesLeft += slice.places();
      unitsLeft += slice.placeUnits();
    }

    boolean hasRoom(int quantity) {
      return placesLeft > 0 && quantity <= unitsLeft;
    }
  }

  private final Sale sale;
  private final SaleGate.Parts parts;
  private final ExecutorService saver =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("wave-", 0).factory());
  private final Object lock = new Object();
  private final Places places;
  private final Map<String, Wave> waves = new HashMap<>();
  private final List<WaveRecord> finished = new ArrayList<>();
  private boolean saving;
  private boolean closed;

  FirstWaves(Sale sale, SaleGate.Parts parts) {
    this.sale = sale;
    this.parts = parts;
    this.places =
        parts.node().isShared()
            ? new LeasedPlaces(sale, parts, lock, this::promised)
            : (sku, number) -> ownPlaces(sku);
  }

  /** All that there is: nobody else gives any. */
  private Places.@Nullable Slice ownPlaces(String sku) {
    OptionalInt budget = parts.budget().units(sale.id(), sku);
    if (budget.isEmpty()) {
      return null;
    }
    int units = Math.max(0, budget.getAsInt());
    int k = Math.min(sale.release().wave(), units);
    return new Places.Slice(k, units, k, units);
  }

  /** Units of permits and of places that may still be given. */
  private int promised(String sku) {
    Wave wave = waves.get(sku);
    long current = Waves.number(sale, parts.clock().instant());
    int toGive = 0;
    if (wave != null && wave.number >= current) {
      toGive = Math.min(wave.unitsLeft, wave.placesLeft * sale.limits().perBuyer());
    }
    return parts.budget().outstanding(sale.id(), sku) + toGive;
  }

  @Override
  public Verdict enter(Ask ask, Instant now) {
    synchronized (lock) {
      places.arrived(ask.sku());
      Wave wave = current(ask.sku(), now);
      if (wave == null) {
        Refusal why = closed ? Refusal.OVERLOADED : places.whyNone();
        return Verdict.Refused.of(why, Waves.untilNextTry(sale, now));
      }
      wave.entries++;
      if (!wave.hasRoom(ask.quantity())) {
        Places.Slice more = places.more(ask.sku(), wave.number);
        if (more != null) {
          wave.add(more);
        }
      }
      if (!wave.hasRoom(ask.quantity())) {
        return Verdict.Refused.of(Refusal.NOT_RELEASED, Waves.untilNextTry(sale, now));
      }
      wave.admitted++;
      wave.placesLeft--;
      wave.unitsLeft -= ask.quantity();
      Permit permit = Waves.permit(parts.ids(), sale, ask, wave.number, now);
      parts.budget().permit(permit);
      return new Verdict.Admitted(permit);
    }
  }

  /**
   * Null where these waves were ended ahead of their sale, by a stop or for other rules to come,
   * where the sale's units are not there yet, or none of the wave's places was leased.
   */
  private @Nullable Wave current(String sku, Instant now) {
    if (closed) {
      return null;
    }
    long number = Waves.number(sale, now);
    Wave wave = waves.get(sku);
    if (wave == null || wave.number < number) {
      Places.Slice slice = places.open(sku, number);
      if (slice == null) {
        return null;
      }
      finish(sku, wave);
      wave = new Wave(number, slice);
      waves.put(sku, wave);
    }
    return wave;
  }

  private void finish(String sku, @Nullable Wave wave) {
    if (wave != null) {
      keep(
          new WaveRecord(
              sale.id(),
              sku,
              wave.number,
              Waves.opensAt(sale, wave.number),
              wave.k,
              wave.units,
              wave.entries,
              wave.admitted,
              null,
              true,
              null,
              GatePart.of(parts.node(), wave.entries, wave.admitted, true)));
    }
  }

  private void keep(WaveRecord wave) {
    if (finished.size() >= UNSAVED_MAX) {
      finished.removeFirst();
    }
    finished.add(wave);
  }

  @Override
  public void roll(Instant now) {
    synchronized (lock) {
      Instant over = now.minus(sale.release().every()).minus(LATE);
      waves
          .entrySet()
          .removeIf(
              wave -> {
                boolean past = Waves.opensAt(sale, wave.getValue().number).isBefore(over);
                if (past) {
                  finish(wave.getKey(), wave.getValue());
                }
                return past;
              });
      if (!closed) {
        startSaving();
      }
    }
  }

  private void startSaving() {
    if (!saving && !finished.isEmpty()) {
      saving = true;
      List<WaveRecord> records = List.copyOf(finished);
      finished.clear();
      saver.execute(() -> save(records));
    }
  }

  private void save(List<WaveRecord> records) {
    boolean saved = false;
    try {
      parts.ledger().save(records);
      saved = true;
    } catch (StoreUnavailable e) {
      pause();
    } finally {
      synchronized (lock) {
        saving = false;
        if (!saved) {
          List<WaveRecord> later = List.copyOf(finished);
          finished.clear();
          records.forEach(this::keep);
          later.forEach(this::keep);
        }
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(RETRY_SAVE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      places.close();
      waves.forEach(this::finish);
      waves.clear();
      // Behind a save that is under way, so that what it could not keep is tried once more.
      saver.execute(this::saveTheRest);
    }
    saver.shutdown();
  }

  private void saveTheRest() {
    List<WaveRecord> records;
    synchronized (lock) {
      records = List.copyOf(finished);
      finished.clear();
    }
    if (!records.isEmpty()) {
      save(records);
    }
  }

  @Override
  public void awaitEnd(Duration most) throws InterruptedException {
    if (!saver.awaitTermination(most.toMillis(), TimeUnit.MILLISECONDS)) {
      saver.shutdownNow();
    }
  }
}
