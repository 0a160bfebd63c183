package io.doorbuster.cli.operator;

import io.doorbuster.cli.Unreadable;
import io.doorbuster.page.cdn.CdnEdge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Edges of one's own. */
final class EdgeOptions {
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

  boolean isGiven() {
    return !edges.isEmpty() || file != null;
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
}
