package io.doorbuster.servers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real Redis of our own on a free port of loopback, with its data in a folder. */
public final class RedisServer implements AutoCloseable {
  private static final Duration UP_WITHIN = Duration.ofSeconds(20);

  private final Path folder;
  private final int port;
  private final List<String> configuration;
  private @Nullable Process process;

  private RedisServer(Path folder, int port, List<String> configuration) {
    this.folder = folder;
    this.port = port;
    this.configuration = configuration;
  }

  /** Starts one that has its log on disk before it answers, unless the configuration differs. */
  public static RedisServer start(Path folder, String... configuration) {
    RedisServer server = new RedisServer(folder, freePort(), List.of(configuration));
    server.start();
    return server;
  }

  /** A port that nobody listens on; of a cluster's nodes the one 10,000 higher is needed too. */
  public static int freePort() {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        if (socket.getLocalPort() < 55_000) {
          return socket.getLocalPort();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public int port() {
    return port;
  }

  /** Starts it, also again on the data that it left. */
  public void start() {
    List<String> command = new ArrayList<>(List.of("redis-server"));
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", folder.toString(), "--save", "", "--appendonly", "yes"));
    command.addAll(List.of("--appendfsync", "always"));
    command.addAll(configuration);
    try {
      Files.createDirectories(folder);
      File log = folder.resolve("log").toFile();
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
              .start();
      awaitUp();
    } catch (IOException e) {
      throw new UncheckedIOException("redis-server is needed: apt-get install redis-server", e);
    }
  }

  private void awaitUp() {
    long until = System.nanoTime() + UP_WITHIN.toNanos();
    while (!answersTo("PING", "+PONG") && !answersTo("PING", "-NOAUTH")) {
      if (System.nanoTime() > until || process == null || !process.isAlive()) {
        throw new IllegalStateException(
            "Redis on port " + port + " does not answer; see the log in " + folder);
      }
      sleep(Duration.ofMillis(20));
    }
  }

  private boolean answersTo(String command, String beginning) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      byte[] answer = socket.getInputStream().readNBytes(beginning.length());
      return new String(answer, StandardCharsets.UTF_8).equals(beginning);
    } catch (IOException e) {
      return false;
    }
  }

  /** Kills it, and starts it again later on what it left. */
  public void killFor(Duration away, Runnable meanwhile) {
    kill();
    sleep(away);
    meanwhile.run();
    start();
  }

  static void sleep(Duration time) {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs redis-cli against it; returns what that printed. */
  public String cli(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("redis-cli", "-h", "127.0.0.1", "-p", Integer.toString(port)));
    command.addAll(List.of(arguments));
    try {
      Process cli = new ProcessBuilder(command).redirectErrorStream(true).start();
      cli.getOutputStream().close();
      String printed = new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (cli.waitFor() != 0) {
        throw new IllegalStateException(command + " failed: " + printed);
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** SIGKILL: nothing is flushed that was not. */
  public void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      try {
        running.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    process = null;
  }

  /** Stops or continues it by a signal's name, such as STOP and CONT. */
  public void signal(String name) {
    Process running = process;
    if (running != null) {
      try {
        new ProcessBuilder("kill", "-" + name, Long.toString(running.pid())).start().waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    kill();
  }
}
