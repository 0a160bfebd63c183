package io.doorbuster.cli.operator;

import io.doorbuster.cli.Unreadable;
import io.doorbuster.page.CdnEdge;
import io.doorbuster.page.CdnProvider;
import io.doorbuster.page.CdnProvider.Outcome;
import io.doorbuster.page.OwnEdges;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which edges a sale's files are pulled into, or dropped from, and what came of it. */
final class CdnOptions {
  /** So many that are not as wanted are named; the table has the rest in its sums. */
  private static final int NAMED = 10;

  @Option(
      names = "--edge",
      paramLabel = "URL[=HOST]",
      description = {
        "An edge by its own address, and the sale's host",
        "name: https://203.0.113.7=sale.shop.example. Once for each."
      })
  private List<String> edges = List.of();

  @Option(names = "--edges", paramLabel = "FILE", description = "The same, a line each.")
  private @Nullable Path file;

  /** What is done with the files. */
  @FunctionalInterface
  interface Work {
    List<Outcome> run(CdnProvider cdn, List<String> paths, Consumer<Outcome> done)
        throws InterruptedException;
  }

  /** Does it, and prints a table; 1 where one file at one edge is not as wanted. */
  int run(CommandSpec spec, AdminOptions admin, String sale, String task, Work work) {
    List<CdnEdge> asked = edges(spec);
    return admin.call(
        spec,
        (client, out) -> {
          List<String> paths = paths(client.get(SaleCommand.path(sale) + "/page"));
          List<Outcome> outcomes;
          try (CdnProvider cdn = new OwnEdges(asked);
              Progress progress = new Progress(out, task, cdn.count(paths.size()))) {
            outcomes = work.run(cdn, paths, outcome -> progress.step());
          }
          return tell(out, outcomes);
        });
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
    List<CdnEdge> named = named(spec);
    if (named.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "Name the edges: --edge https://203.0.113.7=sale.shop.example");
    }
    return named;
  }

  /** Perhaps none. */
  List<CdnEdge> named(CommandSpec spec) {
    List<String> texts = new ArrayList<>(edges);
    if (file != null) {
      try {
        Files.readAllLines(file).stream()
            .map(line -> line.replaceFirst("#.*", "").strip())
            .filter(line -> !line.isEmpty())
            .forEach(texts::add);
      } catch (IOException e) {
        throw new ParameterException(
            spec.commandLine(), "--edges: " + file + " can not be read: " + Unreadable.reason(e));
      }
    }
    List<CdnEdge> read = new ArrayList<>();
    for (String text : texts) {
      read.add(
          CdnEdge.parse(text)
              .orElseThrow(
                  () ->
                      new ParameterException(
                          spec.commandLine(),
                          "`"
                              + text
                              + "` is no edge such as https://203.0.113.7=sale.shop.example")));
    }
    return read;
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
