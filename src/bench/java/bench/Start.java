package bench;

import static bench.Machine.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The first answer of a process of the built archive, on both cores with its defaults. */
final class Start implements Race {
  private static final double GOAL = 1.0;
  private static final double SECONDS = 0.6;
  private static final int STARTS = 5;
  private static final Duration LOOK_EVERY = Duration.ofMillis(5);
  private static final Duration BOUND = Duration.ofSeconds(20);

  @Override
  public List<String> lines() {
    return List.of("start");
  }

  @Override
  public List<Result> run(Lab lab) throws IOException, InterruptedException {
    Path unpacked = unpack(lab);
    List<Double> seconds = new ArrayList<>();
    for (int start = 0; start <= STARTS; start++) {
      double took = start(lab, unpacked);
      if (start > 0) {
        seconds.add(took);
      }
    }
    boolean cached = Files.exists(unpacked.resolve("doorbuster.aot"));
    return List.of(
        new Result(
            "start",
            SECONDS / Lab.median(seconds),
            GOAL,
            List.of(
                text(
                    "%.3f s, the median of %s, %s a start-up cache; Spring Boot needs 2.7 to 4.7 s",
                    Lab.median(seconds),
                    seconds.stream().map(took -> text("%.3f", took)).toList(),
                    cached ? "with" : "WITHOUT"))));
  }

  private static Path unpack(Lab lab) throws IOException, InterruptedException {
    Path folder = lab.newFolder("archive");
    Path log = folder.resolve("log");
    ProcessBuilder dist =
        new ProcessBuilder("./doorbuster", "dist")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(log.toFile());
    Process making = lab.start(Lab.BOTH_CORES, dist);
    making.waitFor();
    lab.end(making);
    String archive = Files.readString(log).strip();
    Process tar =
        lab.start(
            Lab.BOTH_CORES,
            new ProcessBuilder("tar", "-C", folder.toString(), "-xzf", archive).inheritIO());
    tar.waitFor();
    lab.end(tar);
    try (Stream<Path> inside = Files.list(folder)) {
      return inside
          .filter(Files::isDirectory)
          .findFirst()
          .orElseThrow(() -> new IOException("no archive was made: " + archive));
    }
  }

  /** Seconds from the start of the process to the first 200. */
  private static double start(Lab lab, Path unpacked) throws IOException, InterruptedException {
    Path folder = lab.newFolder("start");
    int adminPort = Lab.freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
                unpacked.resolve("doorbuster").toString(),
                "serve",
                "--data",
                folder.resolve("data").toString(),
                "--port",
                Integer.toString(Lab.freePort()),
                "--admin-port",
                Integer.toString(adminPort))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    long startNs = System.nanoTime();
    Process process = lab.start(Lab.BOTH_CORES, builder);
    try {
      while (System.nanoTime() - startNs < BOUND.toNanos()) {
        if (isHealthy(adminPort)) {
          return (System.nanoTime() - startNs) / 1e9;
        }
        Lab.pause(LOOK_EVERY);
      }
      throw new IOException("no answer: " + Files.readString(folder.resolve("log")));
    } finally {
      lab.end(process);
    }
  }

  private static boolean isHealthy(int port) {
    byte[] ask =
        "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream()) {
      out.write(ask);
      String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return answer.startsWith("HTTP/1.1 200");
    } catch (IOException notYet) {
      return false;
    }
  }
}
