package io.doorbuster.gate;

import io.doorbuster.sale.Sale;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.WaveNode;
import io.doorbuster.sale.WaveNode.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This gate's part of each wave, leased from the node that all gates share.
 *
 * <h2>Design</h2>
 *
 * A thread of its own leases each wave shortly before it opens, so that its first requests find
 * places and no request ever asks the node. It tells how many units this gate has promised, once
 * more ahead of the leases of all gates, and how many requests came since its last report: by those
 * the node shares a wave out. A slice that is used up while requests still come makes the thread
 * ask for more of what nobody has, a few times a wave. What was not given lapses with its wave.
 */
final class LeasedPlaces implements Places {
  private static final Logger log = LoggerFactory.getLogger(LeasedPlaces.class);

  /**
   * A lease ahead keeps the last wave's unspent units from this one: not much earlier than needed.
   */
  private static final Duration AHEAD_MOST = Duration.ofMillis(200);

  /** The node has to know of all gates before the first wave is shared out. */
  private static final Duration SHOWN_AHEAD = Duration.ofSeconds(10);

  private static final Duration LIVE_EVERY = Duration.ofMillis(500);
  private static final Duration RETRY = Duration.ofMillis(50);
  private static final int ASKS_MAX = 5;

  private final Sale sale;
  private final SaleGate.Parts parts;
  private final Object lock;
  private final ToIntFunction<String> promised;
  private final Duration ahead;
  private final Semaphore signal = new Semaphore(0);
  private final Map<String, Map<Long, Slice>> ready = new HashMap<>();
  private final Map<String, Integer> arrivals = new HashMap<>();
  private final Set<String> wanting = new HashSet<>();
  private final Set<String> exhausted = new HashSet<>();
  private long leased = -1;
  private long reported = -1;
  private int asks;
  private long shownAt = System.nanoTime() - LIVE_EVERY.toNanos();
  private volatile boolean away;
  private volatile boolean closed;

  /**
   * @param lock of the waves; every method of {@link Places} is called under it
   * @param promised units of a SKU that the waves have promised: permits, and places not yet given
   */
  LeasedPlaces(Sale sale, SaleGate.Parts parts, Object lock, ToIntFunction<String> promised) {
    this.sale = sale;
    this.parts = parts;
    this.lock = lock;
    this.promised = promised;
    Duration half = sale.release().every().dividedBy(2);
    this.ahead = half.compareTo(AHEAD_MOST) < 0 ? half : AHEAD_MOST;
    if (parts.clock().instant().isBefore(sale.closesAt())) {
      Thread.ofVirtual().name("leases of " + sale.id()).start(this::run);
    }
  }

  @Override
  public @Nullable Slice open(String sku, long number) {
    Map<Long, Slice> slices = ready.getOrDefault(sku, Map.of());
    if (slices.isEmpty()) {
      return null;
    }
    slices.keySet().removeIf(wave -> wave < number);
    return slices.remove(number);
  }

  @Override
  public Refusal whyNone() {
    return away ? Refusal.OVERLOADED : Refusal.NOT_RELEASED;
  }

  @Override
  public void arrived(String sku) {
    arrivals.merge(sku, 1, Integer::sum);
  }

  @Override
  public @Nullable Slice more(String sku, long number) {
    Slice more = open(sku, number);
    if (more == null && asks < ASKS_MAX && !exhausted.contains(sku) && wanting.add(sku)) {
      signal.release();
    }
    return more;
  }

  @Override
  public void close() {
    closed = true;
    signal.release();
  }

