package io.doorbuster.drill;

import io.doorbuster.drill.Sample.Reading;
import io.doorbuster.drill.checker.Evidence;
import io.doorbuster.drill.workload.Interval;
import io.doorbuster.drill.workload.Timeline.Latency;
import io.doorbuster.drill.workload.Timeline.Second;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The report's plots as columns of figures; times are seconds from the opening. */
final class ReportData {
  private final Evidence evidence;
  private final long opensMs;
  private final Map<Long, Second> seconds = new TreeMap<>();

  private ReportData(Evidence evidence) {
    this.evidence = evidence;
    this.opensMs = evidence.sale().opensAt().toEpochMilli();
    evidence.history().seconds().forEach(second -> seconds.put(second.second(), second));
  }

  static JsonObject of(Report report) {
    ReportData data = new ReportData(report.evidence());
    return new JsonObject()
        .put("seconds", data.seconds())
        .put("waves", data.waves())
        .put("samples", data.samples(report.samples()))
        .put("marks", data.marks());
  }

  private double sinceOpening(long ms) {
    return (ms - opensMs) / 1_000.0;
  }

  /** Every second from the first to the last, those without a request too. */
  private JsonObject seconds() {
    JsonArray at = new JsonArray();
    Map<String, JsonArray> verdicts = new TreeMap<>();
    TreeSet<String> names = new TreeSet<>();
    seconds.values().forEach(second -> names.addAll(second.verdicts().keySet()));
    names.forEach(name -> verdicts.put(name, new JsonArray()));
    JsonObject asks = latencies();
    JsonObject clickToPay = latencies();
    if (!seconds.isEmpty()) {
      TreeSet<Long> keys = new TreeSet<>(seconds.keySet());
      for (long key = keys.getFirst(); key <= keys.getLast(); key++) {
        Second second = seconds.getOrDefault(key, new Second(key, Map.of(), null, null));
        at.add(sinceOpening(key * 1_000));
        verdicts.forEach((name, counts) -> counts.add(second.verdicts().getOrDefault(name, 0L)));
        add(asks, second.asks());
        add(clickToPay, second.clickToPay());
      }
    }
    JsonObject counts = new JsonObject();
    verdicts.forEach(counts::put);
    return new JsonObject()
        .put("at", at)
        .put("verdicts", counts)
        .put("asks", asks)
        .put("clickToPay", clickToPay);
  }

  private static JsonObject latencies() {
    return new JsonObject()
        .put("p50", new JsonArray())
        .put("p99", new JsonArray())
        .put("max", new JsonArray());
  }

  private static void add(JsonObject columns, @Nullable Latency latency) {
    columns.getJsonArray("p50").add(latency == null ? null : latency.p50());
    columns.getJsonArray("p99").add(latency == null ? null : latency.p99());
    columns.getJsonArray("max").add(latency == null ? null : latency.max());
  }

  /** By wave, over all SKUs; a wave opens when its number of intervals is over. */
  private JsonObject waves() {
    TreeMap<Long, long[]> waves = new TreeMap<>();
    JsonArray published = evidence.published().getJsonArray("waves", new JsonArray());
    for (int i = 0; i < published.size(); i++) {
      JsonObject wave = published.getJsonObject(i);
      long[] sums = waves.computeIfAbsent(wave.getLong("number", 0L), n -> new long[3]);
      sums[0] += wave.getLong("k", 0L);
      sums[1] += wave.getLong("entries", 0L);
      sums[2] += wave.getLong("admitted", 0L);
    }
    double everySeconds = evidence.sale().release().every().toMillis() / 1_000.0;
    JsonArray at = new JsonArray();
    JsonArray[] columns = {new JsonArray(), new JsonArray(), new JsonArray()};
    waves.forEach(
        (number, sums) -> {
          at.add(number * everySeconds);
          for (int i = 0; i < columns.length; i++) {
            columns[i].add(sums[i]);
          }
        });
    return new JsonObject()
        .put("everySeconds", everySeconds)
        .put("at", at)
        .put("places", columns[0])
        .put("entries", columns[1])
        .put("admitted", columns[2]);
  }

  private JsonObject samples(List<Sample> samples) {
    JsonArray at = new JsonArray();
    samples.forEach(sample -> at.add(sinceOpening(sample.atMs())));
    return new JsonObject()
        .put("at", at)
        .put("available", column(samples, Reading::available))
        .put("held", column(samples, Reading::held))
        .put("sold", column(samples, Reading::sold))
        .put("paid", column(samples, Reading::paid))
        .put("queued", column(samples, Reading::queued))
        .put("commitP99Ms", column(samples, Reading::commitP99Ms))
        .put("eventLagMs", column(samples, Reading::eventLagMs));
  }

  /** With a hole where there was no answer. */
  private static JsonArray column(List<Sample> samples, Function<Reading, Number> figure) {
    JsonArray column = new JsonArray();
    samples.forEach(sample -> column.add(sample.reading().map(figure).orElse(null)));
    return column;
  }

  private JsonArray marks() {
    JsonArray marks = new JsonArray();
    for (Interval interval : evidence.history().intervals()) {
      JsonObject mark =
          new JsonObject()
              .put("what", interval.what().name())
              .put("from", sinceOpening(interval.fromMs()));
      boolean ends = interval.untilMs() != Long.MAX_VALUE;
      marks.add(mark.put("until", ends ? sinceOpening(interval.untilMs()) : null));
    }
    return marks;
  }
}
