package io.doorbuster.cli.operator;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A line a second, until the sale is SETTLED or the operator has seen enough. */
@Command(
    name = "watch",
    description = {
      "Prints a line a second until the sale is settled: phase, verdicts, the last wave, units,"
          + " time to commit, the writer's queue, and events.",
      "docs/operating.md says how to read it."
    })
final class WatchCommand implements Callable<Integer> {
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Refusals named on a line; the rest is in their sum. */
  private static final int REASONS = 3;

  @Spec private CommandSpec spec;
  @ParentCommand private SaleCommand parent;

  @Parameters(paramLabel = "ID", description = "The sale's id.")
  private String sale;

  @Option(names = "--lines", paramLabel = "N", description = "Ends after so many lines.")
  private @Nullable Integer lines;

  @Override
  public Integer call() {
    return parent
        .admin()
        .call(
            spec,
            (client, out) -> {
              JsonObject before = null;
              for (int line = 0; lines == null || line < lines; line++) {
                if (line > 0) {
                  Thread.sleep(EVERY);
                }
                try {
                  JsonObject now = client.get(SaleCommand.path(sale));
                  out.println(line(before, now));
                  before = now;
                } catch (CallFailed e) {
                  if (line == 0 || !e.isUnreachable()) {
                    throw e;
                  }
                  out.println("no answer: " + e.getMessage());
                }
                out.flush();
                if (before != null && before.getString("phase").equals("SETTLED")) {
                  return 0;
                }
              }
              return 0;
            });
  }

  static String line(@Nullable JsonObject before, JsonObject now) {
    JsonObject writer = now.getJsonObject("writer");
    JsonObject events = now.getJsonObject("events");
    String fault = now.getString("storeFault");
    Map<String, Long> rates = rates(before, now);
    return "%s %-9s admitted %d/s, waiting %d/s, %s | %s | available %d, held %d, sold %d (paid %d)"
            .formatted(
                time(now),
                now.getString("phase"),
                rates.getOrDefault("admitted", 0L),
                rates.getOrDefault("waiting", 0L),
                refused(rates),
                wave(now),
                now.getInteger("available"),
                now.getInteger("held"),
                now.getInteger("sold"),
                now.getInteger("paid"))
        + ", pending %d".formatted(now.getInteger("pending"))
        + " | p99 %.0f ms, queue %d | events %d, lag %.1f s, parked %d%s"
            .formatted(
                writer.getDouble("p99Ms"),
                writer.getInteger("queued"),
                events.getLong("waiting"),
                events.getLong("lagMs") / 1_000.0,
                events.getLong("parked"),
                fault == null ? "" : " | STORE AWAY: " + fault);
  }

  private static LocalTime time(JsonObject now) {
    return LocalTime.ofInstant(Instant.parse(now.getString("now")), ZoneId.systemDefault())
        .truncatedTo(ChronoUnit.SECONDS);
  }

  /** Verdicts a second since the line before; a server that was started anew begins at 0. */
  private static Map<String, Long> rates(@Nullable JsonObject before, JsonObject now) {
    Map<String, Long> rates = new TreeMap<>();
    if (before == null) {
      return rates;
    }
    Instant from = Instant.parse(before.getString("now"));
    long ms = Math.max(1, Duration.between(from, Instant.parse(now.getString("now"))).toMillis());
    JsonObject old = before.getJsonObject("verdicts");
    for (Map.Entry<String, Object> verdict : now.getJsonObject("verdicts")) {
      long count = ((Number) verdict.getValue()).longValue() - old.getLong(verdict.getKey(), 0L);
      rates.put(verdict.getKey(), Math.max(0, Math.round(count * 1_000.0 / ms)));
    }
    return rates;
  }

  private static String refused(Map<String, Long> rates) {
    List<Map.Entry<String, Long>> refusals =
        rates.entrySet().stream()
            .filter(rate -> !rate.getKey().equals("admitted") && !rate.getKey().equals("waiting"))
            .filter(rate -> rate.getValue() > 0)
            .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
            .toList();
    long sum = refusals.stream().mapToLong(Map.Entry::getValue).sum();
    StringBuilder text = new StringBuilder("refused " + sum + "/s");
    for (int i = 0; i < Math.min(REASONS, refusals.size()); i++) {
      text.append(i == 0 ? " (" : ", ")
          .append(refusals.get(i).getKey())
          .append(' ')
          .append(refusals.get(i).getValue());
    }
    return refusals.isEmpty() ? text.toString() : text.append(')').toString();
  }

  private static String wave(JsonObject now) {
    if (now.getJsonArray("waves").isEmpty()) {
      return "no wave yet";
    }
    JsonObject wave = now.getJsonArray("waves").getJsonObject(0);
    return "wave %d: %d of %d"
        .formatted(wave.getLong("number"), wave.getInteger("admitted"), wave.getInteger("entries"));
  }
}
