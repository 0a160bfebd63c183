package io.doorbuster.gate;

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
 * Waves that admit the first to arrive. Their records are written on a thread of this sale, behind
 * the sale and not ahead of it: with nothing drawn there is nothing to verify, only to explain.
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
    int unitsLeft;
    int entries;
    int admitted;

    Wave(long number, int k, int units) {
      this.number = number;
      this.k = k;
      this.units = units;
      this.unitsLeft = units;
    }
  }

  private final Sale sale;
  private final SaleGate.Parts parts;
  private final ExecutorService saver =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("wave-", 0).factory());
  private final Object lock = new Object();
  private final Map<String, Wave> waves = new HashMap<>();
  private final List<WaveRecord> finished = new ArrayList<>();
  private boolean saving;
  private boolean closed;

  FirstWaves(Sale sale, SaleGate.Parts parts) {
    this.sale = sale;
    this.parts = parts;
  }

  @Override
  public Verdict enter(Ask ask, Instant now) {
    synchronized (lock) {
      Wave wave = current(ask.sku(), now);
      if (wave == null) {
        return Verdict.Refused.of(Refusal.OVERLOADED, Waves.untilNextTry(sale, now));
      }
      wave.entries++;
      if (wave.admitted >= wave.k || ask.quantity() > wave.unitsLeft) {
        return Verdict.Refused.of(Refusal.NOT_RELEASED, Waves.untilNextTry(sale, now));
      }
      wave.admitted++;
      wave.unitsLeft -= ask.quantity();
      Permit permit = Waves.permit(parts.ids(), sale, ask, wave.number, now);
      parts.budget().permit(permit);
      return new Verdict.Admitted(permit);
    }
  }

  /**
   * Null where these waves were ended ahead of their sale, by a stop or for other rules to come, or
   * where the sale's units are not there yet.
   */
  private @Nullable Wave current(String sku, Instant now) {
    if (closed) {
      return null;
    }
    long number = Waves.number(sale, now);
    Wave wave = waves.get(sku);
    if (wave == null || wave.number < number) {
      OptionalInt budget = parts.budget().units(sale.id(), sku);
      if (budget.isEmpty()) {
        return null;
      }
      finish(sku, wave);
      int units = Math.max(0, budget.getAsInt());
      wave = new Wave(number, Math.min(sale.release().wave(), units), units);
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
              null));
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
