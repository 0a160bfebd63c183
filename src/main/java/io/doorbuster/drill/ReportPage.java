package io.doorbuster.drill;

import io.doorbuster.drill.checker.Breach;
import io.doorbuster.drill.checker.Judgement;
import io.doorbuster.drill.workload.Plan;
import io.doorbuster.sale.Durations;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A report in, one HTML file out that needs no network: styles, scripts and figures are in it. The
 * words and tables are complete without a script; the scripts draw the plots, and no other may run.
 */
public final class ReportPage {
  private static final Pattern GAP = Pattern.compile("\\{\\{([a-z]+)}}");

  private ReportPage() {}

  /**
   * Renders a report.
   *
   * @param command as it was typed
   */
  public static String render(Report report, String command) {
    String style = read("uPlot.min.css") + read("report.css");
    // Its licence goes with every copy of the library, this page's too.
    String library = "/*\n" + read("uPlot.LICENSE.txt") + "\n*/\n" + read("uPlot.iife.min.js");
    String script = read("report.js");
    Map<String, String> gaps =
        Map.ofEntries(
            Map.entry("csp", escaped(policy(style, library, script))),
            Map.entry("style", style),
            Map.entry("library", library),
            Map.entry("script", script),
            Map.entry("data", json(ReportData.of(report))),
            Map.entry("seed", Long.toString(report.evidence().plan().seed())),
            Map.entry("state", report.passed() ? "kept" : "broken"),
            Map.entry("verdict", escaped(report.verdict())),
            Map.entry("promises", promises(report.judgements())),
            Map.entry("plan", list(plan(report, command))),
            Map.entry("figures", list(report.rows())));
    return GAP.matcher(read("report.html"))
        .replaceAll(gap -> Matcher.quoteReplacement(value(gaps, gap)));
  }

  private static String value(Map<String, String> gaps, MatchResult gap) {
    String value = gaps.get(gap.group(1));
    if (value == null) {
      throw new IllegalStateException("the report's " + gap.group() + " has no value");
    }
    return value;
  }

  /** A row each: the number, what is promised, how it ended, what was counted. */
  private static String promises(List<Judgement> judgements) {
    StringBuilder rows = new StringBuilder();
    for (Judgement judgement : judgements) {
      StringBuilder counted = new StringBuilder(escaped(judgement.counted().orElse("")));
      judgement
          .unchecked()
          .ifPresent(what -> counted.append(" <p class=\"quiet\">" + escaped(what) + "</p>"));
      if (!judgement.breaches().isEmpty()) {
        counted.append("<ul>");
        for (Breach breach : judgement.breaches()) {
          counted.append("<li>" + escaped(breach.what()) + "</li>");
        }
        counted.append("</ul>");
      }
      rows.append(
          "<tr class=\"%s\"><td>%d</td><td>%s</td><td class=\"word\">%s</td><td>%s</td></tr>\n"
              .formatted(
                  state(judgement),
                  judgement.number(),
                  escaped(judgement.sentence()),
                  escaped(judgement.word()),
                  counted));
    }
    return rows.toString();
  }

  private static String state(Judgement judgement) {
    if (!judgement.breaches().isEmpty()) {
      return "broken";
    }
    return judgement.counted().isEmpty() ? "unknown" : "kept";
  }

  private static List<Report.Row> plan(Report report, String command) {
    Plan plan = report.evidence().plan();
    List<Report.Row> rows = new ArrayList<>();
    rows.add(new Report.Row("command", command));
    rows.add(new Report.Row("seed", Long.toString(plan.seed())));
    rows.add(new Report.Row("buyers", number(plan.buyers())));
    rows.add(new Report.Row("units", number(plan.units()) + " of " + skus(plan.skus())));
    rows.add(
        new Report.Row(
            "waves",
            "%s, %d places each, every %s"
                .formatted(
                    plan.pick().name().toLowerCase(Locale.ROOT),
                    report.evidence().sale().release().wave(),
                    Durations.format(plan.every()))));
    rows.add(
        new Report.Row(
            "arrivals",
            plan.arrivalsPerSecond() == 0
                ? "a crowd at the door"
                : number(plan.arrivalsPerSecond()) + " a second"));
    rows.add(new Report.Row("to pay within", Durations.format(plan.payWithin())));
    rows.add(new Report.Row("sale", report.evidence().sale().id()));
    rows.add(
        new Report.Row(
            "opened",
            report.evidence().sale().opensAt().truncatedTo(ChronoUnit.SECONDS).toString()));
    return rows;
  }

  private static String skus(int count) {
    return count == 1 ? "one SKU" : count + " SKUs";
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String list(List<Report.Row> rows) {
    StringBuilder list = new StringBuilder();
    for (Report.Row row : rows) {
      list.append("<dt>%s</dt><dd>%s</dd>\n".formatted(escaped(row.name()), escaped(row.text())));
    }
    return list.toString();
  }

  /** Nothing from anywhere, and no style or script but these. */
  private static String policy(String style, String... scripts) {
    StringBuilder policy = new StringBuilder("default-src 'none'; style-src " + hash(style));
    policy.append("; script-src");
    for (String script : scripts) {
      policy.append(' ').append(hash(script));
    }
    return policy.append("; base-uri 'none'; form-action 'none'").toString();
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Safe in text and in quoted attributes. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** JSON that can not end the script element around it, nor open a comment in it. */
  private static String json(JsonObject json) {
    return json.encode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
  }

  private static String read(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream("/drill/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its resource drill/" + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
