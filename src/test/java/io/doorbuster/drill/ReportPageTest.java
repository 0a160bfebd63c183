package io.doorbuster.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.drill.checker.Evidence;
import io.doorbuster.drill.checker.Scene;
import io.doorbuster.drill.workload.History;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ReportPageTest {
  private static final String COMMAND = "./doorbuster drill --html report.html";
  private static final String DATA = "<script type=\"application/json\" id=\"data\">";
  private static final String END = "</script>";

  private static String page(Report report) {
    return ReportPage.render(report, COMMAND);
  }

  private static JsonObject data(String page) {
    int from = page.indexOf(DATA) + DATA.length();
    return new JsonObject(page.substring(from, page.indexOf(END, from)));
  }

  private static String row(String page, int promise) {
    Matcher row = Pattern.compile("<tr class=.*?</tr>", Pattern.DOTALL).matcher(page);
    List<String> rows = new ArrayList<>();
    while (row.find()) {
      rows.add(row.group());
    }
    assertThat(rows).hasSize(9);
    return rows.get(promise - 1);
  }

  private static long sum(JsonArray counts) {
    return counts.stream().mapToLong(count -> ((Number) count).longValue()).sum();
  }

  private static int occurrences(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  @Test
  void page_ofAReport_refersToNothingOutside() {
    // The library's own first line says where it comes from.
    String page = page(Rehearsed.clean()).replaceAll("/\\*!.*?\\*/", "");
    assertThat(page).doesNotContain("http://", "https://", "@import", "url(", "<link", "<img");
    assertThat(page).doesNotContainPattern("<[a-z]+[^>]*\\s(src|href|on[a-z]+|style)=");
    assertThat(page).contains("Permission is hereby granted");
    assertThat(page).doesNotContain("{{");
  }

  @Test
  void verdicts_summedUp_areTheReportsCounts() {
    Report report = Rehearsed.clean();
    History history = report.evidence().history();
    JsonObject verdicts = data(page(report)).getJsonObject("seconds").getJsonObject("verdicts");
    history
        .refusals()
        .forEach(
            (refusal, count) ->
                assertThat(sum(verdicts.getJsonArray(refusal))).as(refusal).isEqualTo(count));
    long all = verdicts.fieldNames().stream().mapToLong(n -> sum(verdicts.getJsonArray(n))).sum();
    assertThat(all).isEqualTo(history.requests());
  }

  @Test
  void columns_ofEachPlot_areAsLongAsItsTimes() {
    JsonObject data = data(page(Rehearsed.clean()));
    JsonObject seconds = data.getJsonObject("seconds");
    assertThat(seconds.getJsonArray("at").encode()).isEqualTo("[0.0,1.0,2.0,3.0,4.0]");
    assertThat(seconds.getJsonObject("verdicts").getJsonArray("not-released").encode())
        .isEqualTo("[1,0,0,0,1]");
    assertThat(seconds.getJsonObject("asks").getJsonArray("max").encode())
        .isEqualTo("[13,null,5,null,13]");
    assertThat(data.getJsonObject("waves").getJsonArray("admitted").encode()).isEqualTo("[2]");
    assertThat(data.getJsonObject("samples").getJsonArray("sold").encode())
        .isEqualTo("[0,1,null,2]");
    assertThat(data.getJsonArray("marks")).hasSize(3);
  }

  @Test
  void promises_allKept_areShownWithTheirFigures() {
    String page = page(Rehearsed.clean());
    assertThat(page).contains("class=\"verdict kept\">All promises kept.");
    assertThat(row(page, 1)).contains("class=\"kept\"", "2 units: 2 sold, 0 too many");
    assertThat(row(page, 9)).contains("waves recomputed: 1, of 4 entries");
  }

  @Test
  void promise_broken_isShownAsBroken() {
    String page = page(Rehearsed.oversold());
    assertThat(page).contains("class=\"verdict broken\">A promise was broken.");
    assertThat(row(page, 1)).contains("class=\"broken\"", ">broken<", "item-1 sold 3 of 2");
    assertThat(row(page, 6)).contains("class=\"kept\"");
  }

  @Test
  void promises_withoutTheDatabase_sayWhatWasNotChecked() {
    String page = page(Rehearsed.withoutBooks());
    assertThat(row(page, 1)).contains(">kept, checked in part<", "the database is out of reach");
    assertThat(row(page, 6)).contains(">kept<").doesNotContain("out of reach");
    assertThat(row(page, 8)).contains("class=\"unknown\"", ">not checked<", "out of reach");
    assertThat(row(page, 9)).contains(">not checked<", "no draw");
  }

  @Test
  void texts_withTags_stayTexts() {
    String hostile = "</script><script>alert(1)</script><!--";
    Evidence evidence = Scene.clean().evidence();
    Rehearsed.refused(evidence, 2, hostile, 500);
    String page = ReportPage.render(Rehearsed.of(evidence), "drill '" + hostile);
    assertThat(occurrences(page, "<script")).isEqualTo(3);
    assertThat(occurrences(page, END)).isEqualTo(3);
    assertThat(page).doesNotContain("<!--");
    JsonObject verdicts = data(page).getJsonObject("seconds").getJsonObject("verdicts");
    assertThat(sum(verdicts.getJsonArray(hostile))).isEqualTo(1);
  }
}
