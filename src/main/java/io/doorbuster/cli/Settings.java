package io.doorbuster.cli;

import io.doorbuster.http.TrustedProxies;
import io.doorbuster.inventory.redis.RedisOptions;
import io.doorbuster.page.PageRenderer;
import io.doorbuster.page.StoredForm;
import io.doorbuster.sale.Fields;
import io.doorbuster.sale.Finding;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every setting of a process, from one YAML file and the environment ({@code http.port} is also
 * {@code DOORBUSTER_HTTP_PORT}). Units, defaults and bounds stand in docs/operating.md.
 */
public record Settings(
    Path data,
    Set<Role> roles,
    Http http,
    Admin admin,
    PageTarget page,
    Identity identity,
    PassDesk pass,
    Risk risk,
    Gate gate,
    Inventory inventory,
    Optional<RedisOptions> redis,
    Store store,
    Orders orders,
    Payment payment,
    RegularStock regularStock,
    Events events) {

  /** The buyers' side. */
  public record Http(
      String host,
      int port,
      int eventLoops,
      int connectionsMax,
      String transport,
      String publicUrl,
      Set<String> allowedOrigins,
      TrustedProxies trustedProxies) {}

  /** The operators' side. */
  public record Admin(String host, int port, boolean openMetrics) {}

  /**
   * Where published pages are written, beside our own memory.
   *
   * @param folder null for one within the data folder
   * @param bucket in place of a folder
   */
  public record PageTarget(@Nullable Path folder, @Nullable Bucket bucket) {}

  /**
   * A bucket of an S3 server.
   *
   * @param endpoint null for Amazon's own
   * @param prefix empty, or with a slash at its end
   * @param accessKey null for the SDK's own chain, as the next one is
   */
  public record Bucket(
      String name,
      @Nullable URI endpoint,
      String region,
      String prefix,
      boolean pathStyle,
      @Nullable Secret accessKey,
      @Nullable Secret secretKey,
      StoredForm encoding) {}

  /** How the shop's sign-in tokens are known. */
  public record Identity(
      @Nullable Secret hs256Secret,
      @Nullable URI jwksUrl,
      @Nullable Path jwksFile,
      String issuer,
      String audience,
      String buyerClaim,
      Duration leeway,
      @Nullable String signInUrl,
      PageRenderer.@Nullable Oidc oidc) {}

  /** The pass desk's bounds. */
  public record PassDesk(int workers, int queueCapacity) {}

  /** What a risk check that fails to answer means. */
  public record Risk(Duration timeout, boolean failOpen) {}

  /** The gate's bounds. */
  public record Gate(int requestsPerSecond, int buyersMax, Duration warmUp) {}

  /** The engine's bounds. */
  public record Inventory(int shards, int queueCapacity) {}

  /** Where orders are kept; an empty url is the file in the data folder. */
  public record Store(
      String url, String user, @Nullable Secret password, int connections, boolean allowUnsafe) {}

  /** The order writer's batches. */
  public record Orders(int batchRowsMax, Duration linger, Duration claimAfter) {}

  /** Where buyers pay. */
  public record Payment(
      String provider,
      @Nullable URI url,
      @Nullable URI statusUrl,
      @Nullable Secret secret,
      Duration grace) {}

  /** Where allotments come from. */
  public record RegularStock(String adapter, @Nullable URI url, @Nullable Secret secret) {}

  /** Where events go: at most one of the three is there. */
  public record Events(
      @Nullable URI webhookUrl,
      @Nullable Secret secret,
      @Nullable Kafka kafka,
      @Nullable Rabbitmq rabbitmq,
      int perSecond,
      int concurrency,
      int parkAfter,
      boolean sendTestSales) {
    boolean hasSink() {
      return webhookUrl != null || kafka != null || rabbitmq != null;
    }
  }

  /** Events to a Kafka topic. */
  public record Kafka(String bootstrap, String topic, Map<String, String> properties) {
    /** Without the properties, which hold passwords. */
    @Override
    public String toString() {
      return "Kafka[" + bootstrap + ", " + topic + "]";
    }
  }

  /** Events to a RabbitMQ exchange. */
  public record Rabbitmq(
      URI url, @Nullable Secret password, String exchange, List<X509Certificate> trusted) {}

  /** A secret's bytes, which are printed nowhere. */
  public record Secret(byte[] bytes) {
    @Override
    public String toString() {
      return "(secret)";
    }
  }

  /** The settings can not be used; every reason is a finding. */
  public static final class Invalid extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<Finding> findings;

    Invalid(List<Finding> findings) {
      super("the settings have " + mistakes(findings.size()));
      this.findings = List.copyOf(findings);
    }

    private static String mistakes(int count) {
      return count == 1 ? "1 mistake" : count + " mistakes";
    }

    public List<Finding> findings() {
      return findings;
    }
  }

  /**
   * Reads the file, if there is one, and the environment, which wins.
   *
   * @param overrides by key, such as {@code http.port}; they win over both
   */
  public static Settings read(
      @Nullable Path file, Map<String, String> environment, Map<String, String> overrides)
      throws Invalid {
    List<Finding> findings = new ArrayList<>();
    Environment given = new Environment(environment);
    String source = file == null ? "the environment" : file.toString();
    String text = "";
    try {
      text = file == null ? "" : Files.readString(file);
    } catch (IOException e) {
      findings.add(new Finding(source, 0, "", "can not be read: " + Unreadable.reason(e)));
    }
    Fields top =
        Fields.parse(source, text, findings, key -> overrides.getOrDefault(key, given.find(key)));
    Settings settings = SettingsReader.read(top);
    given.finish(findings);
    if (!findings.isEmpty()) {
      throw new Invalid(findings);
    }
    return settings;
  }

  /** The address that buyers see. */
  public Optional<String> publicUrl() {
    return http.publicUrl.isEmpty() ? Optional.empty() : Optional.of(http.publicUrl);
  }
}
