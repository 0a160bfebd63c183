package io.doorbuster.cli.plan;

import io.doorbuster.cli.plan.PlanSheet.Line;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.List;

/** A plan as it is read. */
final class PlanText {
  private PlanText() {}

  static JsonObject toJson(PlanSheet plan) {
    JsonArray lines = new JsonArray();
    for (Line line : plan.lines()) {
      lines.add(
          new JsonObject()
              .put("part", line.part())
              .put("name", line.name())
              .put("value", line.value())
              .put("unit", line.unit())
              .put("formula", line.formula()));
    }
    return new JsonObject().put("lines", lines).put("warnings", new JsonArray(plan.warnings()));
  }

  static void print(PlanSheet plan, PrintWriter out) {
    List<Line> lines = plan.lines();
    int name = lines.stream().mapToInt(line -> line.name().length()).max().orElse(0);
    int amount = lines.stream().mapToInt(line -> line.amount().length()).max().orElse(0);
    String part = "";
    for (Line line : lines) {
      if (!line.part().equals(part)) {
        part = line.part();
        out.println(System.lineSeparator() + part);
      }
      out.println(
          ("  %-" + name + "s  %" + amount + "s  = %s")
              .formatted(line.name(), line.amount(), line.formula()));
    }
    plan.warnings().forEach(warning -> out.println("\nwarning: " + warning));
  }
}
