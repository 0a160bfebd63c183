package io.doorbuster.cli;

import io.doorbuster.inventory.redis.RedisOptions;
import io.doorbuster.inventory.redis.RedisOptions.Durability;
import io.doorbuster.inventory.redis.RedisOptions.Mode;
import io.doorbuster.inventory.redis.RedisOptions.Node;
import io.doorbuster.inventory.redis.RedisOptions.Sync;
import io.doorbuster.sale.Fields;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where Redis is; with no node the engine is the one inside the process. */
final class RedisSettings {
  /** A host's name or IPv4 address, or an IPv6 address in brackets. */
  private static final Pattern NODE = Pattern.compile("([^:\\[\\]]+|\\[[0-9a-fA-F:]+]):(\\d{1,5})");

  private static final Duration TIMEOUT_MIN = Duration.ofMillis(50);

  private RedisSettings() {}

  static Optional<RedisOptions> read(Fields fields) {
    List<Node> nodes = nodes(fields);
    Mode mode = choice(fields, "mode", Mode.STANDALONE, Mode.values());
    String sentinelName = Optional.ofNullable(fields.findText("sentinelName")).orElse("");
    String user = fields.findText("user");
    Settings.@Nullable Secret password = SettingValues.password(fields, "password");
    boolean tls = fields.flag("tls", false);
    @Nullable Path ca = SettingValues.path(fields, "ca");
    Duration timeout =
        fields.duration("timeout", Duration.ofSeconds(1), TIMEOUT_MIN, Duration.ofSeconds(10));
    int connections = (int) fields.number("connections", 16, 1, 1_000);
    Durability durability =
        new Durability(
            choice(fields, "sync", Sync.ALWAYS, Sync.values()),
            fields.flag("allowWeaker", false),
            (int) fields.number("replicas", 0, 0, 5),
            fields.flag("replicasOnDisk", false));
    fields.finish();
    if (user != null && password == null) {
      fields.reject("user", "has no password: add redis.passwordFile");
    }
    if (mode == Mode.SENTINEL && sentinelName.isEmpty()) {
      fields.reject("sentinelName", "is missing: the primary's name at its sentinels");
    }
    if (durability.onReplicasDisk() && durability.replicas() == 0) {
      fields.reject("replicasOnDisk", "needs redis.replicas: how many of them");
    }
    if (mode == Mode.STANDALONE && nodes.size() > 1) {
      fields.reject(
          "nodes", "are several; one is enough, or set redis.mode to cluster or sentinel");
    }
    if (nodes.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new RedisOptions(
            mode,
            nodes,
            sentinelName,
            user,
            password == null ? null : new String(password.bytes(), StandardCharsets.UTF_8),
            tls,
            ca,
            timeout,
            connections,
            durability));
  }

  private static List<Node> nodes(Fields fields) {
    List<Node> nodes = new ArrayList<>();
    for (String text : fields.texts("nodes")) {
      Matcher node = NODE.matcher(text);
      if (node.matches() && Integer.parseInt(node.group(2)) <= 65_535) {
        nodes.add(new Node(node.group(1), Integer.parseInt(node.group(2))));
      } else {
        fields.reject("nodes", "`" + text + "` is no host and port such as redis-1.internal:6379");
      }
    }
    return nodes;
  }

  private static <E extends Enum<E>> E choice(Fields fields, String key, E fallback, E[] all) {
    List<String> names =
        List.of(all).stream().map(one -> one.name().toLowerCase(Locale.ROOT)).toList();
    return fields.parsed(
        key,
        fallback,
        "one of " + String.join(", ", names),
        value -> names.contains(value) ? Optional.of(all[names.indexOf(value)]) : Optional.empty());
  }
}
