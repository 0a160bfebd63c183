package io.doorbuster.drill;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.doorbuster.drill.checker.AuditAnswer.AuditedSku;
import io.doorbuster.drill.checker.Books;
import io.doorbuster.drill.checker.Breach;
import io.doorbuster.drill.checker.Evidence;
import io.doorbuster.drill.checker.Figures;
import io.doorbuster.drill.checker.Judgement;
import io.doorbuster.drill.workload.Ending;
import io.doorbuster.drill.workload.Lookers;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * A rehearsal's figures and its verdict, as a short table and as JSON.
 *
 * @param samples the server's own figures meanwhile
 * @param looks what the buyers' pages asked for; empty where none were opened
 */
public record Report(
    Evidence evidence,
    int kills,
    List<Judgement> judgements,
    List<Sample> samples,
    Optional<Lookers.Looks> looks) {
  /** A line of the table. */
  record Row(String name, String text) {}

  public boolean passed() {
    return breaches().isEmpty();
  }

  /** Every violation found, by promise. */
  List<Breach> breaches() {
    return judgements.stream().flatMap(judgement -> judgement.breaches().stream()).toList();
  }

  private long sold() {
    return evidence.books().map(books -> books.units("PAID")).orElseGet(this::paidEndings);
  }

  private long paidEndings() {
    return evidence.history().endings().values().stream().filter(e -> e == Ending.PAID).count();
  }

  private long refused() {
    return evidence.history().refusals().values().stream().mapToLong(Long::longValue).sum();
  }

  private double backendCallsPerRefusal() {
    return (double) evidence.backendCalls() / Math.max(1, refused());
  }

  private String phase() {
    return evidence.books().map(Books::phase).orElse("phase not read");
  }

  /** The table, then what was broken. */
  public void print(PrintStream out) {
    rows().forEach(row -> out.printf(Locale.ROOT, "%-24s %s%n", row.name, row.text));
    if (evidence.books().isEmpty()) {
      out.println("The database is out of reach: its half of the promises was not checked.");
    }
    breaches().forEach(breach -> out.println("BROKEN: " + breach));
    out.println(verdict());
  }

  /** All of it in a sentence. */
  String verdict() {
    if (!passed()) {
      return "A promise was broken.";
    }
    return evidence.books().isEmpty()
        ? "All promises that were checked are kept."
        : "All promises kept.";
  }

  /** The table. */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    Figures figures = Figures.of(evidence);
    Histogram click = evidence.history().clickToPayMs();
    Histogram asks = evidence.history().askMs();
    row(rows, "seed", "%d", evidence.plan().seed());
    row(rows, "requests", "%,d (%,.0f/s)", evidence.history().requests(), perSecond());
    looks.ifPresent(
        pages -> row(rows, "page requests", "%,d, failed %,d", pages.requests(), pages.failed()));
    row(rows, "refusals", "%s", byCount(evidence.history().refusals()));
    row(rows, "units", "%d, sold and paid %d, %s", evidence.plan().units(), sold(), phase());
    row(rows, "buyers", "%s", endings());
    row(rows, "answer to an ask", "%s ms", quantiles(asks));
    row(rows, "click to pay page", "%s ms", quantiles(click));
    row(rows, "oversold", "%d", figures.oversold());
    row(rows, "duplicates", "%d", figures.duplicates());
    row(rows, "lost PLACED", "%d", figures.lostPlaced());
    row(rows, "stuck", "%d", figures.stuck());
    row(rows, "killed", "%d times", kills);
    row(rows, "backend calls a refusal", "%.3f", backendCallsPerRefusal());
    evidence
        .deliveries()
        .ifPresent(
            events ->
                row(
                    rows,
                    "events",
                    "%d, delivered %d, again %d",
                    events.booked().size(),
                    events.booked().size() - events.missing().size(),
                    events.repeated()));
    row(rows, "audit", "%s", evidence.audit().ok() ? "OK" : "BROKEN");
    for (AuditedSku sku : evidence.audit().skus()) {
      row(rows, "  " + sku.sku(), "%s", sku.sum());
    }
    return rows;
  }

  private double perSecond() {
    return evidence.history().requestsPerSecond();
  }

  @FormatMethod
  private static void row(
      List<Row> rows, String name, @FormatString String form, Object... values) {
    rows.add(new Row(name, String.format(Locale.ROOT, form, values)));
  }

  private static String quantiles(Histogram histogram) {
    return "p50 %,d, p99 %,d, max %,d"
        .formatted(
            histogram.getValueAtPercentile(50),
            histogram.getValueAtPercentile(99),
            histogram.getMaxValue());
  }

  private static String byCount(Map<String, Long> refusals) {
    return refusals.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(entry -> "%s %,d".formatted(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private String endings() {
    Map<String, Long> counts = new TreeMap<>();
    evidence.history().endings().values().forEach(e -> counts.merge(e.name(), 1L, Long::sum));
    return byCount(counts);
  }

  public JsonObject toJson() {
    Figures figures = Figures.of(evidence);
    Histogram click = evidence.history().clickToPayMs();
    JsonObject refusals = new JsonObject();
    evidence.history().refusals().forEach(refusals::put);
    JsonArray broken = new JsonArray();
    breaches().forEach(breach -> broken.add(breach.toString()));
    JsonObject report = new JsonObject();
    looks.ifPresent(
        pages -> report.put("pageRequests", pages.requests()).put("pageFailures", pages.failed()));
    return report
        .put("seed", evidence.plan().seed())
        .put("passed", passed())
        .put("buyers", evidence.plan().buyers())
        .put("units", evidence.plan().units())
        .put("sold", sold())
        .put("phase", phase())
        .put("oversold", figures.oversold())
        .put("duplicates", figures.duplicates())
        .put("lostPlaced", figures.lostPlaced())
        .put("stuck", figures.stuck())
        .put("kills", kills)
        .put("requests", evidence.history().requests())
        .put("requestsPerSecond", perSecond())
        .put("refusals", refusals)
        .put(
            "clickToPayMs",
            new JsonObject()
                .put("p50", click.getValueAtPercentile(50))
                .put("p99", click.getValueAtPercentile(99))
                .put("max", click.getMaxValue()))
        .put("backendCallsPerRefusal", backendCallsPerRefusal())
        .put("auditOk", evidence.audit().ok())
        .put("opensAt", evidence.sale().opensAt().toString())
        .put("series", ReportData.of(this))
        .put("breaches", broken);
  }
}
