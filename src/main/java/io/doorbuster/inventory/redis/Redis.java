package io.doorbuster.inventory.redis;

import io.doorbuster.sale.StoreUnavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandObjects;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.exceptions.JedisRedirectionException;
import redis.clients.jedis.util.JedisClusterCRC16;
import redis.clients.jedis.util.Pool;

/** The servers: runs scripts there, and tells every fault of theirs as a store that is away. */
final class Redis implements AutoCloseable {
  /** A step is safe to repeat, so one more try hides a connection that was closed while idle. */
  private static final int TRIES = 2;

  private final UnifiedJedis client;
  private final CommandObjects commands = new CommandObjects(RedisProtocol.RESP2);
  private final RedisOptions options;

  private Redis(UnifiedJedis client, RedisOptions options) {
    this.client = client;
    this.options = options;
  }

  /**
   * Connects.
   *
   * @throws StoreUnavailable where no server answers, or none lets us in
   */
  static Redis open(RedisOptions options) {
    try {
      UnifiedJedis client = connect(options);
      client.ping();
      return new Redis(client, options);
    } catch (JedisException e) {
      throw away(options, e);
    }
  }

  private static StoreUnavailable away(RedisOptions options, JedisException e) {
    return new StoreUnavailable(
        "Redis (" + options + "; redis.nodes in the settings) does not answer: " + reason(e), e);
  }

  private static UnifiedJedis connect(RedisOptions options) {
    int timeoutMs = (int) options.timeout().toMillis();
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis(timeoutMs)
            .socketTimeoutMillis(timeoutMs)
            .user(options.user())
            .password(options.password())
            .clientName("doorbuster")
            .resp2();
    if (options.tls()) {
      Tls.configure(config, options.ca());
    }
    return connect(options, config.build());
  }

  private static UnifiedJedis connect(RedisOptions options, JedisClientConfig config) {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(options.connections());
    pool.setMaxIdle(options.connections());
    pool.setMaxWait(options.timeout());
    Set<HostAndPort> nodes =
        options.nodes().stream()
            .map(node -> new HostAndPort(node.host(), node.port()))
            .collect(Collectors.toSet());
    return switch (options.mode()) {
      case STANDALONE ->
          RedisClient.builder()
              .hostAndPort(nodes.iterator().next())
              .clientConfig(config)
              .poolConfig(pool)
              .build();
      case CLUSTER ->
          RedisClusterClient.builder()
              .nodes(nodes)
              .clientConfig(config)
              .poolConfig(pool)
              .maxAttempts(TRIES)
              .maxTotalRetriesDuration(options.timeout().multipliedBy(TRIES))
              .build();
      case SENTINEL ->
          RedisSentinelClient.builder()
              .masterName(options.sentinelName())
              .sentinels(nodes)
              .clientConfig(config)
              .poolConfig(pool)
              .build();
    };
  }

  /**
   * Runs a script; all keys have one hash tag.
   *
   * @throws StoreUnavailable where the answer is not known; the step may have been done
   */
  List<?> run(Script script, List<String> keys, List<String> arguments) {
    for (int tries = 1; ; tries++) {
      try {
        return (List<?>) runOnce(script, keys, arguments);
      } catch (JedisException e) {
        if (tries >= TRIES) {
          throw away(options, e);
        }
      }
    }
  }

  private Object runOnce(Script script, List<String> keys, List<String> arguments) {
    int replicas = options.durability().replicas();
    if (replicas > 0 && script == Script.RESERVE) {
      return runReplicated(script, keys, arguments, replicas);
    }
    try {
      return client.evalsha(script.sha(), keys, arguments);
    } catch (JedisNoScriptException e) {
      return client.eval(script.text(), keys, arguments);
    }
  }

  /** WAIT is about the writes of its own connection, so both go the same way. */
  private Object runReplicated(
      Script script, List<String> keys, List<String> arguments, int replicas) {
    try (Connection connection = connection(keys.getFirst())) {
      Object answer;
      try {
        answer = connection.executeCommand(commands.evalsha(script.sha(), keys, arguments));
      } catch (JedisNoScriptException e) {
        answer = connection.executeCommand(commands.eval(script.text(), keys, arguments));
      }
      long reached = awaitReplicas(connection, replicas);
      if (reached < replicas) {
        throw new JedisException(
            "only %d of %d replicas have the write in time".formatted(reached, replicas));
      }
      return answer;
    } catch (JedisRedirectionException e) {
      if (client instanceof RedisClusterClient cluster) {
        cluster.refreshClusterTopology();
      }
      throw e;
    }
  }

  /** How many replicas have in time what the connection wrote: in memory, or on disk. */
  private long awaitReplicas(Connection connection, int replicas) {
    long timeoutMs = options.timeout().toMillis() / 2;
    return options.durability().onReplicasDisk()
        ? connection.executeCommand(commands.waitAOF(0, replicas, timeoutMs)).getValue()
        : connection.executeCommand(commands.waitReplicas(replicas, timeoutMs));
  }

  /** Whether every server can wait for its replicas' disks. */
  boolean canAwaitDisks() {
    for (Pool<Connection> pool : pools()) {
      try (Connection connection = pool.getResource()) {
        connection.executeCommand(commands.waitAOF(0, 0, 1));
      } catch (JedisDataException e) {
        if (!String.valueOf(e.getMessage()).contains("with replica instances")) {
          return false;
        }
      } catch (JedisException e) {
        throw away(options, e);
      }
    }
    return true;
  }

  void publish(String channel, String message) {
    try {
      client.publish(channel, message);
    } catch (JedisException e) {
      throw away(options, e);
    }
  }

  /** One to the server of a key, for its own use until it is closed. */
  Connection connection(String key) {
    return switch (client) {
      case RedisClusterClient cluster ->
          cluster.getConnectionFromSlot(JedisClusterCRC16.getSlot(key));
      default -> pools().getFirst().getResource();
    };
  }

  /** Of every server that we know. */
  private List<? extends Pool<Connection>> pools() {
    return switch (client) {
      case RedisClusterClient cluster -> List.copyOf(cluster.getClusterNodes().values());
      case RedisSentinelClient one -> List.copyOf(one.getPrimaryNodesConnectionMap().values());
      case RedisClient one -> List.of(one.getPool());
      default -> throw new IllegalStateException(client.getClass().getName());
    };
  }

  /** A setting of every server; empty where it does not tell us. */
  List<Optional<String>> readConfiguration(String name) {
    List<Optional<String>> values = new ArrayList<>();
    for (Pool<Connection> pool : pools()) {
      try (Connection connection = pool.getResource()) {
        Map<String, String> found = connection.executeCommand(commands.configGet(name));
        values.add(Optional.ofNullable(found.get(name)));
      } catch (JedisDataException e) {
        values.add(Optional.empty());
      } catch (JedisException e) {
        throw away(options, e);
      }
    }
    return values;
  }

  RedisOptions options() {
    return options;
  }

  static String reason(@Nullable Throwable fault) {
    Throwable root = fault;
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    return root == null ? "" : String.valueOf(root.getMessage());
  }

  @Override
  public void close() {
    client.close();
  }
}
