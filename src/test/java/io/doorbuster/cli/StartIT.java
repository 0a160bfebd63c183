package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that can not be: each ends with 1 and says why, in a process of its own. */
final class StartIT {
  @TempDir private Path folder;

  private record Ended(int exit, List<String> lines) {}

  private Ended serve(Map<String, String> environment, String... words) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "io.doorbuster.cli.Main",
            "serve",
            "--data",
            folder.resolve("data").toString()));
    command.addAll(List.of(words));
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("DOORBUSTER_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readAllLines(log));
  }

  private static ServerSocket taken() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @Test
  void start_onAPortInUse_isOneLineThatNamesTheSetting() throws Exception {
    try (ServerSocket taken = taken()) {
      String port = Integer.toString(taken.getLocalPort());
      Ended buyers = serve(Map.of(), "--port", port, "--admin-port", "0");
      assertThat(buyers.exit()).isEqualTo(1);
      assertThat(buyers.lines())
          .containsExactly(
              "doorbuster: port " + port + " is in use; give another with --port (or http.port)");
      Ended operators = serve(Map.of(), "--port", "0", "--admin-port", port);
      assertThat(operators.exit()).isEqualTo(1);
      assertThat(operators.lines())
          .containsExactly(
              "doorbuster: port "
                  + port
                  + " is in use; give another with --admin-port (or admin.port)");
    }
  }

  @Test
  void start_onAHostThatIsNotOurs_namesTheSetting() throws Exception {
    Ended ended =
        serve(Map.of("DOORBUSTER_HTTP_HOST", "192.0.2.1"), "--port", "0", "--admin-port", "0");
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.lines()).hasSize(1);
    assertThat(ended.lines().getFirst())
        .startsWith("doorbuster: can not listen at 192.0.2.1, port 0: ")
        .endsWith("; look at http.host");
  }

  @Test
  void start_withAMistypedVariable_isRefusedAndNamesTheNearest() throws Exception {
    Ended ended = serve(Map.of("DOORBUSTER_HTTP_PROT", "0", "DOORBUSTER_HTTP_HOST", "127.0.0.1"));
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.lines())
        .containsExactly(
            "the environment: DOORBUSTER_HTTP_PROT: is no setting; is DOORBUSTER_HTTP_PORT meant?",
            "doorbuster: the settings have 1 mistake; nothing was started");
  }

  private List<String> classesLoaded(Map<String, String> settings) throws Exception {
    Path classes = folder.resolve("classes");
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + classes);
    environment.put("DOORBUSTER_GATE_WARM_UP", "0s");
    Ended ended = serve(environment, "--only-start", "--port", "0", "--admin-port", "0");
    assertThat(ended.exit()).as(ended.lines().toString()).isZero();
    return Files.readAllLines(classes);
  }

  @Test
  void start_withoutABroker_loadsNoClassOfABrokersClient() throws Exception {
    assertThat(classesLoaded(Map.of()))
        .anyMatch(line -> line.contains(" io.doorbuster.cli.Adapters "))
        .noneMatch(line -> line.contains(" org.apache.kafka.") || line.contains(" com.rabbitmq."));
  }

  @Test
  void start_withABrokerThatIsAway_isAStart() throws Exception {
    assertThat(classesLoaded(Map.of("DOORBUSTER_EVENTS_KAFKA_BOOTSTRAP", "127.0.0.1:9")))
        .anyMatch(line -> line.contains(" io.doorbuster.outbox.KafkaSink "));
    assertThat(classesLoaded(Map.of("DOORBUSTER_EVENTS_RABBITMQ_URL", "amqp://127.0.0.1:9")))
        .anyMatch(line -> line.contains(" io.doorbuster.outbox.RabbitSink "));
  }
}
