package io.doorbuster.cli.preflight;

import io.doorbuster.console.preflight.Check;
import io.doorbuster.sale.ClockOffset;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** This machine's clock and the server's against a time server's. */
public final class ClockChecks {
  static final Duration OFF_MAX = Duration.ofMillis(100);

  private static final String HERE = "clock here";
  private static final String SERVER = "clock of the server";
  private static final String HOW = "--ntp HOST: a time server, such as that of your network";

  private ClockChecks() {}

  /** A time server. */
  public record TimeServer(String host, int port) {
    /** Reads {@code HOST} or {@code HOST:PORT}, an IPv6 address in brackets. */
    public static Optional<TimeServer> parse(String text) {
      String[] parts = text.strip().split(":(?=\\d{1,5}$)", 2);
      String host = parts[0].replaceAll("[\\[\\]]", "");
      boolean isPlain = !parts[0].contains(":") || parts[0].matches("\\[[0-9a-fA-F:]+]");
      int port = parts.length == 2 ? Integer.parseInt(parts[1]) : Sntp.PORT;
      boolean isRight = isPlain && host.matches("[A-Za-z0-9:.-]+") && port > 0 && port <= 65_535;
      return isRight ? Optional.of(new TimeServer(host, port)) : Optional.empty();
    }

    @Override
    public String toString() {
      return port == Sntp.PORT ? host : host + ":" + port;
    }
  }

  /**
   * Asks, and compares.
   *
   * @param server how far the server's clock is ahead of this machine's
   */
  public static List<Check> run(
      Optional<TimeServer> time, ClockOffset server, InstantSource clock) {
    String seen = "the server's is " + server + " against this machine's";
    if (time.isEmpty()) {
      return List.of(
          Check.notChecked(HERE, "no time server was named", HOW),
          Check.notChecked(SERVER, "no time server was named; " + seen, HOW));
    }
    try {
      ClockOffset here = Sntp.ask(time.get().host(), time.get().port(), clock).reversed();
      return List.of(check(HERE, here, time.get()), check(SERVER, server.plus(here), time.get()));
    } catch (IOException e) {
      String why = time.get() + " does not tell: " + reason(e);
      return List.of(
          Check.notChecked(HERE, why, "name another by --ntp; UDP must be let through"),
          Check.notChecked(SERVER, why + "; " + seen, "the same"));
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  static Check check(String name, ClockOffset offset, TimeServer time) {
    String text = offset + " against " + time;
    if (offset.isSurelyWithin(OFF_MAX)) {
      return Check.ok(name, text);
    }
    String limit = ", of " + OFF_MAX.toMillis() + " ms";
    return offset.isSurelyOver(OFF_MAX)
        ? Check.red(name, text + limit, "let that machine take its time by NTP (chrony)")
        : Check.notChecked(
            name, text + limit + ": the way is too long to tell", "ask from a machine nearby");
  }
}
