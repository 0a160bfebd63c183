package io.doorbuster.sale;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL that keeps its commits, on a free port, its data in a temporary folder. The
 * build copies the binaries of the oldest and of the newest version that are tested.
 */
public final class PostgresServer implements AutoCloseable {
  /** Which of the two. */
  public enum Version {
    OLDEST,
    NEWEST
  }

  private static final Map<Version, PostgresServer> SHARED = new EnumMap<>(Version.class);
  private static final String USER = "postgres";

  private final Version version;
  private final Path folder;
  private @Nullable EmbeddedPostgres server;
  private int port;

  /** A server of a test's own, to be stopped and killed. */
  public PostgresServer(Version version) {
    this.version = version;
    try {
      folder = Files.createTempDirectory("doorbuster-postgresql");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start();
  }

  /** The one server of this JVM that nobody stops. */
  public static synchronized PostgresServer shared(Version version) {
    return SHARED.computeIfAbsent(
        version,
        which -> {
          PostgresServer server = new PostgresServer(which);
          Runtime.getRuntime().addShutdownHook(new Thread(server::close, "postgresql-close"));
          return server;
        });
  }

  /** Starts it over the data that is there. */
  public void start() {
    start(Map.of());
  }

  /** The same, with further lines of postgresql.conf. */
  public void start(Map<String, String> config) {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setPgBinaryResolver((system, machine) -> binary())
            .setDataDirectory(folder.resolve("data"))
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPort(port)
            .setPGStartupWait(Duration.ofSeconds(60))
            .setServerConfig("fsync", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("max_connections", "200")
            .setServerConfig("log_min_messages", "panic")
            .setOutputRedirector(ProcessBuilder.Redirect.DISCARD);
    config.forEach(builder::setServerConfig);
    for (int tries = 1; ; tries++) {
      try {
        EmbeddedPostgres started = builder.start();
        server = started;
        port = started.getPort();
        return;
      } catch (IOException | IllegalStateException e) {
        if (tries == 20) {
          throw new IllegalStateException("PostgreSQL does not start", e);
        }
        sleep(); // after a kill its last processes are still ending
      }
    }
  }

  private InputStream binary() throws IOException {
    String jar = "postgresql-" + (version == Version.OLDEST ? "oldest" : "newest") + ".jar";
    try (ZipFile zip = new ZipFile(Path.of("target", "postgresql", jar).toFile())) {
      try (InputStream in = zip.getInputStream(zip.getEntry("postgres-linux-x86_64.txz"))) {
        return new java.io.ByteArrayInputStream(in.readAllBytes());
      }
    }
  }

  /** Stops it as an administrator does: those who are connected are cut off. */
  public void stop() {
    try {
      if (server != null) {
        server.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server = null;
  }

  /** Kills it, with nothing written that was not written before. */
  public void kill() {
    try {
      String pid = Files.readAllLines(folder.resolve("data").resolve("postmaster.pid")).getFirst();
      ProcessHandle main = ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
      ProcessHandle[] workers = main.children().toArray(ProcessHandle[]::new);
      main.destroyForcibly();
      for (ProcessHandle worker : workers) {
        worker.destroyForcibly();
      }
      main.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    stop(); // gives the folder's lock back; that nothing is there to stop is logged
  }

  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** As somebody with a tool of his own. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(url(database), USER, "");
  }

  /** Runs a statement in the database that is always there. */
  public void run(String sql) {
    try (Connection connection = connect(USER);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** A user who is let in with a password only. */
  public void addUser(String name, String password) {
    run("CREATE USER " + name + " PASSWORD '" + password + "'");
    Path rules = folder.resolve("data").resolve("pg_hba.conf");
    try {
      String first = "host all " + name + " 127.0.0.1/32 scram-sha-256\n";
      Files.writeString(rules, first + Files.readString(rules));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run("SELECT pg_reload_conf()");
  }

  /** How a test's store connects; it gives up sooner than a real one. */
  public PostgresOptions options(String database) {
    return options(database, 6);
  }

  public PostgresOptions options(String database, int connections) {
    return new PostgresOptions(url(database), USER, "", connections, false, Duration.ofSeconds(1));
  }

  private static void sleep() {
    try {
      TimeUnit.MILLISECONDS.sleep(250);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops it for good, and takes its data away. */
  @Override
  public void close() {
    stop();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
