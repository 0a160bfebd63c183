package io.doorbuster.outbox;

import io.doorbuster.outbox.EventSink.Delivered;
import io.doorbuster.outbox.EventSink.Delivery;
import io.doorbuster.outbox.EventSink.Failed;
import io.doorbuster.outbox.EventSink.Unreachable;
import io.doorbuster.sale.StoreUnavailable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends waiting events to the sink: in order for one key, in parallel over keys, never faster than
 * the shop allows.
 *
 * <h2>Design</h2>
 *
 * One thread decides; calls run on virtual threads and report to its mailbox, so its state has no
 * lock. It reads the first undelivered event of each key: what is behind another of its key, a
 * parked one too, is not seen and so not sent. Outcomes are gathered and written together, ahead of
 * each reading and at least once in {@link #LINGER}. A crash between a call and its mark repeats
 * that event, by the same id; it loses none. One relay a store has its turn at a time.
 */
public final class Relay implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Relay.class);

  /** Events read at once, at least; with those in flight this bounds what is in memory. */
  private static final int BATCH_MIN = 256;

  /** Events read at once for each call under way: a reading costs some of them their time. */
  private static final int BATCH_A_CALL = 16;

  /** How long outcomes gather, and the least time between two readings that found few. */
  private static final Duration LINGER = Duration.ofMillis(100);

  /** How often it looks without having been called; a backoff that is over is found so too. */
  private static final Duration POLL = Duration.ofMillis(250);

  /** Reading takes at most this part of the time, however many wait for their backoff. */
  private static final int READ_SHARE = 10;

  private static final Duration STORE_RETRY = Duration.ofMillis(250);

  /** How long a stop waits for calls under way; what has no answer by then is sent again. */
  private static final Duration STOP_WAIT = Duration.ofSeconds(2);

  /**
   * How to treat the sink.
   *
   * @param perSecond calls started a second, at most; {@link #NO_LIMIT} for a broker
   * @param concurrency calls under way at a time, at most
   * @param parkAfter failures of one event after which it waits for an operator
   * @param sendTestSales whether events of test sales are sent; else they stay in the table
   */
  public record Options(int perSecond, int concurrency, int parkAfter, boolean sendTestSales) {
    public static final int NO_LIMIT = CallPace.NO_LIMIT;

    public Options {
      if (perSecond < 1 || concurrency < 1 || parkAfter < 1) {
        throw new IllegalArgumentException("perSecond, concurrency and parkAfter are 1 or more");
      }
    }
  }

  private record Ended(StoredEvent event, Delivery delivery) {}

  private final OutboxStore store;
  private final EventSink sink;
  private final Options options;
  private final InstantSource clock;
  private final int batch;
  private final Backoff backoff = new Backoff(RandomGenerator.getDefault());
  private final CallPace pace;
  private final SinkHealth health;
  private final Marks marks;
  private final Thread thread = Thread.ofPlatform().name("relay").unstarted(this::run);

  /** Ended calls; an empty one only wakes. Bounded by the calls under way and one waking. */
  private final LinkedBlockingQueue<Optional<Ended>> mailbox = new LinkedBlockingQueue<>();

  private final AtomicBoolean waking = new AtomicBoolean();
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile BooleanSupplier turn = () -> true;
  private volatile boolean closing;

  // Of the relay's thread alone; times in nanoseconds of System.nanoTime.
  private final ArrayDeque<StoredEvent> ready = new ArrayDeque<>();
  private final Map<Long, StoredEvent> inFlight = new HashMap<>();
  private boolean readWanted = true;
  private boolean moreWait;
  private long lastReadNs = System.nanoTime() - POLL.toNanos();
  private long readCostNs;
  private long storeRetryNs = System.nanoTime();
  private boolean storeAway;

  /** Reads and sends nothing before {@link #start}. */
  public Relay(OutboxStore store, EventSink sink, Options options, InstantSource clock) {
    this.store = store;
    this.sink = sink;
    this.options = options;
    this.clock = clock;
    this.batch = Math.max(BATCH_MIN, BATCH_A_CALL * options.concurrency());
    long now = System.nanoTime();
    this.pace = new CallPace(options.perSecond(), now);
    this.health = new SinkHealth(backoff, now);
    this.marks = new Marks(store, LINGER, now);
  }

  /**
   * Sends what is waiting, until it is closed.
   *
   * @param turn whether it is this process that sends, asked ahead of each call: two senders at a
   *     time would break the order of a key's events
   */
  public void start(BooleanSupplier turn) {
    this.turn = turn;
    thread.start();
  }

  /** There is something new; without it the relay finds it a moment later. */
  public void signal() {
    if (waking.compareAndSet(false, true)) {
      mailbox.add(Optional.empty());
    }
  }

  /** Events delivered since the start. */
  public long delivered() {
    return delivered.get();
  }

  /** Tries that failed since the start. */
  public long failed() {
    return failed.get();
  }

  /** Whether the last calls found nobody. */
  public boolean isSinkAway() {
    return health.isAway();
  }

  private void run() {
    long stopNs = 0;
    while (true) {
      if (closing) {
        stopNs = stopNs == 0 ? System.nanoTime() + STOP_WAIT.toNanos() : stopNs;
        if (inFlight.isEmpty() || System.nanoTime() >= stopNs) {
          break;
        }
      }
      try {
        step();
      } catch (StoreUnavailable e) {
        storeRetryNs = System.nanoTime() + STORE_RETRY.toNanos();
        if (!storeAway) {
          log.warn("events wait: {}", e.getMessage());
        }
        storeAway = true;
      } catch (RuntimeException e) {
        storeRetryNs = System.nanoTime() + STORE_RETRY.toNanos();
        log.error("the relay goes on after: {}", e.toString(), e);
      } catch (InterruptedException e) {
        break;
      }
    }
    try {
      marks.flush(System.nanoTime());
    } catch (RuntimeException e) {
      log.warn("{} events will be sent again: {}", marks.size(), e.getMessage());
    }
  }

  private void step() throws InterruptedException {
    long now = System.nanoTime();
    boolean sends = turn.getAsBoolean();
    if (!sends) { // what was read may have been sent by another before it is our turn again
      ready.clear();
    }
    if (now - storeRetryNs >= 0) {
      if (sends && !closing && ready.isEmpty() && now - readDueNs() >= 0) {
        read(now);
      } else if (marks.waitNs(now) == 0) {
        marks.flush(now);
      }
    }
    while (canStart() && startWaitNs(now) == 0) {
      start(ready.removeFirst(), now);
      now = System.nanoTime();
    }
    Optional<Ended> news = mailbox.poll(idleNs(System.nanoTime()), TimeUnit.NANOSECONDS);
    while (news != null) {
      news.ifPresentOrElse(this::end, this::woken);
      news = mailbox.poll();
    }
  }

  private void woken() {
    waking.set(false);
    readWanted = true;
  }

  private long readDueNs() {
    long gapNs = moreWait ? 0 : readWanted ? LINGER.toNanos() : POLL.toNanos();
    return lastReadNs + Math.max(gapNs, READ_SHARE * readCostNs);
  }

  /** Writes the outcomes so far, then reads what may be sent next. */
  private void read(long now) {
    marks.flush(now);
    readWanted = false;
    long startNs = System.nanoTime();
    int most = batch + inFlight.size();
    List<StoredEvent> heads = store.listHeads(clock.instant(), most);
    storeAway = false;
    lastReadNs = System.nanoTime();
    readCostNs = lastReadNs - startNs;
    moreWait = heads.size() >= most;
    for (StoredEvent head : heads) {
      if (inFlight.containsKey(head.seq())) {
        continue;
      }
      if (head.isTest() && !options.sendTestSales()) {
        marks.add(Mark.keptBack(head, clock.instant()));
        readWanted = true;
      } else {
        ready.addLast(head);
      }
    }
    readWanted |= moreWait;
  }

  /** While the sink is away one call at a time asks for it. */
  private boolean canStart() {
    int most = health.isAway() ? 1 : options.concurrency();
    return !closing && !ready.isEmpty() && inFlight.size() < most && turn.getAsBoolean();
  }

  private long startWaitNs(long now) {
    return Math.max(pace.waitNs(now), health.waitNs(now));
  }

  private void start(StoredEvent event, long now) {
    pace.started(now);
    inFlight.put(event.seq(), event);
    Thread.ofVirtual()
        .name("event")
        .start(
            () -> {
              Delivery delivery;
              try {
                delivery = sink.deliver(event);
              } catch (RuntimeException | Error e) {
                delivery = new Failed("the sink failed: " + e);
              }
              mailbox.add(Optional.of(new Ended(event, delivery)));
            });
  }

  private void end(Ended ended) {
    long now = System.nanoTime();
    pace.ended(now);
    StoredEvent event = ended.event();
    inFlight.remove(event.seq());
    readWanted = true;
    switch (ended.delivery()) {
      case Delivered() -> {
        delivered.incrementAndGet();
        marks.add(Mark.delivered(event, clock.instant()));
        health.answered();
      }
      case Failed(String reason) -> {
        failed.incrementAndGet();
        marks.add(failure(event, reason));
        health.answered();
      }
      case Unreachable(String reason) -> {
        failed.incrementAndGet();
        ready.addFirst(event);
        health.missed(reason, now);
      }
    }
  }

  private Mark failure(StoredEvent event, String reason) {
    int failures = event.attempts() + 1;
    if (failures >= options.parkAfter()) {
      log.warn("event {} is parked after {} tries: {}", event.id(), failures, reason);
      return Mark.parked(event, clock.instant(), reason);
    }
    return Mark.failed(event, clock.instant().plus(backoff.after(failures)), reason);
  }

  /** How long nothing can be due. */
  private long idleNs(long now) {
    long wait = POLL.toNanos();
    if (canStart()) {
      wait = Math.min(wait, startWaitNs(now));
    }
    long storeWait = marks.waitNs(now);
    if (ready.isEmpty() && !closing && turn.getAsBoolean()) {
      storeWait = Math.min(storeWait, readDueNs() - now);
    }
    return Math.max(0, Math.min(wait, Math.max(storeWait, storeRetryNs - now)));
  }

  /**
   * Starts no further call, waits a bounded time for those under way, writes their outcomes, and
   * closes the sink.
   */
  @Override
  public void close() {
    closing = true;
    signal();
    try {
      if (thread.isAlive()) {
        boolean _ = thread.join(STOP_WAIT.plus(STORE_RETRY));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sink.close();
  }
}
