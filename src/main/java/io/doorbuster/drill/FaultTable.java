package io.doorbuster.drill;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/** Rounds by their fault, as lines for a terminal and as a table of Markdown. */
record FaultTable(List<Round> rounds) {
  private static final List<String> HEAD =
      List.of(
          "fault",
          "rounds",
          "units lost",
          "orders lost",
          "broken promises",
          "seconds until selling again (median, max)");

  private List<List<String>> rows() {
    Map<String, List<Round>> byFault = new LinkedHashMap<>();
    Fault.all().forEach(fault -> byFault.put(fault.id(), new ArrayList<>()));
    rounds.forEach(
        round -> byFault.computeIfAbsent(round.fault(), f -> new ArrayList<>()).add(round));
    List<List<String>> rows = new ArrayList<>();
    byFault.forEach(
        (fault, those) -> {
          if (!those.isEmpty()) {
            rows.add(row(fault, those));
          }
        });
    return rows;
  }

  private static List<String> row(String fault, List<Round> those) {
    return List.of(
        fault,
        Integer.toString(those.size()),
        Long.toString(those.stream().mapToLong(Round::unitsLost).sum()),
        Long.toString(those.stream().mapToLong(Round::ordersLost).sum()),
        Integer.toString(those.stream().mapToInt(round -> round.broken().size()).sum()),
        seconds(those.stream().mapToLong(Round::againMs).filter(ms -> ms >= 0)));
  }

  private static String seconds(LongStream all) {
    long[] sorted = all.sorted().toArray();
    return sorted.length == 0
        ? "-"
        : String.format(
            Locale.ROOT,
            "%.1f, %.1f",
            sorted[(sorted.length - 1) / 2] / 1_000.0,
            sorted[sorted.length - 1] / 1_000.0);
  }

  /** In columns. */
  String text() {
    List<List<String>> lines = new ArrayList<>(List.of(HEAD));
    lines.addAll(rows());
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      for (int column = 0; column < line.size(); column++) {
        int at = column;
        int width = lines.stream().mapToInt(l -> l.get(at).length()).max().orElse(0);
        boolean last = column == line.size() - 1;
        text.append(
            last ? line.get(column) : ("%-" + (width + 2) + "s").formatted(line.get(column)));
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** With what each fault is. */
  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("| ").append(String.join(" | ", HEAD)).append(" |\n");
    text.append("|---|---|---|---|---|---|\n");
    for (List<String> row : rows()) {
      List<String> cells = new ArrayList<>(row);
      String what = Fault.find(row.getFirst()).map(fault -> ": " + fault.text()).orElse("");
      cells.set(0, "`" + row.getFirst() + "`" + what);
      text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
    return text.toString();
  }
}
