package io.doorbuster.cli.preflight;

import io.doorbuster.console.preflight.Check;
import io.doorbuster.page.cdn.CdnEdge;
import io.doorbuster.page.cdn.CdnProvider.Outcome;
import io.doorbuster.page.cdn.OwnEdges;
import java.util.ArrayList;
import java.util.List;

/** Whether every edge answers for every file, in every form, from its own cache: one try each. */
public final class EdgeChecks {
  private EdgeChecks() {}

  /**
   * Looks at all of them side by side.
   *
   * @param paths of the published page; empty where there is none
   */
  public static List<Check> run(String sale, List<CdnEdge> edges, List<String> paths)
      throws InterruptedException {
    if (edges.isEmpty()) {
      return List.of(
          Check.notChecked(
              "edge",
              "none was named",
              "--edge https://203.0.113.7=sale.shop.example, or --edges"));
    }
    if (paths.isEmpty()) {
      return List.of(Check.notChecked("edge", "there is no page to ask for", "publish it"));
    }
    try (OwnEdges cdn = new OwnEdges(edges)) {
      List<Outcome> outcomes = cdn.look(paths);
      return edges.stream().distinct().map(edge -> check(sale, edge, outcomes)).toList();
    }
  }

  static Check check(String sale, CdnEdge edge, List<Outcome> outcomes) {
    List<Outcome> all = new ArrayList<>(outcomes);
    all.removeIf(outcome -> !outcome.edge().equals(edge.toString()));
    List<Outcome> wrong = all.stream().filter(outcome -> !outcome.isRight()).toList();
    String name = "edge " + edge;
    if (wrong.isEmpty()) {
      return Check.ok(name, "all " + all.size() + " answers came from its cache");
    }
    Outcome first = wrong.getFirst();
    String text =
        "%d of %d are not right: %s (%s) %s"
            .formatted(wrong.size(), all.size(), first.path(), first.form(), first.wrong());
    return Check.red(
        name, text, "doorbuster sale prewarm %s --edge %s=%s".formatted(sale, edge, edge.host()));
  }
}
