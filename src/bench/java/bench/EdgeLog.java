package bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the edge's access log says, by the second since 1970. */
record EdgeLog(NavigableMap<Long, Second> seconds, Map<String, Long> statuses) {
  private static final Pattern LINE =
      Pattern.compile("\\S+ \\[([^]]+)] (\\S+) (\\S+) (\\d+) \\S+ (.*) (\\d+)");

  /**
   * Counts of one second.
   *
   * @param states requests for state.json
   * @param stateBytes of their answers, with heads
   * @param files requests for the page and what belongs to it
   * @param calls of buyers that were passed on to a gate
   * @param refused calls of buyers that the edge answered itself
   */
  record Second(long states, long stateBytes, long files, long calls, long refused) {
    static final Second NONE = new Second(0, 0, 0, 0, 0);

    Second plus(Second more) {
      return new Second(
          states + more.states,
          stateBytes + more.stateBytes,
          files + more.files,
          calls + more.calls,
          refused + more.refused);
    }
  }

  /** Reads what was added after the first so many bytes. */
  static EdgeLog read(Path log, long from) throws IOException {
    EdgeLog read = new EdgeLog(new TreeMap<>(), new TreeMap<>());
    Map<String, Long> times = new HashMap<>();
    try (InputStream in = Files.newInputStream(log)) {
      in.skipNBytes(from);
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher match = LINE.matcher(line);
        if (!match.matches()) {
          throw new IOException("the edge's log has a line of another form: " + line);
        }
        long second =
            times.computeIfAbsent(
                match.group(1), text -> OffsetDateTime.parse(text).toEpochSecond());
        read.seconds.merge(second, one(match), Second::plus);
        String kind = match.group(3).startsWith("/s/") ? "page " : "call ";
        read.statuses.merge(kind + match.group(4), 1L, Long::sum);
      }
    }
    return read;
  }

  private static Second one(Matcher match) {
    String uri = match.group(3);
    if (uri.endsWith("/state.json")) {
      return new Second(1, Long.parseLong(match.group(6)), 0, 0, 0);
    }
    if (uri.startsWith("/s/")) {
      return new Second(0, 0, 1, 0, 0);
    }
    boolean passedOn = !match.group(5).startsWith("- ");
    return new Second(0, 0, 0, passedOn ? 1 : 0, passedOn ? 0 : 1);
  }

  Second all() {
    return seconds.values().stream().reduce(Second.NONE, Second::plus);
  }

  /** From a second on, until another, exclusive. */
  Second between(long from, long until) {
    return seconds.subMap(from, until).values().stream().reduce(Second.NONE, Second::plus);
  }
}
