package bench;

import bench.Race.CanNotRun;
import com.google.errorprone.annotations.FormatMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** This machine, as Linux tells of it in /proc. */
final class Machine {
  /** The kernel counts a process' time in hundredths of a second, on every machine of today. */
  private static final double TICKS_A_SECOND = 100;

  private Machine() {}

  static String describe() throws IOException {
    try (Stream<String> cpu = Files.lines(Path.of("/proc/cpuinfo"))) {
      List<String> models =
          cpu.filter(line -> line.startsWith("model name"))
              .map(line -> line.replaceFirst(".*: *", ""))
              .toList();
      return "%d cores (%s), Linux %s, JDK %s"
          .formatted(
              models.size(),
              models.isEmpty() ? "unknown" : models.getFirst(),
              System.getProperty("os.version"),
              System.getProperty("java.vm.version"));
    }
  }

  /** Of user and kernel, spent by the process so far. */
  static double cpuSeconds(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    // The second field is the name in brackets and may hold blanks; 14 and 15 are the times.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND;
  }

  /** The share of all cores that is in use, by anybody, over a time from now on. */
  static double busyShare(Duration time) throws IOException, InterruptedException {
    long[] before = coreTicks();
    Lab.pause(time);
    long[] after = coreTicks();
    long idle = after[0] - before[0];
    return 1 - (double) idle / Math.max(1, after[1] - before[1]);
  }

  /** Of all cores since the start: idle, and all in all. */
  private static long[] coreTicks() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
      String[] fields = lines.findFirst().orElse("").trim().split(" +", -1);
      long all = 0;
      for (int i = 1; i < fields.length; i++) {
        all += Long.parseLong(fields[i]);
      }
      return new long[] {Long.parseLong(fields[4]) + Long.parseLong(fields[5]), all};
    }
  }

  /** The memory that the process has in use now. */
  static long residentBytes(long pid) throws IOException {
    try (Stream<String> status = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return status
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1_024)
          .findFirst()
          .orElseThrow(() -> new IOException("no VmRSS of " + pid));
    }
  }

  /** The file of a program on the path, or among those of the system's administrator. */
  static String program(String name, String advice) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
    return Stream.of(path.split(":", -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElseThrow(() -> new CanNotRun(name + " is missing: " + advice));
  }

  static double megabytes(long bytes) {
    return bytes / 1_048_576.0;
  }

  @FormatMethod
  static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
