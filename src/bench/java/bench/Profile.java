package bench;

import static bench.Machine.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where a server's CPU goes while it works: by kind of thread as the kernel counts it, and by
 * method as JFR samples it, once by the innermost method of ours and once by the innermost of all.
 * Taken of a run that does not count.
 */
final class Profile {
  private static final String OURS = "io.doorbuster.";
  private static final int ROWS = 10;

  /** What is profiled. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  private record Ticks(long user, long kernel) {
    Ticks minus(Ticks other) {
      return new Ticks(user - other.user, kernel - other.kernel);
    }

    Ticks plus(Ticks other) {
      return new Ticks(user + other.user, kernel + other.kernel);
    }
  }

  private Profile() {}

  /** Lines of text. */
  static List<String> of(Lab lab, Server server, Work work) throws Exception {
    Path file = lab.newFolder("profile").resolve("samples.jfr");
    server.jcmd(
        "JFR.start", "name=bench", "settings=" + Path.of("src/bench/profile.jfc").toAbsolutePath());
    Map<String, Ticks> before = ticks(server.pid());
    work.run();
    Map<String, Ticks> after = ticks(server.pid());
    server.jcmd("JFR.stop", "name=bench", "filename=" + file);
    List<String> lines = new ArrayList<>();
    lines.add("CPU by thread: " + threads(before, after));
    addMethods(file, lines);
    return lines;
  }

  /** By thread, those of one kind together: their names differ by numbers. */
  private static Map<String, Ticks> ticks(long pid) throws IOException {
    Map<String, Ticks> ticks = new HashMap<>();
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads.toList()) {
        String stat;
        try {
          stat = Files.readString(thread.resolve("stat"));
        } catch (IOException ended) {
          continue;
        }
        int close = stat.lastIndexOf(')');
        String name = stat.substring(stat.indexOf('(') + 1, close);
        String[] fields = stat.substring(close + 2).split(" ", -1);
        Ticks own = new Ticks(Long.parseLong(fields[11]), Long.parseLong(fields[12]));
        ticks.merge(name.replaceAll("[-# ]*\\d+[-# ]*$", ""), own, Ticks::plus);
      }
    }
    return ticks;
  }

  private static String threads(Map<String, Ticks> before, Map<String, Ticks> after) {
    Map<String, Ticks> spent = new TreeMap<>();
    after.forEach(
        (name, ticks) -> spent.put(name, ticks.minus(before.getOrDefault(name, new Ticks(0, 0)))));
    double all = Math.max(1, spent.values().stream().mapToLong(t -> t.user() + t.kernel()).sum());
    List<String> shares =
        spent.entrySet().stream()
            .sorted(
                Comparator.comparingLong(
                    entry -> -entry.getValue().user() - entry.getValue().kernel()))
            .filter(entry -> entry.getValue().user() + entry.getValue().kernel() > all / 100)
            .map(
                entry ->
                    text(
                        "%s %.0f %% (kernel %.0f)",
                        entry.getKey(),
                        100 * (entry.getValue().user() + entry.getValue().kernel()) / all,
                        100 * entry.getValue().kernel() / all))
            .toList();
    return String.join(", ", shares);
  }

  private static void addMethods(Path file, List<String> lines) throws IOException {
    Map<String, Integer> ours = new HashMap<>();
    Map<String, Integer> innermost = new HashMap<>();
    int samples = 0;
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        RecordedEvent event = recording.readEvent();
        RecordedStackTrace stack = event.getStackTrace();
        if (!event.getEventType().getName().equals("jdk.CPUTimeSample") || stack == null) {
          continue;
        }
        List<RecordedFrame> frames = stack.getFrames();
        samples++;
        innermost.merge(name(frames.getFirst().getMethod()), 1, Integer::sum);
        Optional<RecordedMethod> own =
            frames.stream()
                .map(RecordedFrame::getMethod)
                .filter(method -> method.getType().getName().startsWith(OURS))
                .findFirst();
        ours.merge(own.map(Profile::name).orElse("(none of ours)"), 1, Integer::sum);
      }
    }
    lines.add(text("innermost of ours, with what it calls, of %,d samples:", samples));
    addTop(ours, samples, lines);
    lines.add("innermost of all:");
    addTop(innermost, samples, lines);
  }

  private static void addTop(Map<String, Integer> counts, int samples, List<String> lines) {
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(ROWS)
        .forEach(
            entry ->
                lines.add(
                    text("%5.1f %%  %s", 100.0 * entry.getValue() / samples, entry.getKey())));
  }

  private static String name(RecordedMethod method) {
    String type = method.getType().getName();
    return type.substring(type.lastIndexOf('.') + 1) + "." + method.getName();
  }
}
