package io.doorbuster.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.Photos;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image of {@code ./doorbuster image} starts where there is nothing but itself. Needs root on
 * Linux, for the mounts.
 */
@Tag("image")
final class ImageIT {
  private static final Path TAR = Path.of("target/doorbuster-image.tar");
  private static final Path JAR = Path.of("target/run/doorbuster.jar");

  /** Asked for by a class that the program never loads: a compiler of logback's. */
  private static final Set<String> NEVER_LOADED = Set.of("java.compiler");

  private static final String TOKEN = "the-operators-token-of-a-test";

  private static final String SALE =
      """
      id: boots
      title: Boots
      currency: EUR
      opensAt: 2100-01-01T10:00:00Z
      closesAt: 2100-01-01T11:00:00Z
      image: boots.jpg
      skus: [{id: a, price: 1.00, units: 20}]
      """;

  private static final Pattern MODULES = Pattern.compile("MODULES=\"([^\"]+)\"");
  private static final Pattern FLAG =
      Pattern.compile("(?<=[\\s'])(--[a-z-]+=\\w[\\w-]*|-XX:\\+\\w+)");
  private static final Pattern OUR_IMAGE = Pattern.compile("image: (doorbuster\\S*)");
  private static final Duration START_MAX = Duration.ofSeconds(60);

  /** A stop is over within 10 s; the rest is for a busy machine. */
  private static final int STOP_SECONDS_MAX = 20;

  @TempDir private static Path folder;
  private static ImageFolder image;

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port = freePort();
  private final int adminPort = freePort();
  private final List<Process> started = new ArrayList<>();

  @BeforeAll
  static void unpack() throws Exception {
    assertThat(TAR).as("made by ./doorbuster image").isRegularFile();
    assertThat(Files.getLastModifiedTime(TAR))
        .as("the image is older than the program: run ./doorbuster image")
        .isGreaterThanOrEqualTo(Files.getLastModifiedTime(JAR));
    image = ImageFolder.unpack(TAR, folder);
  }

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  private static int freePort() {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Process run(Map<String, String> settings, String... more) throws IOException {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("DOORBUSTER_HTTP_PORT", Integer.toString(port));
    environment.put("DOORBUSTER_ADMIN_PORT", Integer.toString(adminPort));
    environment.put("DOORBUSTER_GATE_WARM_UP", "0s");
    List<String> command = new ArrayList<>(image.command());
    command.addAll(List.of(more));
    Process process = image.run(command, environment, folder.resolve("log"));
    started.add(process);
    return process;
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  private HttpResponse<byte[]> get(int where, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + where + path))
            .header("Accept-Encoding", "br")
            .timeout(Duration.ofSeconds(10))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  private int status(int where, String path) throws Exception {
    try {
      return get(where, path).statusCode();
    } catch (IOException e) {
      return 0; // not yet there
    }
  }

  /** Fails at once where the process has ended. */
  private void awaitStatus(Process process, String path, int status) {
    await()
        .atMost(START_MAX)
        .until(
            () -> {
              assertThat(process.isAlive()).as(log()).isTrue();
              return status(adminPort, path) == status;
            });
  }

  @Test
  void start_onAReadOnlyRoot_isReadyAsTheImagesUser() throws Exception {
    Process process = run(Map.of());
    awaitStatus(process, "/healthz", 200);
    awaitStatus(process, "/readyz", 200);
    assertThat(status(port, "/api/sales/none/orders/mine")).isBetween(400, 499);

    Path kernel = Path.of("/proc/" + process.pid());
    String user = image.user().split(":", -1)[0];
    assertThat(user).isNotIn("", "0", "root");
    assertThat(Files.readString(kernel.resolve("status"))).contains("Uid:\t" + user + "\t" + user);
    assertThat(Files.readAllLines(kernel.resolve("mountinfo")))
        .anyMatch(line -> line.matches("\\S+ \\S+ \\S+ \\S+ / ro\\b.*"));
    assertThat(log()).contains("buyers on port " + port).doesNotContain("transport nio");

    process.destroy();
    assertThat(process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)).as(log()).isTrue();
    assertThat(log()).contains("stopped");
  }

