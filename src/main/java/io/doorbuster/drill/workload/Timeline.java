package io.doorbuster.drill.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.IntCountsHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts and latencies by the second, for the report's plots. A verdict counts when it came, a
 * latency when its request was due: so a second shows how those fared who wanted something in it.
 */
public final class Timeline {
  /** An hour; what comes later is counted in the last second. Some 25 KB each. */
  static final int SECONDS_MAX = 3_600;

  /** Of the milliseconds waited by those of one second. */
  public record Latency(long p50, long p99, long max) {}

  /**
   * One second's figures.
   *
   * @param second since 1970
   * @param verdicts how often each was given; see {@link Call#verdict}
   * @param asks null where nobody asked
   * @param clickToPay null where no click led to the pay page
   */
  public record Second(
      long second,
      Map<String, Long> verdicts,
      @Nullable Latency asks,
      @Nullable Latency clickToPay) {}

  /** A second while it is counted. */
  private static final class Bucket {
    private final Map<String, Long> verdicts = new TreeMap<>();
    private @Nullable IntCountsHistogram asks;
    private @Nullable IntCountsHistogram clickToPay;
  }

  private final TreeMap<Long, Bucket> buckets = new TreeMap<>();

  /** Counts a call; how long an ask took is told apart, since not each has an answer. */
  void add(Call call) {
    at(call.endedMs()).verdicts.merge(call.verdict(), 1L, Long::sum);
  }

  void ask(long intendedMs, long tookMs) {
    Bucket bucket = at(intendedMs);
    bucket.asks = recorded(bucket.asks, tookMs);
  }

  void clickToPay(long clickedMs, long tookMs) {
    Bucket bucket = at(clickedMs);
    bucket.clickToPay = recorded(bucket.clickToPay, tookMs);
  }

  private static IntCountsHistogram recorded(@Nullable IntCountsHistogram known, long tookMs) {
    IntCountsHistogram histogram = known == null ? new IntCountsHistogram(3) : known;
    histogram.setAutoResize(true);
    histogram.recordValue(tookMs);
    return histogram;
  }

  private Bucket at(long ms) {
    long second = Math.floorDiv(ms, 1_000L);
    boolean full = buckets.size() >= SECONDS_MAX && !buckets.containsKey(second);
    return buckets.computeIfAbsent(full ? buckets.lastKey() : second, s -> new Bucket());
  }

  /** The seconds in which something happened, in their order. */
  List<Second> seconds() {
    List<Second> seconds = new ArrayList<>();
    buckets.forEach(
        (second, bucket) ->
            seconds.add(
                new Second(
                    second,
                    Map.copyOf(bucket.verdicts),
                    latency(bucket.asks),
                    latency(bucket.clickToPay))));
    return List.copyOf(seconds);
  }

  private static @Nullable Latency latency(@Nullable IntCountsHistogram histogram) {
    return histogram == null
        ? null
        : new Latency(
            histogram.getValueAtPercentile(50),
            histogram.getValueAtPercentile(99),
            histogram.getMaxValue());
  }
}
