package io.doorbuster.drill;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server of the drill's own: this program, run again, on free ports over a folder of its own. */
final class ChildServer implements ServerProcess {
  private static final String HOST = "127.0.0.1";
  private static final String MAIN = "io.doorbuster.cli.Main";

  /** Longer than a server's own bound for its shutdown. */
  private static final int STOP_SECONDS = 15;

  private final Path folder;
  private final int port;
  private final int adminPort;
  private @Nullable Process process;

  ChildServer(Path folder) {
    this.folder = folder;
    this.port = freePort();
    this.adminPort = freePort();
  }

  private static int freePort() {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    }
  }

  Path log() {
    return folder.resolve("server.log");
  }

  @Override
  public void start() {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            MAIN,
            "serve",
            "--data",
            folder.resolve("data").toString(),
            "--port",
            Integer.toString(port),
            "--admin-port",
            Integer.toString(adminPort));
    File log = log().toFile();
    ProcessBuilder child =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    child.environment().remove("DOORBUSTER_ADMIN_TOKEN"); // its own is read from its folder
    child.environment().putIfAbsent("DOORBUSTER_GATE_WARM_UP", "0s"); // it is killed soon enough
    try {
      process = child.start();
    } catch (IOException e) {
      throw new UncheckedIOException("the server can not be started", e);
    }
  }

  @Override
  public void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      await(running, STOP_SECONDS);
    }
  }

  private static boolean await(Process running, int seconds) {
    try {
      return running.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public Optional<String> findDeath() {
    Process running = process;
    if (running == null || running.isAlive()) {
      return Optional.empty();
    }
    return Optional.of("the server ended by itself with " + running.exitValue() + ": " + tail());
  }

  private String tail() {
    try {
      List<String> lines = Files.readAllLines(log());
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    } catch (IOException e) {
      return "its log can not be read";
    }
  }

  @Override
  public URI buyers() {
    return URI.create("http://" + HOST + ":" + port);
  }

  @Override
  public URI admin() {
    return URI.create("http://" + HOST + ":" + adminPort);
  }

  @Override
  public String token() {
    return findFile("admin-token").orElse("");
  }

  @Override
  public Optional<String> findFile(String name) {
    try {
      return Optional.of(Files.readString(folder.resolve("data").resolve(name)).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<Path> database() {
    return Optional.of(folder.resolve("data").resolve("doorbuster.db"));
  }

  @Override
  public void close() {
    Process running = process;
    if (running != null) {
      running.destroy();
      if (!await(running, STOP_SECONDS)) {
        kill();
      }
    }
  }
}
