package bench;

import static bench.Machine.text;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How few of the requests for a page and its state reach the gate while a crowd buys. */
final class PageRequests implements Race {
  private static final double GOAL = 1.0;

  /** One in a thousand. */
  private static final double SHARE = 0.001;

  private static final int BUYERS = 5_000;

  @Override
  public List<String> lines() {
    return List.of("page-requests-at-gate");
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Server gate = lab.server(Lab.BOTH_CORES, "http: {trustedProxies: 127.0.0.1}");
    List<String> options = new ArrayList<>(Edge.NO_LIMITS);
    options.add("--test-payments");
    Edge edge = Edge.start(lab, Lab.BOTH_CORES, gate.port(), options);
    int buyers = lab.quick() ? BUYERS / 5 : BUYERS;
    Rehearsal drill =
        Rehearsal.run(
            lab,
            gate,
            edge,
            List.of("--buyers", "" + buyers, "--seconds", "30", "--try-every", "5s"));
    EdgeLog.Second seen = drill.edge().all();
    long pages = seen.states() + seen.files();
    if (pages < drill.report().getLong("pageRequests")) {
      throw new IOException("the edge's log lacks requests: " + seen + drill.report().encode());
    }
    double share = (double) drill.gatePages() / pages;
    return List.of(
        new Result(
            "page-requests-at-gate",
            SHARE / share,
            GOAL,
            List.of(
                text(
                    "%,d buyers, each with a page open, for %d s: at the edge %,d requests for the"
                        + " page, its files and its state, at the gate %,d of them: 1 in %,.0f",
                    buyers, drill.edge().seconds().size(), pages, drill.gatePages(), 1 / share),
                text(
                    "calls passed on to the gate %,d, refused by the edge %,d; answers %s",
                    seen.calls(), seen.refused(), drill.edge().statuses()))));
  }
}
