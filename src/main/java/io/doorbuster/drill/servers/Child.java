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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A process of ours: started again on the same words, signalled, killed; its output in a file. */
public final class Child implements AutoCloseable {
  /** Below those that the kernel gives to outgoing connections, with the nodes' second ports. */
  private static final int PORT_FROM = 12_000;

  private static final int PORT_TO = 22_000;

  /** A cluster's node listens on its port and on the one so much higher. */
  private static final int REDIS_BUS = 10_000;

  private static final int PORT_TRIES = 1_000;
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private static final Duration GONE_WITHIN = Duration.ofSeconds(15);

  private final Path log;
  private @Nullable Process process;

  /** Starts nothing yet. */
  public Child(Path log) {
    this.log = log;
  }

  /**
   * A port that nobody listens on, and that is given to nobody twice. The kernel does not take one
   * of these for an outgoing connection, as it may those that it gives itself: a server that is
   * started again would find its port taken. The one 10,000 higher is free too, for a Redis node.
   */
  public static int freePort() {
    for (int tries = 0; tries < PORT_TRIES; tries++) {
      int port = ThreadLocalRandom.current().nextInt(PORT_FROM, PORT_TO);
      if (isFree(port) && isFree(port + REDIS_BUS) && GIVEN.add(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port between %d and %d".formatted(PORT_FROM, PORT_TO));
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
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

  /** A signal by its name, such as STOP, CONT or INT; nothing where it has ended. */
  public void signal(String name) {
    Process running = process;
    if (running == null || !running.isAlive()) {
      return;
    }
    try {
      run(List.of("kill", "-" + name, Long.toString(running.pid())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalStateException e) {
      if (running.isAlive()) {
        throw e;
      }
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
