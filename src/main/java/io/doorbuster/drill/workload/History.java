package io.doorbuster.drill.workload;

import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What happened: every request with its answer. Plain refusals are only counted; all that tells of
 * an order, or of trouble, is kept, up to a bound. A file, where one is named, gets everything.
 */
public final class History implements AutoCloseable {
  /** About 150 MB; a drill of 5,000 buyers keeps some ten thousands. */
  static final int CALLS_MAX = 1_000_000;

  private static final long LATENCY_MAX_MS = 3_600_000;

  private final List<Call> calls = new ArrayList<>();
  private final List<Interval> intervals = new ArrayList<>();
  private final Map<Integer, Ending> endings = new TreeMap<>();
  private final Map<String, Long> refusals = new TreeMap<>();
  private final Histogram asks = new Histogram(LATENCY_MAX_MS, 3);
  private final Histogram clickToPay = new Histogram(LATENCY_MAX_MS, 3);
  private final Timeline timeline = new Timeline();
  private final @Nullable BufferedWriter file;
  private long requests;
  private long dropped;
  private long firstMs = Long.MAX_VALUE;
  private long lastMs;

  private History(@Nullable BufferedWriter file) {
    this.file = file;
  }

  public static History inMemory() {
    return new History(null);
  }

  /** Writes a line of JSON a call to the file as well. */
  public static History alsoTo(Path path) throws IOException {
    return new History(Files.newBufferedWriter(path));
  }

  public synchronized void add(Call call) {
    requests++;
    firstMs = Math.min(firstMs, call.sentMs());
    lastMs = Math.max(lastMs, call.endedMs());
    timeline.add(call);
    if (call.refusal() != null) {
      refusals.merge(call.refusal(), 1L, Long::sum);
    }
    if (call.kind() == Call.Kind.ASK && call.answered()) {
      long tookMs = bounded(call.endedMs() - call.intendedMs());
      asks.recordValue(tookMs);
      timeline.ask(call.intendedMs(), tookMs);
    }
    if (!call.isPlainRefusal()) {
      if (calls.size() < CALLS_MAX) {
        calls.add(call);
      } else {
        dropped++;
      }
    }
    write(call.toJson());
  }

  /** A buyer's way from the click that won to the address of the pay page. */
  synchronized void clickToPay(long clickedMs, long shownMs) {
    long tookMs = bounded(shownMs - clickedMs);
    clickToPay.recordValue(tookMs);
    timeline.clickToPay(clickedMs, tookMs);
  }

  public synchronized void add(Interval interval) {
    intervals.add(interval);
    write(
        new JsonObject()
            .put("interval", interval.what().name())
            .put("from", interval.fromMs())
            .put("until", interval.untilMs()));
  }

  public synchronized void end(int buyer, Ending ending) {
    endings.put(buyer, ending);
    write(new JsonObject().put("buyer", buyer).put("ending", ending.name()));
  }

  private static long bounded(long tookMs) {
    return Math.clamp(tookMs, 0, LATENCY_MAX_MS);
  }

  private void write(JsonObject line) {
    if (file != null) {
      try {
        file.write(line.encode());
        file.newLine();
      } catch (IOException e) {
        throw new UncheckedIOException("the history's file can not be written", e);
      }
    }
  }

  public synchronized List<Call> calls() {
    return List.copyOf(calls);
  }

  public synchronized List<Interval> intervals() {
    return List.copyOf(intervals);
  }

  public synchronized Map<Integer, Ending> endings() {
    return Map.copyOf(endings);
  }

  /** By id; a sorted copy. */
  public synchronized Map<String, Long> refusals() {
    return new TreeMap<>(refusals);
  }

  public synchronized long requests() {
    return requests;
  }

  /** Over the time from the first request to the last answer. */
  public synchronized double requestsPerSecond() {
    return requests == 0 ? 0 : requests * 1_000.0 / Math.max(1, lastMs - firstMs);
  }

  /** Calls that the bound kept out; a checker can not vouch for them. */
  public synchronized long dropped() {
    return dropped;
  }

  /** The same by the second. */
  public synchronized List<Timeline.Second> seconds() {
    return timeline.seconds();
  }

  public synchronized Histogram clickToPayMs() {
    return clickToPay.copy();
  }

  /** Of every answered ask, from the moment it was due. */
  public synchronized Histogram askMs() {
    return asks.copy();
  }

  @Override
  public synchronized void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