  private void run() {
    while (!closed && parts.clock().instant().isBefore(sale.closesAt())) {
      Duration wait;
      try {
        wait = step(parts.clock().instant());
        away = false;
      } catch (StoreUnavailable e) {
        away = true;
        wait = RETRY;
        log.debug("{}: no places for now: {}", sale.id(), e.getMessage());
      } catch (RuntimeException e) {
        wait = LIVE_EVERY;
        log.error("{}: no places for now: {}", sale.id(), e.toString(), e);
      }
      try {
        boolean _ = signal.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
        signal.drainPermits();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Does what is due; returns when there is something to do again. */
  private Duration step(Instant now) {
    Instant from = sale.opensAt().minus(SHOWN_AHEAD);
    if (now.isBefore(from)) {
      return Duration.between(now, from);
    }
    long current = Waves.number(sale, now);
    Instant next = Waves.opensAt(sale, current + 1).minus(ahead);
    long last = now.isBefore(next) ? current : current + 1;
    for (long number = Math.max(0, current); number <= last; number++) {
      if (number > leased && Waves.opensAt(sale, number).isBefore(sale.closesAt())) {
        if (!lease(number)) {
          return RETRY;
        }
      }
    }
    if (last == current) {
      askForMore(current);
    }
    Instant reportAt = next.minus(ahead.dividedBy(2));
    boolean due = !now.isBefore(reportAt) && reported < current;
    if (due || System.nanoTime() - shownAt >= LIVE_EVERY.toNanos()) {
      show();
      reported = due ? current : reported;
    }
    Instant then = last > current ? next.plus(ahead) : now.isBefore(reportAt) ? reportAt : next;
    Duration untilNext = Duration.between(parts.clock().instant(), then);
    return untilNext.compareTo(LIVE_EVERY) < 0 ? untilNext : LIVE_EVERY;
  }

  /** Whoever fixes the next wave is to know what has become of this one's places. */
  private void show() {
    List<Report> reports = new ArrayList<>();
    synchronized (lock) {
      sale.skus().forEach(sku -> reports.add(report(sku.id(), 0)));
    }
    parts.node().live(sale.id(), reports);
    shownAt = System.nanoTime();
  }

  /** Whether the node had something to say on each SKU. */
  private boolean lease(long number) {
    List<Report> reports = new ArrayList<>();
    synchronized (lock) {
      for (Sku sku : sale.skus()) {
        reports.add(report(sku.id(), arrivals.getOrDefault(sku.id(), 0)));
      }
    }
    if (!take(number, 1, reports)) {
      return false;
    }
    synchronized (lock) {
      leased = number;
      asks = 1;
      wanting.clear();
      for (Report report : reports) {
        arrivals.merge(report.sku(), -report.arrivals(), Integer::sum);
      }
    }
    return true;
  }

  private void askForMore(long number) {
    List<Report> reports = new ArrayList<>();
    int ask;
    synchronized (lock) {
      wanting.forEach(sku -> reports.add(report(sku, 0)));
      if (reports.isEmpty() || number != leased) {
        return;
      }
      ask = asks + 1;
    }
    if (take(number, ask, reports)) {
      synchronized (lock) {
        asks = ask;
        reports.forEach(report -> wanting.remove(report.sku()));
      }
    }
  }

  /** What is ready of a wave that is over has lapsed. */
  private Report report(String sku, int arrived) {
    Map<Long, Slice> slices = ready.computeIfAbsent(sku, k -> new HashMap<>());
    long current = Waves.number(sale, parts.clock().instant());
    slices.keySet().removeIf(wave -> wave < current);
    int waiting = slices.values().stream().mapToInt(Slice::placeUnits).sum();
    return new Report(sku, promised.applyAsInt(sku) + waiting, arrived);
  }

  private boolean take(long number, int ask, List<Report> reports) {
    List<WaveNode.Slice> slices =
        parts.node().lease(sale, number, ask, reports, () -> parts.budget().askFree(sale));
    shownAt = System.nanoTime();
    if (slices.size() < reports.size()) {
      return false; // the same ask brings the same slices again
    }
    synchronized (lock) {
      if (ask == 1) {
        exhausted.clear();
      }
      for (WaveNode.Slice slice : slices) {
        if (slice.placesLeft() == 0) {
          exhausted.add(slice.sku());
        }
        ready
            .computeIfAbsent(slice.sku(), sku -> new HashMap<>())
            .merge(
                number,
                new Slice(slice.k(), slice.units(), slice.places(), slice.placeUnits()),
                Slice::plus);
      }
    }
    return true;
  }
}
