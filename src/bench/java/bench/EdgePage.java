package bench;

import static bench.Machine.text;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The sale's page by the edge, against the same nginx with a bare file of the same size. */
final class EdgePage implements Race {
  private static final double GOAL = 0.9;
  private static final int CONNECTIONS = 64;
  private static final String PAGE = "/s/race/";
  private static final String GZIP = "Accept-Encoding: gzip";

  @Override
  public List<String> lines() {
    return List.of("edge-page", "edge-page-cached");
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Path pages = Edge.openFolder(lab, "pages");
    // The gate is asked once in ten seconds; it is beside the load, so that nginx has its core.
    Server gate = lab.server(Lab.LOAD_CORE, "page: {folder: '" + pages + "'}");
    gate.sell("race", 1_000, Refusals.fairWaves(), "5s", Duration.ofHours(1));
    return List.of(
        race(lab, gate, "edge-page", List.of("--root", pages.toString())),
        race(lab, gate, "edge-page-cached", List.of()));
  }

  private static Result race(Lab lab, Server gate, String name, List<String> options)
      throws Exception {
    List<String> all = new ArrayList<>(Edge.NO_LIMITS);
    all.addAll(options);
    try (Edge edge = Edge.start(lab, Lab.SERVER_CORE, gate.port(), all)) {
      int bytes = weigh(edge.address() + PAGE);
      Path root = Edge.openFolder(lab, "root");
      Files.write(root.resolve("page.html"), new byte[bytes]);
      try (Edge bare = Edge.bare(lab, Lab.SERVER_CORE, root)) {
        return race(lab, name, bytes, bare, edge);
      }
    }
  }

  /** One measured run, with what it cost nginx. */
  private record Run(Wrk.Run load, double cpuSeconds) {
    String describe() {
      return text(
          "%,.0f/s (%.2f us of a core each, p99 %s)",
          load.perSecond(), cpuSeconds * 1e6 / load.requests(), load.p99());
    }
  }

  private static Run measure(Lab lab, Edge nginx, String path)
      throws IOException, InterruptedException {
    double before = nginx.cpuSeconds();
    String url = nginx.address() + path;
    Wrk.Run load = Wrk.get(lab, CONNECTIONS, lab.measureSeconds(), url, GZIP);
    if (load.refused() > 0) {
      throw new IOException("not all were served: " + url + ", " + load);
    }
    return new Run(load, nginx.cpuSeconds() - before);
  }

  private static Result race(Lab lab, String name, int bytes, Edge bare, Edge edge)
      throws IOException, InterruptedException {
    List<Double> ratios = new ArrayList<>();
    List<String> details = new ArrayList<>();
    details.add(
        text("%,d bytes, gzip, %d connections, one worker on one core", bytes, CONNECTIONS));
    for (int pair = 0; pair <= lab.pairs(); pair++) {
      Run theirs = measure(lab, bare, "/page.html");
      Run ours = measure(lab, edge, PAGE);
      if (pair > 0) {
        ratios.add(ours.load().perSecond() / theirs.load().perSecond());
        details.add("bare file " + theirs.describe() + "; edge " + ours.describe());
      }
    }
    return new Result(name, Lab.median(ratios), GOAL, details);
  }

  /** Bytes of its gzip form, without headers. */
  private static int weigh(String url) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url)).header("Accept-Encoding", "gzip").build();
      var answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      boolean zipped =
          answer.headers().firstValue("Content-Encoding").orElse("none").equals("gzip");
      if (answer.statusCode() != 200 || !zipped) {
        throw new IOException(url + " answers " + answer.statusCode() + ", zipped: " + zipped);
      }
      return answer.body().length;
    }
  }
}
