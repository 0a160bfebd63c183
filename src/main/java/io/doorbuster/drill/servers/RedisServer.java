package io.doorbuster.drill.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real Redis, or Valkey, of our own on a free port of loopback, with its data in a folder. */
public final class RedisServer implements AutoCloseable {
  private static final String REDIS = "redis-server";
  private static final Duration UP_WITHIN = Duration.ofSeconds(20);

  private final String program;
  private final Path folder;
  private final int port;
  private final List<String> configuration;
  private final Child child;

  private RedisServer(String program, Path folder, int port, List<String> configuration) {
    this.program = program;
    this.folder = folder;
    this.port = port;
    this.configuration = configuration;
    this.child = new Child(folder.resolve("log"));
  }

  /** Starts one that has its log on disk before it answers, unless the configuration differs. */
  public static RedisServer start(Path folder, String... configuration) {
    return start(REDIS, folder, Child.freePort(), List.of(configuration));
  }

  /** The same, with Valkey's program. */
  public static RedisServer startValkey(Path folder, String... configuration) {
    return start("valkey-server", folder, Child.freePort(), List.of(configuration));
  }

  static RedisServer start(Path folder, int port, List<String> configuration) {
    return start(REDIS, folder, port, configuration);
  }

  private static RedisServer start(
      String program, Path folder, int port, List<String> configuration) {
    RedisServer server = new RedisServer(program, folder, port, configuration);
    server.start();
    return server;
  }

  /** A port that nobody listens on; of a cluster's nodes the one 10,000 higher is needed too. */
  public static int freePort() {
    return Child.freePort();
  }

  public int port() {
    return port;
  }

  public boolean isAlive() {
    return child.isAlive();
  }

  /** Starts it, also again on the data that it left; returns when it answers. */
  public void start() {
    begin();
    awaitUp();
  }

  /** Starts it without waiting. */
  void begin() {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", folder.toString(), "--save", "", "--appendonly", "yes"));
    command.addAll(List.of("--appendfsync", "always"));
    command.addAll(configuration);
    try {
      child.start(command, Map.of());
    } catch (IOException e) {
      throw new IllegalStateException(
          "%s is missing (Debian: apt-get install %s): %s"
              .formatted(program, program, e.getMessage()),
          e);
    }
  }

  void awaitUp() {
    Child.awaitUp(
        "Redis on port " + port,
        child,
        UP_WITHIN,
        () -> answersTo("PING", "+PONG") || answersTo("PING", "-NOAUTH"));
  }

  private boolean answersTo(String command, String beginning) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
      byte[] answer = socket.getInputStream().readNBytes(beginning.length());
      return new String(answer, UTF_8).equals(beginning);
    } catch (IOException e) {
      return false;
    }
  }

  /** Kills it, and starts it again later on what it left. */
  public void killFor(Duration away, Runnable meanwhile) {
    kill();
    Child.sleep(away);
    meanwhile.run();
    start();
  }

  /** Runs redis-cli against it; returns what that printed. */
  public String cli(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("redis-cli", "-h", "127.0.0.1", "-p", Integer.toString(port)));
    command.addAll(List.of(arguments));
    try {
      return Child.run(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL: nothing is flushed that was not. */
  public void kill() {
    child.kill();
  }

  /** Takes its data away while it does not run; its place in a cluster stays. */
  void wipe() {
    Path data = folder.resolve("appendonlydir");
    try (Stream<Path> all = Files.exists(data) ? Files.walk(data) : Stream.empty()) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
      Files.deleteIfExists(folder.resolve("dump.rdb")); // of a replica's first copy
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops or continues it by a signal's name, such as STOP and CONT. */
  public void signal(String name) {
    child.signal(name);
  }

  @Override
  public void close() {
    kill();
  }
}
