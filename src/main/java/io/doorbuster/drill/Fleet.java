package io.doorbuster.drill;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Many processes that serve as one: two gates, two order writers, one of which is the console, over
 * a Redis Cluster, PostgreSQL and Kafka. They share their keys by the environment.
 */
final class Fleet implements ServerProcess {
  private static final int KEY_BYTES = 32;

  /** More than the Redis Cluster has primaries, so that each has some of the stock. */
  static final int SHARDS = 4;

  private final Path folder;
  private final Backends backends;
  private final String token = key();
  private final String idKey = key();
  private final String passKeys = "drill:" + key();
  private final String shopSecret = key();
  private final List<ChildServer> gates;
  private final List<ChildServer> writers;
  private final Thread atExit = new Thread(this::stopAll, "stop-the-fleet");
  private int kills;

  Fleet(Path folder, Backends backends) {
    this.folder = folder;
    this.backends = backends;
    writers = List.of(member("writer-1", "orders,console"), member("writer-2", "orders"));
    gates = List.of(member("gate-1", "gate"), member("gate-2", "gate"));
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  private static String key() {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return HexFormat.of().formatHex(key);
  }

  Backends backends() {
    return backends;
  }

  List<ChildServer> gates() {
    return gates;
  }

  /** The first of them is the console. */
  List<ChildServer> writers() {
    return writers;
  }

  List<ChildServer> all() {
    List<ChildServer> all = new ArrayList<>(writers);
    all.addAll(gates);
    return all;
  }

  @Override
  public void start() {
    backends.start();
    all().forEach(process -> process.signal("CONT"));
    all().forEach(ChildServer::start);
  }

  private ChildServer member(String name, String roles) {
    return new ChildServer(folder.resolve(name), List.of("--roles", roles), this::settings);
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(backends.settings());
    settings.put("DOORBUSTER_ADMIN_TOKEN", token);
    settings.put("DOORBUSTER_ORDER_ID_KEY", idKey);
    settings.put("DOORBUSTER_PASS_KEYS", passKeys);
    settings.put("DOORBUSTER_IDENTITY_HS256_SECRET", shopSecret);
    settings.put("DOORBUSTER_INVENTORY_SHARDS", Integer.toString(SHARDS));
    return settings;
  }

  /** One after the other gets its turn. */
  @Override
  public void kill() {
    all().get(kills % all().size()).kill();
    kills++;
  }

  @Override
  public Optional<String> findDeath() {
    return all().stream().flatMap(process -> process.findDeath().stream()).findFirst();
  }

  @Override
  public String describe() {
    return "2 gates and 2 order writers over a Redis Cluster, PostgreSQL and Kafka";
  }

  @Override
  public List<URI> buyers() {
    return gates.stream().flatMap(gate -> gate.buyers().stream()).toList();
  }

  @Override
  public URI admin() {
    return writers.getFirst().admin();
  }

  @Override
  public List<URI> operators() {
    return all().stream().map(ChildServer::admin).toList();
  }

  @Override
  public String token() {
    return token;
  }

  @Override
  public Optional<String> books() {
    return Optional.of(backends.books());
  }

  @Override
  public Optional<String> findFile(String name) {
    return switch (name) {
      case "order-id.key" -> Optional.of(idKey);
      case "pass-keys" -> Optional.of(passKeys);
      default -> Optional.empty();
    };
  }

  @Override
  public Optional<List<String>> events() {
    return Optional.of(backends.events());
  }

  private void stopAll() {
    all().forEach(ChildServer::kill);
    backends.close();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    all().forEach(process -> process.signal("CONT"));
    all().parallelStream().forEach(ChildServer::close);
    backends.close();
  }
}
