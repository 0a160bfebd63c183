package io.doorbuster.gate;

import io.doorbuster.sale.OrderIds;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.WaveRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Waves that admit the first to arrive. */
final class FirstWaves implements Waves {
  /** Finished waves that wait for the store; past it the oldest are dropped and counted. */
  private static final int UNSAVED_MAX = 10_000;

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
  private final Budget budget;
  private final OrderIds ids;
  private final WaveLedger ledger;
  private final Object lock = new Object();
  private final Map<String, Wave> waves = new HashMap<>();
  private final List<WaveRecord> finished = new ArrayList<>();
  private boolean closed;

  FirstWaves(Sale sale, Budget budget, OrderIds ids, WaveLedger ledger) {
    this.sale = sale;
    this.budget = budget;
    this.ids = ids;
    this.ledger = ledger;
  }

  @Override
  public Verdict enter(Ask ask, Instant now) {
    synchronized (lock) {
      Wave wave = current(ask.sku(), now);
      if (wave == null) {
        return Verdict.Refused.of(Refusal.CLOSED);
      }
      wave.entries++;
      if (wave.admitted >= wave.k || ask.quantity() > wave.unitsLeft) {
        return Verdict.Refused.of(Refusal.NOT_RELEASED, Waves.untilNextTry(sale, now));
      }
      wave.admitted++;
      wave.unitsLeft -= ask.quantity();
      Permit permit =
          new Permit(
              ids.mint(sale.id(), ask.buyer()),
              sale.id(),
              ask.sku(),
              ask.buyer(),
              ask.quantity(),
              wave.number,
              now,
              ask.shopRef());
      budget.permit(permit);
      return new Verdict.Admitted(permit);
    }
  }

  private @Nullable Wave current(String sku, Instant now) {
    if (closed) {
      return null;
    }
    long number = Waves.number(sale, now);
    Wave wave = waves.get(sku);
    if (wave == null || wave.number < number) {
      finish(sku, wave);
      int units = Math.max(0, budget.units(sale.id(), sku));
      wave = new Wave(number, Math.min(sale.release().wave(), units), units);
      waves.put(sku, wave);
    }
    return wave;
  }

  private void finish(String sku, @Nullable Wave wave) {
    if (wave != null) {
      if (finished.size() >= UNSAVED_MAX) {
        finished.removeFirst();
      }
      finished.add(
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

  @Override
  public void roll(Instant now) {
    List<WaveRecord> records;
    synchronized (lock) {
      Instant over = now.minus(sale.release().every()).minus(Duration.ofSeconds(1));
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
      if (finished.isEmpty()) {
        return;
      }
      records = List.copyOf(finished);
      finished.clear();
    }
    save(records);
  }

  private void save(List<WaveRecord> records) {
    try {
      ledger.save(records);
    } catch (StoreUnavailable e) {
      synchronized (lock) {
        finished.addAll(0, records);
        while (finished.size() > UNSAVED_MAX) {
          finished.removeFirst();
        }
      }
    }
  }

  @Override
  public void close() {
    List<WaveRecord> records;
    synchronized (lock) {
      closed = true;
      waves.forEach(this::finish);
      waves.clear();
      records = List.copyOf(finished);
      finished.clear();
    }
    if (!records.isEmpty()) {
      save(records);
    }
  }
}
