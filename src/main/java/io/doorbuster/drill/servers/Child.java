package io.doorbuster.drill.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A process of ours: started again on the same words, signalled, killed; its output in a file. */
public final class Child implements AutoCloseable {
  /** A cluster's node listens on its port and on the one 10,000 higher. */
  private static final int PORT_MAX = 55_000;

  private static final Duration GONE_WITHIN = Duration.ofSeconds(15);

  private final Path log;
  private @Nullable Process process;

  /** Starts nothing yet. */
  public Child(Path log) {
    this.log = log;
  }

  /**
   * A port that nobody listens on; of a Redis Cluster's nodes the one 10,000 higher is needed too.
   */
  public static int freePort() {
    while (true) {
      try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        if (probe.getLocalPort() < PORT_MAX) {
          return probe.getLocalPort();
        }
      } catch (IOException e) {
        throw new UncheckedIOException("no free port", e);
      }
    }
  }

  /** Of the JDK that runs us. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /**
   * Starts it; what it prints is added to the log.
   *
   * @param more variables of its environment beside our own
   */
  public void start(List<String> command, Map<String, String> more) throws IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    File file = log.toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(file));
    builder.environment().putAll(more);
    process = builder.start();
  }

  /** Runs a command to its end; what it printed is in the message where it fails. */
  public static String run(List<String> command) throws IOException {
    Process running = new ProcessBuilder(command).redirectErrorStream(true).start();
    running.getOutputStream().close();
    String printed = new String(running.getInputStream().readAllBytes(), UTF_8);
    try {
      if (running.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + " failed: " + printed.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return printed;
  }

  public boolean isAlive() {
    Process running = process;
    return running != null && running.isAlive();
  }

  /** Why it is not running though it was started, with the end of its log; or empty. */
  public Optional<String> findDeath() {
    Process running = process;
    if (running == null || running.isAlive()) {
      return Optional.empty();
    }
    return Optional.of("ended by itself with " + running.exitValue() + ": " + tail());
  }

  private String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    } catch (IOException e) {
      return "its log can not be read";
    }
  }

  /** SIGKILL to it and to all that it started; returns when they are gone. */
  public void kill() {
    Process running = process;
    process = null;
    if (running == null) {
      return;
    }
    List<ProcessHandle> below = running.descendants().toList();
    running.destroyForcibly();
    below.forEach(ProcessHandle::destroyForcibly);
    await(running);
    below.forEach(handle -> handle.onExit().completeOnTimeout(handle, 5, TimeUnit.SECONDS).join());
  }

  /** A signal by its name, such as STOP, CONT or INT. */
  public void signal(String name) {
    Process running = process;
    if (running == null) {
      return;
    }
    try {
      run(List.of("kill", "-" + name, Long.toString(running.pid())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A signal that asks it to end, and its end; killed where it takes too long. */
  public void stop(String name) {
    Process running = process;
    if (running != null && running.isAlive()) {
      signal(name);
      await(running);
    }
    kill();
  }

  private static void await(Process running) {
    try {
      running.waitFor(GONE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when the condition holds. */
  static void awaitUp(String what, Child child, Duration within, BooleanSupplier condition) {
    long until = System.nanoTime() + within.toNanos();
    while (!condition.getAsBoolean()) {
      Optional<String> death = child.findDeath();
      if (death.isPresent() || System.nanoTime() > until) {
        throw new IllegalStateException(
            what + " does not come up: " + death.orElseGet(child::tail));
      }
      sleep(Duration.ofMillis(30));
    }
  }

  static void sleep(Duration time) {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    stop("TERM");
  }
}