  @Test
  void start_withASale_publishesItsPageInBrotli() throws Exception {
    Process process = run(Map.of(), "--demo", "--alone");
    awaitStatus(process, "/readyz", 200);
    Pattern address = Pattern.compile("http://[^/\\s]+(/s/[\\w-]+/)");
    await().atMost(START_MAX).until(() -> address.matcher(log()).find());
    Matcher page = address.matcher(log());
    assertThat(page.find()).isTrue();
    HttpResponse<byte[]> answer = get(port, page.group(1));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Encoding")).contains("br");
  }

  /** The native parts that scale a picture are there, and ask for nothing that is not. */
  @Test
  void upload_ofAPhoto_isScaled() throws Exception {
    Process process = run(Map.of("DOORBUSTER_ADMIN_TOKEN", TOKEN));
    awaitStatus(process, "/readyz", 200);
    byte[] sale = SALE.getBytes(StandardCharsets.UTF_8);
    assertThat(send("POST", "/admin/api/sales", sale)).contains("\"sha256\":null");
    String made =
        send("PUT", "/admin/api/sales/boots/files/boots.jpg", Photos.jpeg(2_000, 1_500, 6));
    assertThat(made).as(log()).contains("\"sha256\":\"");
  }

  private String send(String method, String path, byte[] body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
            .header("Authorization", "Bearer " + TOKEN)
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  @Test
  void start_withABroker_hasTheModulesOfItsClient() throws Exception {
    for (Map<String, String> broker :
        List.of(
            Map.of("DOORBUSTER_EVENTS_KAFKA_BOOTSTRAP", "127.0.0.1:9"),
            Map.of("DOORBUSTER_EVENTS_RABBITMQ_URL", "amqp://127.0.0.1:9"))) {
      Process process = run(broker);
      awaitStatus(process, "/readyz", 200);
      assertThat(log()).doesNotContain("NoClassDef", "ClassNotFound");
      process.destroy();
      assertThat(process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)).as(log()).isTrue();
    }
  }

  @Test
  void start_withStoresThatAreAway_saysSoAndMissesNoModule() throws Exception {
    for (Map<String, String> store :
        List.of(
            Map.of("DOORBUSTER_STORE_URL", "jdbc:postgresql://127.0.0.1:9/sales"),
            Map.of("DOORBUSTER_REDIS_NODES", "127.0.0.1:9"))) {
      Process process = run(store);
      await().atMost(START_MAX).until(() -> log().contains("127.0.0.1:9"));
      assertThat(log()).doesNotContain("NoClassDef", "ClassNotFound");
      assertThat(process.destroyForcibly().waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void name_ofTheImage_isThatInWhatIsDeployed() {
    List<Path> files = new ArrayList<>(DeployFiles.in("kubernetes", ".yaml"));
    files.add(Path.of("deploy/compose.yaml"));
    Set<String> names = new TreeSet<>();
    for (Path file : files) {
      Matcher used = OUR_IMAGE.matcher(DeployFiles.text(file));
      while (used.find()) {
        names.add(used.group(1));
      }
    }
    assertThat(names).containsExactly(image.name());
  }

  @Test
  void flags_ofTheImage_areThoseOfTheScript() throws Exception {
    Matcher flags = FLAG.matcher(Files.readString(Path.of("doorbuster")));
    Set<String> ofTheScript = new TreeSet<>();
    while (flags.find()) {
      ofTheScript.add(flags.group());
    }
    assertThat(ofTheScript).hasSizeGreaterThanOrEqualTo(3);
    assertThat(image.entrypoint()).containsAll(ofTheScript);
  }

  @Test
  void modules_ofTheRuntime_areThoseThatTheJarsAskFor() throws Exception {
    StringWriter printed = new StringWriter();
    ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
    PrintWriter out = new PrintWriter(printed);
    int exit =
        jdeps.run(
            out,
            out,
            "--ignore-missing-deps",
            "--multi-release=25",
            "--print-module-deps",
            "--class-path=target/lib/*",
            JAR.toString());
    assertThat(exit).as(printed.toString()).isZero();
    Set<String> wanted = new TreeSet<>(List.of(printed.toString().strip().split(",", -1)));
    wanted.removeAll(NEVER_LOADED);

    Matcher modules = MODULES.matcher(Files.readString(image.root().resolve("opt/java/release")));
    assertThat(modules.find()).isTrue();
    Set<String> there =
        List.of(modules.group(1).split(" ", -1)).stream().collect(Collectors.toSet());
    assertThat(there).containsAll(wanted).doesNotContainAnyElementsOf(NEVER_LOADED);
  }
}
