package io.doorbuster.page;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a target as it is wanted: says it again, with longer and longer waits, until the target has
 * taken it.
 *
 * <h2>Design</h2>
 *
 * Of each sale only the newest wish is kept, so that a burst of changes while a bucket is away
 * takes no more memory, and no more calls, than one. A target that is near is written by whoever
 * wishes; all else, and what a near one has refused, is done by a thread of its own, one sale at a
 * time: it must hold up nobody who tells of a pause. The same wish again is nothing new, unless it
 * is said to be done anew.
 */
final class PageWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PageWriter.class);

  /** After the first refusal; doubled at each further one. */
  private static final long RETRY_MS = 1_000;

  private static final long RETRY_MS_MAX = 30_000;

  /** What is not written when we stop is written at the next start. */
  private static final Duration STOP_WAIT = Duration.ofSeconds(2);

  /** What a sale's files are to be; with none they are to be gone. */
  private static final class Wish {
    final String sale;
    final List<Encoded> files;
    final boolean anew;
    final AtomicInteger written = new AtomicInteger();

    /** Guarded by the writer, as the next ones are. */
    boolean done;

    String fault = "";
    long waitMs = RETRY_MS;
    long dueNs = System.nanoTime();

    Wish(String sale, List<Encoded> files, boolean anew) {
      this.sale = sale;
      this.files = files;
      this.anew = anew;
    }

    boolean isFor(List<Encoded> others) {
      return names(files).equals(names(others));
    }

    private static Set<String> names(List<Encoded> files) {
      Set<String> names = new HashSet<>();
      files.forEach(file -> names.add(file.file().name() + " " + file.etag()));
      return names;
    }
  }

  private final PageTarget target;
  private final long retryMs;
  private final Map<String, Wish> newest = new HashMap<>();

  /** One hand on the target at a time. */
  private final ReentrantLock hand = new ReentrantLock();

  private @Nullable Thread thread;
  private boolean closed;

  PageWriter(PageTarget target) {
    this(target, RETRY_MS);
  }

  PageWriter(PageTarget target, long retryMs) {
    this.target = target;
    this.retryMs = retryMs;
  }

  PageTarget target() {
    return target;
  }

  /**
   * The target is to have these files.
   *
   * @param anew also where it has been given just these before
   */
  void want(String sale, List<Encoded> files, boolean anew) {
    Wish wish = new Wish(sale, List.copyOf(files), anew);
    synchronized (this) {
      Wish before = newest.get(sale);
      if (closed || (before != null && before.isFor(files) && !anew)) {
        return;
      }
      wish.waitMs = retryMs;
      newest.put(sale, wish);
    }
    if (target.isNear()) {
      tryNow(wish);
    }
    wakeThread();
  }

  /** Where the target stands with a sale. */
  synchronized PagePublisher.Target status(String sale) {
    Optional<Wish> wish = Optional.ofNullable(newest.get(sale));
    return new PagePublisher.Target(
        target.kind(),
        target.where(),
        wish.map(w -> w.written.get()).orElse(0),
        wish.map(w -> w.files.size()).orElse(0),
        wish.map(w -> w.done).orElse(true),
        wish.map(w -> w.fault).orElse(""));
  }

  /** Returns when the target has taken what is wanted, has refused it, or the time is over. */
  synchronized PagePublisher.Target await(String sale, Duration most) throws InterruptedException {
    long untilNs = System.nanoTime() + most.toNanos();
    PagePublisher.Target now = status(sale);
    while (!now.done() && now.fault().isEmpty() && !closed) {
      long leftMs = TimeUnit.NANOSECONDS.toMillis(untilNs - System.nanoTime());
      if (leftMs <= 0) {
        return now;
      }
      wait(leftMs);
      now = status(sale);
    }
    return now;
  }

  private synchronized void wakeThread() {
    boolean idle = newest.values().stream().allMatch(wish -> wish.done);
    if (thread == null && !idle && !closed) {
      thread = Thread.ofVirtual().name("page-writer").start(this::run);
    }
    notifyAll();
  }

  private void run() {
    try {
      while (true) {
        Wish next = awaitDue();
        hand.lockInterruptibly();
        try {
          attempt(next);
        } finally {
          hand.unlock();
        }
      }
    } catch (InterruptedException e) {
      log.debug("stopped", e);
    }
  }

  private synchronized Wish awaitDue() throws InterruptedException {
    while (true) {
      Optional<Wish> first =
          newest.values().stream()
              .filter(wish -> !wish.done)
              .min(Comparator.comparingLong(wish -> wish.dueNs - System.nanoTime()));
      if (first.isEmpty()) {
        wait();
        continue;
      }
      long waitNs = first.get().dueNs - System.nanoTime();
      if (waitNs <= 0) {
        return first.get();
      }
      wait(TimeUnit.NANOSECONDS.toMillis(waitNs) + 1);
    }
  }

  private void tryNow(Wish wish) {
    hand.lock();
    try {
      attempt(wish);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      hand.unlock();
    }
  }

  private void attempt(Wish wish) throws InterruptedException {
    synchronized (this) {
      if (wish.done || newest.get(wish.sale) != wish) {
        return;
      }
    }
    wish.written.set(0);
    String fault = "";
    try {
      if (wish.files.isEmpty()) {
        target.remove(wish.sale);
      } else {
        target.put(wish.sale, wish.files, wish.anew, wish.written::incrementAndGet);
      }
    } catch (IOException e) {
      fault = Objects.requireNonNullElse(e.getMessage(), e.toString());
    } catch (RuntimeException e) {
      log.error("the page of {} is not written", wish.sale, e);
      fault = "a fault of ours: " + e;
    }
    end(wish, fault);
  }

  private synchronized void end(Wish wish, String fault) {
    if (fault.isEmpty()) {
      if (!wish.fault.isEmpty()) {
        log.info("the page of {} is written now: {}", wish.sale, target.where());
      }
      wish.done = true;
    } else {
      if (!fault.equals(wish.fault)) {
        log.warn("the page of {} is not written, and tried again: {}", wish.sale, fault);
      }
      wish.dueNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wish.waitMs);
      wish.waitMs = Math.min(2 * wish.waitMs, RETRY_MS_MAX);
    }
    wish.fault = fault;
    notifyAll();
  }

  /** Breaks off what is under way. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      running = thread;
      notifyAll();
    }
    if (running != null) {
      running.interrupt();
      try {
        running.join(STOP_WAIT);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    target.close();
  }
}
