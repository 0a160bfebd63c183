package io.doorbuster.inventory.redis;

import io.doorbuster.sale.StoreLook;
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

  private static final String NO_DISKS =
      "Redis has no WAITAOF, or lets us not use it; Redis 7.2 and Valkey have it:"
          + " set redis.replicasOnDisk to false, or take a newer server";

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
    Found found = find(redis, wanted);
    for (String setting : found.untold) {
      log.warn("Redis does not tell us its {}; see docs/operating.md", setting);
    }
    if (!found.hasDisks) {
      throw new IllegalStateException(NO_DISKS);
    }
    if (!found.weak.isEmpty() && !wanted.weakerAllowed()) {
      throw new TooWeak(found.weak);
    }
    if (!found.weak.isEmpty()) {
      log.warn(
          "Redis keeps less than {}: {}",
          wanted.sync().name().toLowerCase(Locale.ROOT),
          String.join("; ", found.weak));
    }
  }

  /** The same of servers that are in use: what they keep too little is told, also where allowed. */
  static StoreLook look(Redis redis, RedisOptions options) {
    RedisOptions.Durability wanted = options.durability();
    Found found = find(redis, wanted);
    List<String> weak = new ArrayList<>(found.weak);
    if (!found.hasDisks) {
      weak.add(NO_DISKS);
    }
    return new StoreLook("Redis " + options + ", " + keeps(wanted), weak, found.untold);
  }

  private static String keeps(RedisOptions.Durability wanted) {
    String log =
        switch (wanted.sync()) {
          case ALWAYS -> "its log on disk before each answer";
          case EVERYSEC -> "its log on disk once a second (redis.sync: everysec)";
          case NO -> "nothing asked of its disk (redis.sync: no)";
        };
    return wanted.replicas() == 0
        ? log
        : log + ", replicas that must have it: " + wanted.replicas();
  }

  /**
   * What the servers' settings are.
   *
   * @param hasDisks whether they can wait for their replicas' disks, where that is asked
   */
  private record Found(List<String> weak, List<String> untold, boolean hasDisks) {}

  private static Found find(Redis redis, RedisOptions.Durability wanted) {
    List<String> weak = new ArrayList<>();
    List<String> untold = new ArrayList<>();
    for (Map.Entry<String, List<String>> setting : needs(wanted.sync()).entrySet()) {
      for (Optional<String> found : redis.readConfiguration(setting.getKey())) {
        if (found.isEmpty()) {
          untold.add(setting.getKey());
        } else if (!setting.getValue().contains(found.get())) {
          weak.add(
              "%s is %s, set it to %s"
                  .formatted(setting.getKey(), found.get(), setting.getValue().getFirst()));
        }
      }
    }
    boolean hasDisks = !wanted.onReplicasDisk() || redis.canAwaitDisks();
    return new Found(distinct(weak), distinct(untold), hasDisks);
  }

  private static List<String> distinct(List<String> texts) {
    return texts.stream().distinct().sorted().toList();
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
