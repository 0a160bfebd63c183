package bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A closed loop: each connection asks as soon as it is answered. */
final class Wrk {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
  private static final Pattern RATE = Pattern.compile("Requests/sec: +([0-9.]+)");
  private static final Pattern REFUSED = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
  private static final Pattern P99 = Pattern.compile("99% +(\\S+)");
  private static final Pattern ERRORS = Pattern.compile("Socket errors: (.*)");

  private static final int ONCE_SECONDS_MAX = 60;

  private final Lab lab;
  private final int connections;
  private final Path passes;
  private final String sale;

  /**
   * @param passes a file with a pass a line, asked with in turn
   */
  Wrk(Lab lab, int connections, Path passes, String sale) {
    this.lab = lab;
    this.connections = connections;
    this.passes = passes;
    this.sale = sale;
  }

  /**
   * What wrk tells.
   *
   * @param refused answers other than 2xx
   * @param p99 as wrk writes it; of a closed loop, so it is no latency that a buyer would see
   */
  record Run(long requests, double perSecond, long refused, String p99) {}

  /** Asks in turn with all passes for a time. */
  Run run(String cores, int port, int seconds) throws IOException, InterruptedException {
    return read(say(cores, port, seconds, "again"));
  }

  private static Run read(String text) {
    return new Run(
        Long.parseLong(find(REQUESTS, text, "0")),
        Double.parseDouble(find(RATE, text, "0")),
        Long.parseLong(find(REFUSED, text, "0")),
        find(P99, text, "?"));
  }

  /** Asks with each pass once. wrk has no word for that end, so it leaves without its figures. */
  void once(String cores, int port) throws IOException, InterruptedException {
    String text = say(cores, port, ONCE_SECONDS_MAX, "once");
    if (REQUESTS.matcher(text).find()) {
      throw new IOException("not all have asked within " + ONCE_SECONDS_MAX + " s");
    }
  }

  private String say(String cores, int port, int seconds, String order)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(program(), "-t1", "-c" + connections, "-d" + seconds + "s"));
    command.add("--latency");
    command.addAll(List.of("-s", "src/bench/buy.lua", "http://127.0.0.1:" + port, "--"));
    command.addAll(List.of(passes.toString(), sale, Server.SKU, order));
    return say(lab, cores, command);
  }

  /** Asks for one address all the time. */
  static Run get(Lab lab, int connections, int seconds, String url, String... headers)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(program(), "-t1", "-c" + connections, "-d" + seconds + "s"));
    command.add("--latency");
    for (String header : headers) {
      command.addAll(List.of("-H", header));
    }
    command.add(url);
    return read(say(lab, Lab.LOAD_CORE, command));
  }

  private static String program() {
    return Machine.program("wrk", "as root on Debian: apt-get install wrk");
  }

  private static String say(Lab lab, String cores, List<String> command)
      throws IOException, InterruptedException {
    Path log = lab.folder().resolve("wrk.log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    Process process = lab.start(cores, builder);
    int exit = process.waitFor();
    lab.end(process);
    String text = Files.readString(log, StandardCharsets.UTF_8);
    if (exit != 0) {
      throw new IOException("wrk ends with " + exit + ": " + text);
    }
    Matcher errors = ERRORS.matcher(text);
    if (errors.find()) {
      Lab.say("  wrk's socket errors: " + errors.group(1));
    }
    return text;
  }

  private static String find(Pattern pattern, String text, String otherwise) {
    Matcher match = pattern.matcher(text);
    return match.find() ? match.group(1) : otherwise;
  }
}
