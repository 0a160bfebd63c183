package bench;

import bench.Race.CanNotRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * nginx with one worker: with what {@code doorbuster edge nginx} prints, or with a text of ours.
 *
 * @param log of all requests; empty where none is kept
 */
record Edge(Lab lab, Process process, int port, Path log) implements AutoCloseable {
  private static final String ADVICE = "as root on Debian: apt-get install nginx-light";

  /** Where nothing may be refused: all buyers of a bench share an address, and those are many. */
  static final List<String> NO_LIMITS =
      List.of("--flood-rate", "10000000", "--address-rate", "1000000", "--total", "1000000");

  /** The edge as it is printed, but for the number of its workers and where its files are. */
  static Edge start(Lab lab, String cores, int gatePort, List<String> options)
      throws IOException, InterruptedException {
    Path folder = openFolder(lab, "edge");
    int port = Lab.freePort();
    Path log = folder.resolve("access.log");
    List<String> command = new ArrayList<>();
    command.addAll(List.of("./doorbuster", "edge", "nginx", "--no-tls", "--host", "127.0.0.1"));
    command.addAll(List.of("--port", Integer.toString(port), "--gate", "127.0.0.1:" + gatePort));
    command.addAll(List.of("--cache", folder + "/cache", "--access-log", log.toString()));
    command.addAll(options);
    Process printed = new ProcessBuilder(command).start();
    String text = new String(printed.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (printed.waitFor() != 0) {
      throw new IOException("edge nginx prints no configuration: exit " + printed.exitValue());
    }
    String one = text.replace("worker_processes auto;", "worker_processes 1;");
    return new Edge(lab, run(lab, cores, folder, port, one), port, log);
  }

  /** A configuration of ours; what it holds beside its servers is as nginx has it by itself. */
  static Edge bare(Lab lab, String cores, Path root) throws IOException, InterruptedException {
    int port = Lab.freePort();
    String text =
        """
        worker_processes 1;
        events { worker_connections 4096; }
        http {
          access_log off;
          default_type text/html;
          sendfile on;
          tcp_nopush on;
          server {
            listen %d;
            root %s;
          }
        }
        """
            .formatted(port, root);
    return new Edge(lab, run(lab, cores, openFolder(lab, "bare"), port, text), port, root);
  }

  /**
   * A new folder that nginx' worker can read, which may be of another account than this process.
   */
  static Path openFolder(Lab lab, String name) throws IOException {
    Path folder = lab.newFolder(name);
    open(lab.folder());
    open(folder);
    return folder;
  }

  private static void open(Path folder) {
    boolean open =
        folder.toFile().setReadable(true, false) && folder.toFile().setExecutable(true, false);
    if (!open) {
      Lab.say("  " + folder + " can not be opened to others");
    }
  }

  private static Process run(Lab lab, String cores, Path folder, int port, String text)
      throws IOException, InterruptedException {
    String program = Machine.program("nginx", ADVICE);
    Path file =
        Files.writeString(
            folder.resolve("nginx.conf"),
            "pid %s/nginx.pid;\nerror_log %s/error.log error;\n".formatted(folder, folder) + text);
    ProcessBuilder builder =
        new ProcessBuilder(program, "-c", file.toString(), "-g", "daemon off;")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    Process process = lab.start(cores, builder);
    for (int i = 0; i < 100; i++) {
      Lab.pause(Duration.ofMillis(50));
      if (process.children().findFirst().isPresent() && Nginx.answers(port)) {
        return process;
      }
    }
    throw new CanNotRun("nginx does not start: " + Files.readString(folder.resolve("log")));
  }

  String address() {
    return "http://127.0.0.1:" + port;
  }

  /** Of all its processes so far. */
  double cpuSeconds() throws IOException {
    double sum = Machine.cpuSeconds(process.pid());
    try (Stream<ProcessHandle> workers = process.children()) {
      for (ProcessHandle worker : workers.toList()) {
        sum += Machine.cpuSeconds(worker.pid());
      }
    }
    return sum;
  }

  @Override
  public void close() {
    lab.end(process);
  }
}
