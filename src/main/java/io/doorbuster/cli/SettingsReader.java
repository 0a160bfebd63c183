package io.doorbuster.cli;

import io.doorbuster.sale.Fields;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the settings, each with its default and its bounds. */
final class SettingsReader {
  private static final Duration MS = Duration.ofMillis(1);

  private static final Pattern POSTGRESQL =
      Pattern.compile("jdbc:postgresql://[^/?\\s]+/[^/?\\s]+(\\?\\S*)?");

  private SettingsReader() {}

  static Settings read(Fields top) {
    Path data = Path.of(or(top.findText("data"), "data"));
    Settings settings =
        new Settings(
            data,
            Role.read(top),
            http(top.fields("http")),
            admin(top.fields("admin")),
            PageSettings.read(top.fields("page")),
            IdentitySettings.read(top.fields("identity")),
            pass(top.fields("pass")),
            risk(top.fields("risk")),
            gate(top.fields("gate")),
            inventory(top.fields("inventory")),
            RedisSettings.read(top.fields("redis")),
            store(top.fields("store")),
            orders(top.fields("orders")),
            payment(top.fields("payment")),
            regularStock(top.fields("regularStock")),
            EventSettings.read(top.fields("events")));
    top.finish();
    boolean part = !settings.roles().containsAll(Set.of(Role.values()));
    if (part && (settings.redis().isEmpty() || settings.store().url().isEmpty())) {
      top.reject(
          "roles",
          "processes that share the work need the stock in Redis (redis.nodes) and the orders in"
              + " PostgreSQL (store.url)");
    }
    if (settings.orders().batchRowsMax() > settings.inventory().queueCapacity()) {
      top.reject("orders", "batchRowsMax is larger than inventory.queueCapacity");
    }
    Settings.Http http = settings.http();
    if (settings.payment().provider().equals("redirect") && http.publicUrl().isEmpty()) {
      needPublicUrl(top.fields("http"));
    }
    boolean samePort = http.port() != 0 && http.port() == settings.admin().port();
    if (samePort && http.host().equals(settings.admin().host())) {
      top.fields("admin").reject("port", "is the buyers' port too (http.port); give another");
    }
    return settings;
  }

  private static Settings.Http http(Fields fields) {
    int cores = Runtime.getRuntime().availableProcessors();
    Settings.Http http =
        new Settings.Http(
            or(fields.findText("host"), "127.0.0.1"),
            (int) fields.number("port", 8080, 0, 65_535),
            (int) fields.number("eventLoops", cores, 1, 256),
            (int) fields.number("connectionsMax", 20_000, 10, 1_000_000),
            oneOf(fields, "transport", "auto", "io_uring", "epoll", "nio"),
            SettingValues.base(fields, "publicUrl"),
            SettingValues.origins(fields, "allowedOrigins"),
            SettingValues.proxies(fields, "trustedProxies"));
    fields.finish();
    return http;
  }

  /** Without it buyers who have paid would be sent to a path of the shop. */
  private static void needPublicUrl(Fields http) {
    if (!http.isWrong("publicUrl")) {
      http.reject(
          "publicUrl",
          "is missing: with payment.provider redirect buyers come back to it from paying; add the"
              + " address that their browsers see, such as https://sale.shop.example");
    }
  }

  private static Settings.Admin admin(Fields fields) {
    Settings.Admin admin =
        new Settings.Admin(
            or(fields.findText("host"), "127.0.0.1"),
            (int) fields.number("port", 8081, 0, 65_535),
            fields.flag("openMetrics", false));
    fields.finish();
    return admin;
  }

  private static Settings.PassDesk pass(Fields fields) {
    Settings.PassDesk pass =
        new Settings.PassDesk(
            (int) fields.number("workers", 2, 1, 64),
            (int) fields.number("queueCapacity", 1_000, 1, 1_000_000));
    fields.finish();
    return pass;
  }

  private static Settings.Risk risk(Fields fields) {
    Settings.Risk risk =
        new Settings.Risk(
            fields.duration("timeout", Duration.ofMillis(200), MS, Duration.ofSeconds(10)),
            fields.parsed(
                "onFailure",
                false,
                "allow (fail open) or deny (fail closed)",
                value ->
                    switch (value) {
                      case "allow" -> Optional.of(true);
                      case "deny" -> Optional.of(false);
                      default -> Optional.empty();
                    }));
    fields.finish();
    return risk;
  }

  private static Settings.Gate gate(Fields fields) {
    Settings.Gate gate =
        new Settings.Gate(
            (int) fields.number("requestsPerSecond", 200_000, 1, 100_000_000),
            (int) fields.number("buyersMax", 200_000, 1_000, 20_000_000),
            fields.duration(
                "warmUp", Duration.ofSeconds(20), Duration.ZERO, Duration.ofMinutes(2)));
    fields.finish();
    return gate;
  }

  private static Settings.Inventory inventory(Fields fields) {
    Settings.Inventory inventory =
        new Settings.Inventory(
            (int) fields.number("shards", 1, 1, 256),
            (int) fields.number("queueCapacity", 20_000, 100, 10_000_000));
    fields.finish();
    return inventory;
  }

  private static Settings.Store store(Fields fields) {
    Settings.Store store =
        new Settings.Store(
            or(fields.findText("url"), ""),
            or(fields.findText("user"), "doorbuster"),
            SettingValues.password(fields, "password"),
            (int) fields.number("connections", 10, 2, 1_000),
            fields.flag("allowUnsafe", false));
    if (!store.url().isEmpty() && !POSTGRESQL.matcher(store.url()).matches()) {
      fields.reject(
          "url",
          "is not as jdbc:postgresql://host:5432/database; leave it out to keep orders in a file"
              + " of the data folder");
    }
    fields.finish();
    return store;
  }

  private static Settings.Orders orders(Fields fields) {
    Settings.Orders orders =
        new Settings.Orders(
            (int) fields.number("batchRowsMax", 100, 1, 10_000),
            fields.duration("linger", Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1)),
            fields.duration(
                "claimAfter", Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofMinutes(5)));
    fields.finish();
    return orders;
  }

  private static Settings.Payment payment(Fields fields) {
    Settings.Payment payment =
        new Settings.Payment(
            oneOf(fields, "provider", "none", "redirect", "demo"),
            SettingValues.uri(fields, "url"),
            SettingValues.uri(fields, "statusUrl"),
            SettingValues.secret(fields, "secret"),
            fields.duration("grace", Duration.ofMinutes(2), Duration.ZERO, Duration.ofDays(1)));
    if (payment.provider().equals("redirect")) {
      need(fields, "url", payment.url());
      need(fields, "secretFile", payment.secret());
    }
    fields.finish();
    return payment;
  }

  private static Settings.RegularStock regularStock(Fields fields) {
    Settings.RegularStock stock =
        new Settings.RegularStock(
            oneOf(fields, "adapter", "table", "http"),
            SettingValues.uri(fields, "url"),
            SettingValues.secret(fields, "secret"));
    if (stock.adapter().equals("http")) {
      need(fields, "url", stock.url());
      need(fields, "secretFile", stock.secret());
    }
    fields.finish();
    return stock;
  }

  static String oneOf(Fields fields, String key, String... values) {
    return fields.parsed(
        key,
        values[0],
        "one of " + String.join(", ", values),
        value -> List.of(values).contains(value) ? Optional.of(value) : Optional.empty());
  }

  static void need(Fields fields, String key, @Nullable Object value) {
    if (value == null) {
      fields.reject(key, "is missing");
    }
  }

  static String or(@Nullable String value, String fallback) {
    return value == null ? fallback : value;
  }
}
