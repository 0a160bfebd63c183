package io.doorbuster.inventory.redis;

import io.doorbuster.sale.StoreUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The servers' time, told from this machine's monotonic clock and an offset that is measured again
 * and again: a gate whose own clock is wrong numbers waves like the others.
 */
final class RedisClock implements InstantSource {
  private static final List<String> KEYS = List.of("{clock:waves}");
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Of these the round trip that was the shortest tells best; the others are too late. */
  private static final int SAMPLES = 5;

  /** What is to be added to the monotonic clock, and how long the question took. */
  private record Sample(long offset, long took) {}

  private final Redis redis;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private final Thread watch = Thread.ofVirtual().name("redis-clock").unstarted(this::watch);
  private volatile long offset;

  /** Asks for the time at once. */
  RedisClock(Redis redis) {
    this.redis = redis;
    for (int i = 0; i < SAMPLES; i++) {
      measure();
    }
    watch.start();
  }

  private void measure() {
    long before = System.nanoTime();
    List<?> time = redis.run(Script.WAVE_TIME, KEYS, List.of());
    long took = System.nanoTime() - before;
    long told =
        TimeUnit.SECONDS.toNanos(Long.parseLong(time.get(0).toString()))
            + TimeUnit.MICROSECONDS.toNanos(Long.parseLong(time.get(1).toString()));
    samples.add(new Sample(told - before - took / 2, took));
    if (samples.size() > SAMPLES) {
      samples.remove();
    }
    offset = samples.stream().min(Comparator.comparingLong(Sample::took)).map(Sample::offset).get();
  }

  private void watch() {
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(EVERY.toMillis());
        try {
          measure();
        } catch (StoreUnavailable e) {
          // The monotonic clock goes on meanwhile.
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Instant instant() {
    long now = System.nanoTime() + offset;
    long second = TimeUnit.SECONDS.toNanos(1);
    return Instant.ofEpochSecond(Math.floorDiv(now, second), Math.floorMod(now, second));
  }

  void close() {
    watch.interrupt();
  }
}
