package io.doorbuster.drill;

import io.doorbuster.drill.servers.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A server of the drill's own: this program, run again, on free ports over a folder of its own. */
final class ChildServer implements ServerProcess {
  private static final String HOST = "127.0.0.1";
  private static final String MAIN = "io.doorbuster.cli.Main";
  private static final String TOKEN = "DOORBUSTER_ADMIN_TOKEN";

  private final Path folder;
  private final List<String> words;
  private final Supplier<Map<String, String>> settings;
  private final int port = Child.freePort();
  private final int adminPort = Child.freePort();
  private final Child child;
  private List<String> flags = List.of();

  /** One that does all the work. */
  ChildServer(Path folder) {
    this(folder, List.of(), () -> Map.of(TOKEN, "")); // its own is read from its folder
  }

  /**
   * One of many.
   *
   * @param words of its command line beside those for its folder and ports
   * @param settings by the environment; asked for at each start
   */
  ChildServer(Path folder, List<String> words, Supplier<Map<String, String>> settings) {
    this.folder = folder;
    this.words = words;
    this.settings = settings;
    this.child = new Child(folder.resolve("server.log"));
  }

  /** Further flags of its JVM, from its next start on. */
  void flags(List<String> more) {
    flags = more;
  }

  @Override
  public void start() {
    if (child.isAlive()) {
      return;
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Child.java(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(cache());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN, "serve"));
    command.addAll(List.of("--data", folder.resolve("data").toString()));
    command.addAll(List.of("--port", Integer.toString(port)));
    command.addAll(List.of("--admin-port", Integer.toString(adminPort)));
    command.addAll(words);
    Map<String, String> environment = new HashMap<>();
    if (System.getenv("DOORBUSTER_GATE_WARM_UP") == null) {
      environment.put("DOORBUSTER_GATE_WARM_UP", "0s"); // it is killed soon enough
    }
    environment.putAll(settings.get());
    try {
      child.start(command, environment);
    } catch (IOException e) {
      throw new UncheckedIOException("the server can not be started", e);
    }
  }

  /** The start-up cache that we were started with: it is of the same jar. */
  private static List<String> cache() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("-XX:AOTCache="))
        .toList();
  }

  @Override
  public void kill() {
    child.kill();
  }

  /** A signal by its name, such as STOP and CONT. */
  void signal(String name) {
    child.signal(name);
  }

  @Override
  public Optional<String> findDeath() {
    return child.findDeath().map(why -> folder.getFileName() + " " + why);
  }

  @Override
  public String describe() {
    return "a server";
  }

  @Override
  public List<URI> buyers() {
    return List.of(URI.create("http://" + HOST + ":" + port));
  }

  @Override
  public URI admin() {
    return URI.create("http://" + HOST + ":" + adminPort);
  }

  @Override
  public String token() {
    return findFile("admin-token").orElse("");
  }

  @Override
  public Optional<String> findFile(String name) {
    try {
      return Optional.of(Files.readString(folder.resolve("data").resolve(name)).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> books() {
    Path file = folder.resolve("data").resolve("doorbuster.db");
    return Optional.of("jdbc:sqlite:" + file.toAbsolutePath());
  }

  @Override
  public void close() {
    child.close();
  }
}
