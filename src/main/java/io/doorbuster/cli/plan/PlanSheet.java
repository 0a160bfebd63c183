package io.doorbuster.cli.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The lines of a plan, each with its formula and the numbers in it, and what it warns of. */
final class PlanSheet {
  /**
   * A line of the plan.
   *
   * @param part of the system
   * @param formula with its numbers
   */
  record Line(String part, String name, double value, String unit, String formula) {
    String amount() {
      return PlanSheet.amount(value) + (unit.isEmpty() ? "" : " " + unit);
    }
  }

  private final List<Line> lines = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private String part = "";

  /** What follows is about this part of the system. */
  void part(String name) {
    part = name;
  }

  /** Adds a line, and returns its value. */
  double add(String name, double value, String unit, String formula, Object... numbers) {
    lines.add(new Line(part, name, value, unit, fill(formula, numbers)));
    return value;
  }

  /** The value of a line that is there. */
  double get(String ofPart, String name) {
    return lines.stream()
        .filter(line -> line.part().equals(ofPart) && line.name().equals(name))
        .mapToDouble(Line::value)
        .findFirst()
        .orElseThrow();
  }

  void warn(String warning, Object... numbers) {
    warnings.add(fill(warning, numbers));
  }

  List<Line> lines() {
    return List.copyOf(lines);
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  private static String fill(String formula, Object... numbers) {
    Object[] texts = new Object[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      texts[i] = numbers[i] instanceof Number number ? amount(number.doubleValue()) : numbers[i];
    }
    return formula.formatted(texts);
  }

  /** With as many digits as tell something. */
  private static String amount(double value) {
    double size = Math.abs(value);
    String form = size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 1 ? "%.1f" : "%.2g";
    return String.format(Locale.ROOT, form, value);
  }
}
