package io.doorbuster.gate;

import io.doorbuster.gate.FairWaves.Wave;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.Sku;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.WaveNode;
import io.doorbuster.sale.WaveNode.Bounds;
import io.doorbuster.sale.WaveNode.Candidate;
import io.doorbuster.sale.WaveNode.Hand;
import io.doorbuster.sale.WaveNode.Outcome;
import io.doorbuster.sale.WaveNode.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gate's part in the fair waves of all gates.
 *
 * <h2>Design</h2>
 *
 * A thread of its own opens each wave at the node, which fixes places and units once for all; hands
 * in what the gate's sample holds when the wave is over; and waits for the draw, which the first
 * asker makes there. Only this thread tells how many units this gate has promised, and it counts
 * its winners as promised before it tells that again.
 *
 * <p>A gate that was silent for long is given up: the others tell its entries. So it shows its life
 * once more before winners are admitted, and admits none of a wave that began before it knew that
 * it was given up.
 */
final class SharedDraws {
  private static final Logger log = LoggerFactory.getLogger(SharedDraws.class);

  /** As long as the node is away; past it nobody is left to poll for ever. */
  private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(30);

  private static final Duration LIVE_EVERY = Duration.ofMillis(500);

  /** Well below the silence after which others give this gate up. */
  private static final Duration ALIVE = Duration.ofSeconds(2);

  private static final Duration SHOWN_AHEAD = Duration.ofSeconds(10);

  /** A gate that stood still over the close still has its last wave to end. */
  private static final Duration LATE = Duration.ofMinutes(1);

  private static final Duration SOON = Duration.ofMillis(10);
  private static final Duration RETRY = Duration.ofMillis(50);

  /** Where its words go. */
  interface Host {
    /** The wave under way that has no bounds yet. */
    Optional<Wave> findUnbound();

    void bound(Wave wave, Map<String, Bounds> bounds);

    /** Null where the node could not be reached for so long that nobody waits any more. */
    void drawn(Wave wave, @Nullable Outcome outcome);

    /** Nothing more is to come. */
    void over();
  }

  private record Ended(Wave wave, @Nullable String stopped, boolean cutOff) {}

  private final Sale sale;
  private final SaleGate.Parts parts;
  private final WaveNode node;
  private final Host host;
  private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
  private final Semaphore signal = new Semaphore(0);
  private final Object life = new Object();
  private volatile long givenUpTo = -1;
  private volatile long shownAt = System.nanoTime() - LIVE_EVERY.toNanos();
  private volatile boolean away;
  private volatile boolean closed;

  SharedDraws(Sale sale, SaleGate.Parts parts, Host host) {
    this.sale = sale;
    this.parts = parts;
    this.node = parts.node();
    this.host = host;
  }

  void start() {
    Thread.ofVirtual().name("draws of " + sale.id()).start(this::run);
  }

  /** Whether the node does not answer at present. */
  boolean isAway() {
    return away;
  }

  /** A wave has begun. */
  void begun() {
    signal.release();
  }

  /**
   * A wave is over: hands it in and brings the draw.
   *
   * @param stopped why no draw may be held, or null
   */
  void ended(Wave wave, @Nullable String stopped) {
    ended.add(new Ended(wave, stopped, false));
    signal.release();
  }

  void tell(Entry entry) {
    var _ = node.tell(sale.id(), entry.standing());
  }

  /** Whether no other gate can have given this one up, and told its entries of a wave. */
  boolean isCertain(long wave) {
    return System.nanoTime() - shownAt < ALIVE.toNanos() && wave > givenUpTo;
  }

  /** Ends behind what has ended; of a wave that was cut off nobody waits for this gate's part. */
  void close(@Nullable Wave cutOff) {
    if (cutOff != null) {
      ended.add(new Ended(cutOff, null, true));
    }
    closed = true;
    signal.release();
  }

