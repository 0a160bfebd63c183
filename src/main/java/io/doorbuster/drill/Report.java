package io.doorbuster.drill;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.doorbuster.drill.checker.AuditAnswer.AuditedSku;
import io.doorbuster.drill.checker.Books;
import io.doorbuster.drill.checker.Breach;
import io.doorbuster.drill.checker.Evidence;
import io.doorbuster.drill.checker.Figures;
import io.doorbuster.drill.workload.Ending;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** A rehearsal's figures and its verdict, as a short table and as JSON. */
public record Report(Evidence evidence, int kills, List<Breach> breaches) {
  public boolean passed() {
    return breaches.isEmpty();
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
    Figures figures = Figures.of(evidence);
    Histogram click = evidence.history().clickToPayMs();
    Histogram asks = evidence.history().askMs();
    row(out, "seed", "%d", evidence.plan().seed());
    row(out, "requests", "%,d (%,.0f/s)", evidence.history().requests(), perSecond());
    row(out, "refusals", "%s", byCount(evidence.history().refusals()));
    row(out, "units", "%d, sold and paid %d, %s", evidence.plan().units(), sold(), phase());
    row(out, "buyers", "%s", endings());
    row(out, "answer to an ask", "%s ms", quantiles(asks));
    row(out, "click to pay page", "%s ms", quantiles(click));
    row(out, "oversold", "%d", figures.oversold());
    row(out, "duplicates", "%d", figures.duplicates());
    row(out, "lost PLACED", "%d", figures.lostPlaced());
    row(out, "stuck", "%d", figures.stuck());
    row(out, "killed", "%d times", kills);
    row(out, "backend calls a refusal", "%.3f", backendCallsPerRefusal());
    row(out, "audit", "%s", evidence.audit().ok() ? "OK" : "BROKEN");
    for (AuditedSku sku : evidence.audit().skus()) {
      row(out, "  " + sku.sku(), "%s", sku.sum());
    }
    if (evidence.books().isEmpty()) {
      out.println("The database is out of reach: its half of the promises was not checked.");
    }
    breaches.forEach(breach -> out.println("BROKEN: " + breach));
    String kept =
        evidence.books().isEmpty()
            ? "All promises that were checked are kept."
            : "All promises kept.";
    out.println(passed() ? kept : "A promise was broken.");
  }

  private double perSecond() {
    return evidence.history().requestsPerSecond();
  }

  @FormatMethod
  private static void row(
      PrintStream out, String name, @FormatString String form, Object... values) {
    String text = String.format(Locale.ROOT, form, values);
    out.printf(Locale.ROOT, "%-24s %s%n", name, text);
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
    breaches.forEach(breach -> broken.add(breach.toString()));
    return new JsonObject()
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
        .put("breaches", broken);
  }
}
