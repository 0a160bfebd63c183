package bench;

import io.doorbuster.gate.pass.Pass;
import io.doorbuster.gate.pass.PassKeys;
import io.doorbuster.gate.pass.Passes;
import io.doorbuster.sale.BuyerId;
import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Doorbuster, in a process of its own on fresh data, with its defaults but for what is given. */
record Server(Lab lab, Process process, Path folder, int port, int adminPort)
    implements AutoCloseable {
  static final String SKU = "x";
  private static final List<String> SECRETS = List.of("admin-token", "pass-keys", "order-id.key");
  private static final Pattern VERDICT =
      Pattern.compile("(?m)^doorbuster_verdicts_total\\{verdict=\"([^\"]+)\"\\} (\\S+)");
  private static final Pattern LIVE_HEAP = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

  /**
   * Returns once it is ready, so after its warm-up.
   *
   * @param settings lines of the settings file
   * @param options of the JVM
   */
  static Server start(Lab lab, String cores, List<String> settings, String options)
      throws IOException, InterruptedException {
    return start(lab, cores, settings, options, lab.newFolder("server"));
  }

  /** Starts another one with the secrets of this one, so that passes and order ids hold at both. */
  Server another(String cores, List<String> settings) throws IOException, InterruptedException {
    Path other = lab.newFolder("server");
    Files.createDirectory(other.resolve("data"));
    for (String secret : SECRETS) {
      Files.copy(folder.resolve("data").resolve(secret), other.resolve("data").resolve(secret));
    }
    return start(lab, cores, settings, "", other);
  }

  private static Server start(
      Lab lab, String cores, List<String> settings, String options, Path folder)
      throws IOException, InterruptedException {
    Files.write(folder.resolve("settings.yaml"), settings);
    int port = Lab.freePort();
    int adminPort = Lab.freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of("doorbuster").toAbsolutePath().toString(),
                "serve",
                "--settings",
                folder.resolve("settings.yaml").toString(),
                "--data",
                folder.resolve("data").toString(),
                "--port",
                Integer.toString(port),
                "--admin-port",
                Integer.toString(adminPort))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().put("JAVA_OPTS", options);
    Server server = new Server(lab, lab.start(cores, builder), folder, port, adminPort);
    for (int i = 0; i < 1_200; i++) {
      Lab.pause(Duration.ofMillis(100));
      if (!server.process.isAlive()) {
        break;
      }
      if (server.isReady()) {
        return server;
      }
    }
    throw new IOException("the server is not ready: " + Files.readString(folder.resolve("log")));
  }

  private boolean isReady() throws InterruptedException {
    try {
      return Boolean.TRUE.equals(admin("GET", "/readyz", "").getValue("ready"));
    } catch (IOException notYet) {
      return false;
    }
  }

  long pid() {
    return process.pid();
  }

  Path database() {
    return folder.resolve("data/doorbuster.db");
  }

  JsonObject admin(String method, String path, String body)
      throws IOException, InterruptedException {
    return new JsonObject(text(method, path, body));
  }

  /** How often the gate has given each verdict, by its id. */
  Map<String, Long> verdicts() throws IOException, InterruptedException {
    Map<String, Long> verdicts = new TreeMap<>();
    Matcher line = VERDICT.matcher(text("GET", "/metrics", ""));
    while (line.find()) {
      verdicts.put(line.group(1), (long) Double.parseDouble(line.group(2)));
    }
    return verdicts;
  }

  /** The value of a counter without tags. */
  long counter(String name) throws IOException, InterruptedException {
    return text("GET", "/metrics", "")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }

  private String text(String method, String path, String body)
      throws IOException, InterruptedException {
    String token = Files.readString(folder.resolve("data/admin-token")).strip();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IOException(path + " answers " + answer.statusCode() + ": " + answer.body());
      }
      return answer.body();
    }
  }

  /**
   * Publishes a test sale of one SKU that opens after a time and lasts two hours.
   *
   * @param release its waves, as in a sale's file, without the returns
   */
  Instant sell(String sale, int units, String release, String tryEvery, Duration opensAfter)
      throws IOException, InterruptedException {
    Instant opens = Instant.now().plus(opensAfter);
    String json =
        """
        {"id": "%s", "title": "A race", "currency": "EUR", "opensAt": "%s", "closesAt": "%s",
         "release": {%s, "returnsEvery": "5m"}, "payWithin": "1h", "test": true,
         "limits": {"perBuyer": 1, "tryEvery": "%s", "orderEvery": "10m"},
         "skus": [{"id": "%s", "name": "A thing", "price": 1.00, "units": %d}]}
        """
            .formatted(sale, opens, opens.plus(Duration.ofHours(2)), release, tryEvery, SKU, units);
    admin("POST", "/admin/api/sales", json);
    admin("POST", "/admin/api/sales/" + sale + "/publish", "");
    return opens;
  }

  /** Signs passes with the server's own key, as its pass desk would. */
  Signer signer(String sale) throws IOException {
    String key = Files.readAllLines(folder.resolve("data/pass-keys")).getFirst();
    int colon = key.indexOf(':');
    byte[] secret = HexFormat.of().parseHex(key.substring(colon + 1).strip());
    Passes passes =
        new Passes(new PassKeys(List.of(new PassKeys.Key(key.substring(0, colon), secret))));
    Instant end = Instant.now().plus(Duration.ofDays(1));
    return buyer -> passes.issue(new Pass(sale, new BuyerId(buyer(buyer)), 1, end, null));
  }

  /** A buyer's id; like those of shops, they come in no order. */
  static String buyer(int number) {
    return "buyer-%016x".formatted((number + 1) * 0x9E3779B97F4A7C15L);
  }

  /** Makes the pass of a buyer. */
  @FunctionalInterface
  interface Signer {
    String pass(int buyer);

    /** Writes a pass a line, for buyers from one number up to another, exclusive. */
    default Path write(Path file, int from, int to) throws IOException {
      try (BufferedWriter out = Files.newBufferedWriter(file)) {
        for (int buyer = from; buyer < to; buyer++) {
          out.append(pass(buyer)).append('\n');
        }
      }
      return file;
    }
  }

  /** Bytes of the objects that are reachable; collects the garbage first. */
  long liveHeapBytes() throws IOException, InterruptedException {
    String text = jcmd("GC.class_histogram");
    Matcher total = LIVE_HEAP.matcher(text);
    if (!total.find()) {
      throw new IOException("jcmd tells no total: " + text.lines().limit(3).toList());
    }
    return Long.parseLong(total.group(1));
  }

  /** The classes whose live objects take the most memory, a line each. */
  List<String> largestObjects() throws IOException, InterruptedException {
    return jcmd("GC.class_histogram")
        .lines()
        .filter(line -> line.matches(" +\\d+: .*"))
        .limit(8)
        .map(line -> line.replaceAll(" +", " ").strip())
        .toList();
  }

  /** Asks the JVM; returns what it says. */
  String jcmd(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    command.add(Long.toString(pid()));
    command.addAll(List.of(words));
    Process asked = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (asked.waitFor() != 0) {
      throw new IOException("jcmd: " + text);
    }
    return text;
  }

  @Override
  public void close() {
    lab.end(process);
  }
}
