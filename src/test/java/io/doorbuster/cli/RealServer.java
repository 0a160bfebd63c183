package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.doorbuster.drill.servers.Child;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** A server in a process of its own, on free ports over a folder with its settings and data. */
final class RealServer implements AutoCloseable {
  private final Path folder;
  private final Map<String, String> environment;
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port = freePort();
  private final int adminPort = freePort();
  private @Nullable Process process;

  /** The folder gets {@code doorbuster.yaml} before the start. */
  RealServer(Path folder) {
    this(folder, Map.of());
  }

  /**
   * @param environment wins over the file; an operator's token of it is used here too
   */
  RealServer(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  private String token() throws IOException {
    String given = environment.get("DOORBUSTER_ADMIN_TOKEN");
    return given == null
        ? Files.readString(folder.resolve("data").resolve("admin-token")).strip()
        : given;
  }

  private Process process() {
    return Objects.requireNonNull(process, "not started");
  }

  private static int freePort() {
    return Child.freePort();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  String adminAddress() {
    return "http://127.0.0.1:" + adminPort;
  }

  Path database() {
    return folder.resolve("data").resolve("doorbuster.db");
  }

  /** Returns once it is ready. */
  void start() throws IOException {
    launch();
    awaitReady();
  }

  /** Does not wait. */
  void launch() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.doorbuster.cli.Main",
                    "serve",
                    "--settings",
                    folder.resolve("doorbuster.yaml").toString(),
                    "--data",
                    folder.resolve("data").toString(),
                    "--port",
                    Integer.toString(port),
                    "--admin-port",
                    Integer.toString(adminPort)))
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile()));
    if (!Files.readString(folder.resolve("doorbuster.yaml")).contains("warmUp")) {
      builder.environment().put("DOORBUSTER_GATE_WARM_UP", "0s");
    }
    builder.environment().putAll(environment);
    process = builder.start();
  }

  void awaitReady() throws IOException {
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> Boolean.TRUE.equals(admin("GET", "/readyz", "").getValue("ready")));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(admin("GET", "/readyz", "") + "\n" + log(), e);
    }
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    assertThat(process().destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  /** A signal by its name, such as STOP or CONT. */
  void signal(String name) throws IOException, InterruptedException {
    List<String> kill = List.of("kill", "-" + name, Long.toString(process().pid()));
    assertThat(new ProcessBuilder(kill).start().waitFor()).isZero();
  }

  /** SIGTERM; returns how long the process took to end, at most a minute. */
  Duration terminate() throws InterruptedException {
    long startNs = System.nanoTime();
    process().destroy();
    assertThat(process().waitFor(60, TimeUnit.SECONDS)).isTrue();
    return Duration.ofNanos(System.nanoTime() - startNs);
  }

  String log() throws IOException {
    return Files.readString(folder.resolve("server.log"));
  }

  JsonObject admin(String method, String path, String body) {
    try {
      return call(method, "http://127.0.0.1:" + adminPort + path, token(), body);
    } catch (IOException e) {
      return new JsonObject();
    }
  }

  /** The text of an operators' page. */
  String adminText(String path) throws IOException, InterruptedException {
    String url = "http://127.0.0.1:" + adminPort + path;
    return client.send(request(url, token()).build(), HttpResponse.BodyHandlers.ofString()).body();
  }

  JsonObject buyers(String method, String path, String token, String body) {
    return call(method, address() + path, token, body);
  }

  /** A long poll of ten seconds. */
  void waitForNews(String order, String pass) {
    send(request(address() + "/api/orders/" + order, pass).header("Prefer", "wait=10").build());
  }

  private JsonObject call(String method, String url, String token, String body) {
    return send(
        request(url, token).method(method, HttpRequest.BodyPublishers.ofString(body)).build());
  }

  private static HttpRequest.Builder request(String url, String token) {
    return HttpRequest.newBuilder(URI.create(url))
        .timeout(Duration.ofSeconds(40))
        .header("Authorization", "Bearer " + token);
  }

  /** A long poll of ten seconds; returns what it tells. */
  JsonObject awaitNews(String order, String pass) {
    return send(
        request(address() + "/api/orders/" + order, pass).header("Prefer", "wait=10").build());
  }

  private JsonObject send(HttpRequest request) {
    try {
      String answer = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      return answer.isEmpty() ? new JsonObject() : new JsonObject(answer);
    } catch (IOException e) {
      return new JsonObject().put("status", "unreachable");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process().destroyForcibly();
  }
}
