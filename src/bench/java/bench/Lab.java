package bench;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a race works with: a temporary folder, processes that end with it, and how long to settle
 * and to measure. The bench itself runs on core 1, and so does every load that it starts.
 */
final class Lab implements AutoCloseable {
  /** Cores, as taskset wants them. */
  static final String SERVER_CORE = "0";

  static final String LOAD_CORE = "1";
  static final String BOTH_CORES = "0,1";

  private final boolean quick;
  private final Path folder;
  private final Deque<Process> processes = new ArrayDeque<>();
  private final List<Vertx> loops = new ArrayList<>();
  private int started;

  Lab(boolean quick) {
    this.quick = quick;
    try {
      this.folder = Files.createTempDirectory("doorbuster-bench");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void say(String text) {
    System.err.println(text);
  }

  boolean quick() {
    return quick;
  }

  /** Load ahead of anything that counts: the compiler needs 10 to 35 s on one core. */
  int warmUpSeconds() {
    return quick ? 5 : 30;
  }

  int measureSeconds() {
    return quick ? 3 : 8;
  }

  /** Runs that count; one more goes ahead and is dropped. */
  int pairs() {
    return quick ? 1 : 3;
  }

  Path folder() {
    return folder;
  }

  /** A folder of its own for each process. */
  Path newFolder(String name) throws IOException {
    return Files.createDirectory(folder.resolve(name + "-" + ++started));
  }

  Server server(String cores, String... settings) throws IOException, InterruptedException {
    return Server.start(this, cores, List.of(settings), "");
  }

  Nginx nginx() throws IOException, InterruptedException {
    return Nginx.start(this);
  }

  /** A load that is driven from this process. */
  OpenLoop openLoop(int port, int connections) throws Exception {
    Vertx vertx = Vertx.vertx();
    loops.add(vertx);
    return new OpenLoop(vertx, port, connections);
  }

  /** Starts a process on some cores; it ends with the lab at the latest. */
  Process start(String cores, ProcessBuilder builder) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Machine.program("taskset", "install util-linux"));
    command.addAll(List.of("-c", cores));
    command.addAll(builder.command());
    Process process = builder.command(command).start();
    processes.push(process);
    return process;
  }

  /**
   * Sends a signal.
   *
   * @param name as {@code kill} wants it: STOP, CONT
   */
  static void signal(String name, Process process) throws IOException, InterruptedException {
    if (new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor()
        != 0) {
      throw new IOException("the process " + process.pid() + " takes no signal " + name);
    }
  }

  void end(Process process) {
    processes.remove(process);
    process.destroy();
    try {
      if (process.waitFor(20, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }

  static int freePort() {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void pause(Duration time) throws InterruptedException {
    Thread.sleep(time);
  }

  static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  @Override
  public void close() {
    loops.forEach(loop -> loop.close().toCompletionStage().toCompletableFuture().join());
    while (!processes.isEmpty()) {
      end(processes.peek());
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      say("  left behind: " + folder + " (" + e.getMessage() + ")");
    }
  }
}
