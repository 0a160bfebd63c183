package io.doorbuster.cli.operator;

import static java.util.Locale.ROOT;

import io.doorbuster.page.cdn.CdnEdge;
import io.doorbuster.page.cdn.CdnProvider;
import io.doorbuster.page.cdn.CdnProvider.Outcome;
import io.doorbuster.page.cdn.CdnProvider.Task;
import io.doorbuster.page.cdn.OwnEdges;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Which edges a sale's files are pulled into, or dropped from, and what came of it. */
final class CdnOptions {
  /** So many that are not as wanted are named; the table has the rest in its sums. */
  private static final int NAMED = 10;

  @Mixin private EdgeOptions edges;
  @Mixin private CdnAccountOptions account;

  /** Does it, and prints a table; 1 where one file at one edge is not as wanted. */
  int run(CommandSpec spec, AdminOptions admin, String sale, Task task) {
    try (CdnProvider cdn = provider(spec, task)) {
      return admin.call(
          spec,
          (client, out) -> {
            List<String> paths = paths(client.get(SaleCommand.path(sale) + "/page"));
            List<Outcome> outcomes;
            int count = cdn.count(task, paths.size());
            try (Progress progress = new Progress(out, task.name().toLowerCase(ROOT), count)) {
              outcomes = cdn.run(task, paths, outcome -> progress.step());
            }
            int exit = tell(out, outcomes);
            cdn.limits(task).forEach(out::println);
            return exit;
          });
    }
  }

  private CdnProvider provider(CommandSpec spec, Task task) {
    if (!account.isNamed(spec)) {
      return new OwnEdges(edges(spec));
    }
    if (edges.isGiven()) {
      throw new ParameterException(
          spec.commandLine(),
          "--edge and --edges name edges of your own; leave them out with --cdn");
    }
    return account.open(spec, task);
  }

  static List<String> paths(JsonObject page) {
    List<String> paths = new ArrayList<>();
    JsonArray files = page.getJsonArray("files");
    for (int i = 0; i < files.size(); i++) {
      paths.add(files.getJsonObject(i).getString("path"));
    }
    return paths;
  }

  private List<CdnEdge> edges(CommandSpec spec) {
    List<CdnEdge> named = edges.named(spec);
    if (named.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "Name the edges: --edge https://203.0.113.7=sale.shop.example; or a provider: --cdn");
    }
    return named;
  }

  private static int tell(PrintWriter out, List<Outcome> outcomes) {
    Map<String, List<Outcome>> byEdge = new TreeMap<>();
    outcomes.forEach(
        outcome -> byEdge.computeIfAbsent(outcome.edge(), e -> new ArrayList<>()).add(outcome));
    TextTable table = new TextTable("edge", "asked for", "right", "wrong", "tries at most");
    List<Outcome> wrong = outcomes.stream().filter(outcome -> !outcome.isRight()).toList();
    byEdge.forEach(
        (edge, all) -> {
          long right = all.stream().filter(Outcome::isRight).count();
          int tries = all.stream().mapToInt(Outcome::tries).max().orElse(0);
          table.row(edge, all.size(), right, all.size() - right, tries);
        });
    table.print(out);
    for (Outcome one : wrong.stream().limit(NAMED).toList()) {
      out.println(
          "wrong: %s %s (%s) %s".formatted(one.edge(), one.path(), one.form(), one.wrong()));
    }
    if (wrong.size() > NAMED) {
      out.println("wrong: and " + (wrong.size() - NAMED) + " more");
    }
    return wrong.isEmpty() ? 0 : 1;
  }
}
