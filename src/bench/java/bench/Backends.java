package bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Redis that syncs every write and a PostgreSQL that keeps every commit, for one race. */
record Backends(int redisPort, long redisPid, String postgresUrl) {
  private static final String USER = "postgres";
  private static final Pattern CALLS = Pattern.compile("(?m)^cmdstat_([^:]+):calls=(\\d+)");

  static Backends start(Lab lab, String cores) throws IOException, InterruptedException {
    Path folder = lab.newFolder("redis");
    int port = Lab.freePort();
    Process redis =
        lab.start(
            cores,
            new ProcessBuilder(redisCommand(port, folder))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile()));
    Process host =
        lab.start(
            cores,
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    PostgresHost.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD));
    BufferedReader out =
        new BufferedReader(new InputStreamReader(host.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("url ")) {
        return new Backends(port, redis.pid(), line.substring(4));
      }
    }
    throw new IOException("PostgreSQL does not start");
  }

  static List<String> redisCommand(int port, Path folder) {
    return List.of(
        Machine.program("redis-server", "as root on Debian: apt-get install redis-server"),
        "--port",
        Integer.toString(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        folder.toString(),
        "--save",
        "",
        "--appendonly",
        "yes",
        "--appendfsync",
        "always",
        "--auto-aof-rewrite-percentage",
        "0");
  }

  /** Doorbuster on both, in all its roles. */
  Server serve(Lab lab, String cores, int queueCapacity) throws IOException, InterruptedException {
    return Server.start(lab, cores, settings(lab, queueCapacity, "[gate, orders, console]"), "");
  }

  /** Doorbuster's settings on both. */
  List<String> settings(Lab lab, int queueCapacity, String roles) {
    return List.of(
        "roles: " + roles,
        "inventory: {queueCapacity: " + queueCapacity + "}",
        "gate: {warmUp: " + lab.warmUpSeconds() + "s}",
        "redis: {nodes: \"127.0.0.1:" + redisPort + "\"}",
        "store: {url: \"" + postgresUrl + "\", user: " + USER + ", password: any}");
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(postgresUrl, USER, "");
  }

  /** What Redis has run, each command by its name, those of scripts included; its own count. */
  Map<String, Long> redisCalls() throws IOException, InterruptedException {
    Process asked =
        new ProcessBuilder(
                Machine.program("redis-cli", "as root on Debian: apt-get install redis-tools"),
                "-p",
                Integer.toString(redisPort),
                "info",
                "commandstats")
            .start();
    String text = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    asked.waitFor();
    Map<String, Long> calls = new TreeMap<>();
    Matcher line = CALLS.matcher(text);
    while (line.find()) {
      calls.put(line.group(1), Long.parseLong(line.group(2)));
    }
    return calls;
  }

  /** Transactions that the database has ended, as it counts them itself, a second late at most. */
  long transactions() throws SQLException, InterruptedException {
    Lab.pause(Duration.ofMillis(1_500));
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database"
                    + " WHERE datname = current_database()")) {
      return row.next() ? row.getLong(1) : 0;
    }
  }
}
