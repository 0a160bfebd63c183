package io.doorbuster.inventory.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the servers keep what they are told as well as they were asked to. */
final class ServerCheck {
  private static final Logger log = LoggerFactory.getLogger(ServerCheck.class);

  /** A weaker server than the settings ask for. */
  static final class TooWeak extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    TooWeak(List<String> reasons) {
      super(
          "Redis keeps less than redis.sync asks for: "
              + String.join("; ", reasons)
              + "; or set redis.sync to what it keeps, or redis.allowWeaker");
    }
  }

  private ServerCheck() {}

  /**
   * Reads the servers' settings and compares them.
   *
   * @throws TooWeak naming each setting and the value it needs, unless that is allowed
   */
  static void run(Redis redis, RedisOptions.Durability wanted) {
    List<String> reasons = new ArrayList<>();
    for (Map.Entry<String, List<String>> setting : needs(wanted.sync()).entrySet()) {
      for (Optional<String> found : redis.readConfiguration(setting.getKey())) {
        if (found.isEmpty()) {
          log.warn("Redis does not tell us its {}; see docs/operating.md", setting.getKey());
        } else if (!setting.getValue().contains(found.get())) {
          reasons.add(
              "%s is %s, set it to %s"
                  .formatted(setting.getKey(), found.get(), setting.getValue().getFirst()));
        }
      }
    }
    if (wanted.onReplicasDisk() && !redis.canAwaitDisks()) {
      throw new IllegalStateException(
          "Redis has no WAITAOF, or lets us not use it; Redis 7.2 and Valkey have it:"
              + " set redis.replicasOnDisk to false, or take a newer server");
    }
    List<String> distinct = reasons.stream().distinct().toList();
    if (!distinct.isEmpty() && !wanted.weakerAllowed()) {
      throw new TooWeak(distinct);
    }
    if (!distinct.isEmpty()) {
      log.warn(
          "Redis keeps less than {}: {}",
          wanted.sync().name().toLowerCase(Locale.ROOT),
          String.join("; ", distinct));
    }
  }

  /** Each setting with the values that will do, the one to name first. */
  private static Map<String, List<String>> needs(RedisOptions.Sync sync) {
    List<String> keep = List.of("noeviction");
    return switch (sync) {
      case ALWAYS ->
          Map.of(
              "appendonly", List.of("yes"),
              "appendfsync", List.of("always"),
              "maxmemory-policy", keep);
      case EVERYSEC ->
          Map.of(
              "appendonly", List.of("yes"),
              "appendfsync", List.of("everysec", "always"),
              "maxmemory-policy", keep);
      case NO -> Map.of("maxmemory-policy", keep);
    };
  }
}
