package io.doorbuster.drill.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A real PostgreSQL of our own that keeps its commits, on a free port of loopback: of the system's
 * package. It refuses to run as root, so that root runs it as the user {@code postgres}.
 */
public final class PostgresServer implements AutoCloseable {
  private static final Duration UP_WITHIN = Duration.ofSeconds(60);
  private static final Path PACKAGES = Path.of("/usr/lib/postgresql");
  private static final String ACCOUNT = "postgres";
  private static final String OWNER = "doorbuster";
  private static final String MISSING =
      "PostgreSQL's server is missing (Debian: apt-get install postgresql)";

  private final Path data;
  private final Path programs;
  private final boolean root;
  private final int port = Child.freePort();
  private final Child child;

  private PostgresServer(Path folder) {
    this.programs = programs();
    this.root = "root".equals(System.getProperty("user.name"));
    this.data = folder.resolve("data");
    this.child = new Child(folder.resolve("log"));
  }

  /** Makes a database in the folder, owned by doorbuster, and starts it. */
  public static PostgresServer start(Path folder) {
    PostgresServer server = new PostgresServer(folder);
    try {
      server.makeDatabase(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL's folder can not be made", e);
    }
    server.start();
    return server;
  }

  /** The newest that is there. */
  private static Path programs() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    Stream<Path> onPath = Stream.of(path.split(":", -1)).filter(p -> !p.isEmpty()).map(Path::of);
    return Stream.concat(onPath, packaged().stream())
        .filter(folder -> Files.isExecutable(folder.resolve("initdb")))
        .filter(folder -> Files.isExecutable(folder.resolve("postgres")))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(MISSING));
  }

  private static List<Path> packaged() {
    try (Stream<Path> versions = Files.list(PACKAGES)) {
      return versions
          .sorted(Comparator.comparingInt(PostgresServer::version).reversed())
          .map(version -> version.resolve("bin"))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static int version(Path folder) {
    String name = folder.getFileName().toString();
    return name.matches("\\d{1,4}") ? Integer.parseInt(name) : 0;
  }

  private void makeDatabase(Path folder) throws IOException {
    Files.createDirectories(data);
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    if (root) {
      giveAway(folder);
    }
    Child.run(
        command(
            "initdb",
            "--pgdata",
            data.toString(),
            "--username",
            OWNER,
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--no-locale",
            "--no-sync"));
  }

  /** The account must reach its folder, though not read what stands beside it. */
  private void giveAway(Path folder) throws IOException {
    UserPrincipal account;
    try {
      account =
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(ACCOUNT);
    } catch (UserPrincipalNotFoundException e) {
      throw new IllegalStateException(
          "PostgreSQL does not run as root, and there is no user postgres: add one, or run this as"
              + " another user",
          e);
    }
    Files.setOwner(folder, account);
    Files.setOwner(data, account);
    Path above = folder.toAbsolutePath().getParent();
    if (above != null && "root".equals(Files.getOwner(above).getName())) {
      var permissions = Files.getPosixFilePermissions(above);
      permissions.addAll(PosixFilePermissions.fromString("--x--x--x"));
      Files.setPosixFilePermissions(above, permissions);
    }
  }

  private List<String> command(String program, String... words) {
    List<String> command = new ArrayList<>();
    if (root) {
      command.addAll(
          List.of("setpriv", "--reuid=" + ACCOUNT, "--regid=" + ACCOUNT, "--clear-groups", "--"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(words));
    return command;
  }

  /** Starts it on the data that is there; returns when it lets clients in. */
  public void start() {
    List<String> settings =
        List.of(
            "port=" + port,
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "max_connections=200");
    List<String> words = new ArrayList<>(List.of("-D", data.toString()));
    settings.forEach(setting -> words.addAll(List.of("-c", setting)));
    try {
      child.start(command("postgres", words.toArray(String[]::new)), Map.of());
    } catch (IOException e) {
      throw new IllegalStateException(MISSING + ": " + e.getMessage(), e);
    }
    Child.awaitUp("PostgreSQL on port " + port, child, UP_WITHIN, this::isReady);
  }

  private boolean isReady() {
    try (Connection connection = DriverManager.getConnection(ownUrl())) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  public boolean isAlive() {
    return child.isAlive();
  }

  /** Of the database, at a port of loopback that may be another's that leads here. */
  public static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** The same for who has no settings: with the user in it. */
  public String ownUrl() {
    return url(port) + "?user=" + OWNER;
  }

  /** Stops it as an administrator does who does not wait for clients to leave. */
  public void stop() {
    child.stop("INT");
  }

  /** SIGKILL to all its processes. */
  public void kill() {
    child.kill();
  }

  /** Why it ended by itself, or empty. */
  public Optional<String> findDeath() {
    return child.findDeath();
  }

  @Override
  public void close() {
    stop();
  }
}