  /** Whether this gate's winners of a wave may be admitted; waits for the node's word. */
  boolean mayAdmit(long wave) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        synchronized (life) {
          showLife(List.of());
          return wave > givenUpTo;
        }
      } catch (StoreUnavailable e) {
        pause(RETRY);
      }
    }
    return false;
  }

  private void showLife(List<Report> reports) {
    synchronized (life) {
      if (!node.live(sale.id(), reports)) {
        givenUpTo = Waves.number(sale, parts.clock().instant());
        log.warn("{}: this gate was silent for too long; its entries are not counted", sale.id());
      }
      shownAt = System.nanoTime();
    }
  }

  private void run() {
    Instant end = sale.closesAt().plus(LATE);
    try {
      while (true) {
        Ended next = ended.poll();
        if (next != null) {
          settle(next);
        } else if (closed || !parts.clock().instant().isBefore(end)) {
          break;
        } else {
          boolean _ = signal.tryAcquire(workUntil().toNanos(), TimeUnit.NANOSECONDS);
          signal.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closed = true;
      host.over();
    }
  }

  /** Does what is due; returns when there is something to do again. */
  private Duration workUntil() {
    try {
      Instant from = sale.opensAt().minus(SHOWN_AHEAD);
      Instant now = parts.clock().instant();
      if (now.isBefore(from)) {
        return Duration.between(now, from);
      }
      Optional<Wave> unbound = host.findUnbound();
      if (unbound.isPresent() && !open(unbound.get())) {
        away = false;
        return SOON;
      }
      if (System.nanoTime() - shownAt >= LIVE_EVERY.toNanos()) {
        showLife(reports());
      }
      away = false;
      return LIVE_EVERY;
    } catch (StoreUnavailable e) {
      away = true;
      return RETRY;
    } catch (RuntimeException e) {
      log.error("{}: no waves for now: {}", sale.id(), e.toString(), e);
      return LIVE_EVERY;
    }
  }

  private List<Report> reports() {
    return sale.skus().stream()
        .map(Sku::id)
        .map(sku -> new Report(sku, parts.budget().outstanding(sale.id(), sku), 0))
        .toList();
  }

  private boolean open(Wave wave) {
    Optional<Map<String, Bounds>> bounds =
        node.open(sale, wave.number(), reports(), () -> parts.budget().askFree(sale));
    bounds.ifPresent(found -> host.bound(wave, found));
    return bounds.isPresent();
  }

  private void settle(Ended one) {
    long until = System.nanoTime() + GIVE_UP_AFTER.toNanos();
    boolean handedIn = false;
    while (true) {
      try {
        if (!handedIn) {
          handIn(one);
          handedIn = true;
        }
        if (one.cutOff) {
          return;
        }
        Optional<Outcome> outcome = node.findOutcome(sale, one.wave.number());
        if (outcome.isPresent()) {
          host.drawn(one.wave, outcome.get());
          return;
        }
        pause(SOON);
      } catch (StoreUnavailable e) {
        away = true;
        if (System.nanoTime() > until || Thread.currentThread().isInterrupted()) {
          host.drawn(one.wave, null);
          return;
        }
        pause(RETRY);
      } catch (RuntimeException e) {
        log.error("{}: wave {} is not drawn: {}", sale.id(), one.wave.number(), e.toString(), e);
        host.drawn(one.wave, null);
        return;
      }
    }
  }

  private void handIn(Ended one) {
    Wave wave = one.wave;
    if (!wave.isBound() && !one.cutOff) {
      boolean _ = open(wave);
    }
    List<Hand> hands =
        wave.samples().entrySet().stream()
            .map(part -> hand(part.getKey(), part.getValue(), one.cutOff))
            .toList();
    node.handIn(sale, wave.number(), hands, one.stopped);
  }

  /** Of a wave that was cut off nothing but that it is not whole. */
  private static Hand hand(String sku, Sample sample, boolean cutOff) {
    if (cutOff) {
      return new Hand(sku, 0, sample.entered() == 0, List.of());
    }
    List<Candidate> best =
        sample.entries().stream()
            .map(
                entry ->
                    new Candidate(
                        entry.priority(),
                        entry.buyerHash().toString(),
                        entry.permit().quantity(),
                        entry.permit().order()))
            .toList();
    return new Hand(sku, sample.entered(), sample.isComplete(), best);
  }

  private static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
