package io.doorbuster.cli.preflight;

import io.doorbuster.console.preflight.Check;
import io.doorbuster.console.preflight.Check.State;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;

/** All that was looked at, in the order of the flow; a line each. */
public record CheckList(String sale, List<Check> checks) {
  /** From the page over the gate and the stock to the shop; a name or its first word. */
  private static final List<String> ORDER =
      List.of(
          "sale",
          "page",
          "first view",
          "edge",
          "certificate",
          "bandwidth",
          "clock here",
          "clock of the server",
          "gates",
          "gate",
          "server",
          "stock",
          "reservations",
          "database",
          "clock of the database",
          "payment",
          "events");

  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[1;31m";
  private static final String YELLOW = "\u001b[33m";
  private static final String PLAIN = "\u001b[0m";

  public CheckList {
    checks = checks.stream().sorted(Comparator.comparingInt(CheckList::place)).toList();
  }

  private static int place(Check check) {
    int exact = ORDER.indexOf(check.name());
    int kind = ORDER.indexOf(check.name().split(" ", 2)[0]);
    return exact >= 0 ? exact : kind >= 0 ? kind : ORDER.size();
  }

  /** Whether nothing is red; what was not checked is neither. */
  public boolean isGood() {
    return checks.stream().noneMatch(Check::isRed);
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("sale", sale)
        .put("ok", isGood())
        .put("checks", Check.toJson(checks));
  }

  /**
   * A line each, and one that sums them up.
   *
   * @param coloured for a terminal
   */
  public void print(PrintWriter out, boolean coloured) {
    int width = checks.stream().mapToInt(check -> check.name().length()).max().orElse(0);
    for (Check check : checks) {
      String state = "%-11s".formatted(word(check.state()));
      String mend = check.mend().isEmpty() ? "" : " -> " + check.mend();
      out.println(
          (coloured ? colour(check.state()) + state + PLAIN : state)
              + ("  %-" + width + "s  ").formatted(check.name())
              + (check.text() + mend).replaceAll("\\s*[\\r\\n]+\\s*", " "));
    }
    out.printf(
        "preflight of %s: %d ok, %d red, %d not checked%n",
        sale, count(State.OK), count(State.RED), count(State.NOT_CHECKED));
  }

  private long count(State state) {
    return checks.stream().filter(check -> check.state() == state).count();
  }

  private static String word(State state) {
    return switch (state) {
      case OK -> "ok";
      case RED -> "RED";
      case NOT_CHECKED -> "not checked";
    };
  }

  private static String colour(State state) {
    return switch (state) {
      case OK -> GREEN;
      case RED -> RED;
      case NOT_CHECKED -> YELLOW;
    };
  }
}
