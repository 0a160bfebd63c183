package bench;

import static bench.Machine.text;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the page weighs on the wire, as the server publishes it, against bounds of ours. */
final class FirstView implements Race {
  private static final double GOAL = 1.0;

  /** A connection's first round trip: ten segments. */
  private static final double FIRST_VIEW_BYTES = 14 * 1_024;

  private static final double SCRIPT_BYTES = 6 * 1_024;
  private static final int REQUESTS_MAX = 3;
  private static final Pattern NAMED =
      Pattern.compile("<(?:link rel=\"stylesheet\" href|script[^>]* src)=\"([^\"]+)\"");

  @Override
  public List<String> lines() {
    return List.of("first-view", "page-script");
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Path pages = Edge.openFolder(lab, "pages");
    Server server = lab.server(Lab.BOTH_CORES, "page: {folder: '" + pages + "'}");
    server.sell("race", 1_000, Refusals.fairWaves(), "5s", Duration.ofHours(1));
    String base = "http://127.0.0.1:" + server.port() + "/s/race/";
    Map<String, Integer> bytes = new TreeMap<>();
    bytes.put("", get(base));
    Matcher file = NAMED.matcher(Files.readString(pages.resolve("race/index.html")));
    while (file.find()) {
      bytes.put(file.group(1), get(base + file.group(1)));
    }
    if (bytes.size() > REQUESTS_MAX) {
      throw new IOException("the first view takes more than three requests: " + bytes);
    }
    int all = bytes.values().stream().mapToInt(Integer::intValue).sum();
    int script =
        bytes.entrySet().stream()
            .filter(one -> one.getKey().endsWith(".js"))
            .mapToInt(Map.Entry::getValue)
            .sum();
    String said = text("%,d bytes in Brotli, %d requests: %s", all, bytes.size(), bytes);
    return List.of(
        new Result("first-view", FIRST_VIEW_BYTES / all, GOAL, List.of(said)),
        new Result("page-script", SCRIPT_BYTES / script, GOAL, List.of(text("%,d bytes", script))));
  }

  private static int get(String url) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url)).header("Accept-Encoding", "br, gzip").build();
      var answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      String form = answer.headers().firstValue("Content-Encoding").orElse("none");
      if (answer.statusCode() != 200 || !form.equals("br")) {
        throw new IOException(
            text(
                "%s answers %d in %s: %s",
                url, answer.statusCode(), form, new String(answer.body(), StandardCharsets.UTF_8)));
      }
      return answer.body().length;
    }
  }
}
