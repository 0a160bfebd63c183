package io.doorbuster.cli;

import io.doorbuster.outbox.KafkaSink;
import io.doorbuster.sale.Fields;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads where events go. Classes of Kafka are loaded only where it is configured. */
final class EventSettings {
  private static final Pattern BOOTSTRAP =
      Pattern.compile("[^\\s,:/]+:\\d{1,5}(,[^\\s,:/]+:\\d{1,5})*");
  private static final Pattern TOPIC = Pattern.compile("[\\w.-]{1,249}");

  /** A queue of a broker is asked by few calls at a time, a shop by fewer. */
  private static final int WEBHOOK_CONCURRENCY = 4;

  private static final int BROKER_CONCURRENCY = 64;

  private EventSettings() {}

  static Settings.Events read(Fields fields) {
    URI webhook = SettingValues.uri(fields, "webhookUrl");
    Settings.Secret secret = SettingValues.secret(fields, "secret");
    Settings.Kafka kafka = kafka(fields.fields("kafka"));
    Settings.Rabbitmq rabbitmq = rabbitmq(fields.fields("rabbitmq"));
    boolean broker = kafka != null || rabbitmq != null;
    int concurrency = broker ? BROKER_CONCURRENCY : WEBHOOK_CONCURRENCY;
    Settings.Events events =
        new Settings.Events(
            webhook,
            secret,
            kafka,
            rabbitmq,
            (int) fields.number("perSecond", 50, 1, 100_000),
            (int) fields.number("concurrency", concurrency, 1, 256),
            (int) fields.number("parkAfter", 10, 1, 1_000),
            SettingsReader.oneOf(fields, "testSales", "keep", "send").equals("send"));
    if (webhook != null) {
      SettingsReader.need(fields, "secretFile", secret);
    }
    List<String> sinks = new ArrayList<>();
    add(sinks, "events.webhookUrl", webhook);
    add(sinks, "events.kafka.bootstrap", kafka);
    add(sinks, "events.rabbitmq.url", rabbitmq);
    if (sinks.size() > 1) {
      String last = sinks.getLast().replace("events.", "");
      fields.reject(
          last,
          "events go to one place: keep one of "
              + String.join(", ", sinks)
              + ", take the others out");
    } else if (broker && fields.has("perSecond")) {
      fields.reject(
          "perSecond", "is for events.webhookUrl: a broker is not held back; take it out");
    }
    fields.finish();
    return events;
  }

  private static void add(List<String> sinks, String name, @Nullable Object sink) {
    if (sink != null) {
      sinks.add(name);
    }
  }

  private static Settings.@Nullable Kafka kafka(Fields fields) {
    String bootstrap =
        fields.parsed(
            "bootstrap",
            "",
            "brokers such as kafka-1.shop.example:9092,kafka-2.shop.example:9092",
            value -> Optional.of(value).filter(v -> BOOTSTRAP.matcher(v).matches()));
    String topic =
        fields.parsed(
            "topic",
            "doorbuster",
            "a topic: up to 249 of a-z, A-Z, 0-9, `.`, `_` and `-`",
            value -> Optional.of(value).filter(v -> TOPIC.matcher(v).matches()));
    Map<String, String> properties = SettingValues.properties(fields, "properties");
    if (!properties.isEmpty()) {
      KafkaSink.problem(properties).ifPresent(problem -> fields.reject("properties", problem));
    }
    if (bootstrap.isEmpty() && !properties.isEmpty() && !fields.has("bootstrap")) {
      fields.reject("bootstrap", "is missing: add it, or take events.kafka.properties out");
    }
    fields.finish();
    return bootstrap.isEmpty() ? null : new Settings.Kafka(bootstrap, topic, properties);
  }

  private static Settings.@Nullable Rabbitmq rabbitmq(Fields fields) {
    String text = fields.findText("url");
    URI url = text == null ? null : amqpUri(text).orElse(null);
    if (text != null && url == null) {
      // The address itself is not repeated: it may hold a password.
      fields.reject(
          "url",
          "is not an address such as amqps://user@mq.shop.example/vhost; a password stands in"
              + " events.rabbitmq.passwordFile");
    }
    Settings.Secret password = SettingValues.password(fields, "password");
    String exchange = fields.findText("exchange");
    List<X509Certificate> trusted = SettingValues.certificates(fields, "caFile");
    if (exchange != null && exchange.isBlank()) {
      fields.reject("exchange", "is empty: name one, or take the line out");
    }
    if (url != null && (url.getRawUserInfo() == null) != (password == null)) {
      fields.reject(
          "url",
          password == null
              ? "names a user without a password: add events.rabbitmq.passwordFile"
              : "names no user: write amqps://user@host, or take the password out");
    }
    if (!trusted.isEmpty() && url != null && !"amqps".equals(url.getScheme())) {
      fields.reject("caFile", "is for amqps://: write events.rabbitmq.url so, or take it out");
    }
    if (text == null && (password != null || !trusted.isEmpty())) {
      fields.reject("url", "is missing: add it, or take the other lines of events.rabbitmq out");
    }
    fields.finish();
    return url == null
        ? null
        : new Settings.Rabbitmq(url, password, exchange == null ? "doorbuster" : exchange, trusted);
  }

  /** With a scheme, a host, perhaps a user and a virtual host, and nothing else. */
  private static Optional<URI> amqpUri(String value) {
    try {
      URI uri = URI.create(value);
      boolean amqp = "amqp".equals(uri.getScheme()) || "amqps".equals(uri.getScheme());
      boolean plain = uri.getQuery() == null && uri.getFragment() == null;
      String user = uri.getRawUserInfo();
      boolean onePath = uri.getRawPath() == null || uri.getRawPath().lastIndexOf('/') < 1;
      boolean named = user == null || (!user.isEmpty() && !user.contains(":"));
      return amqp && plain && named && onePath && uri.getHost() != null
          ? Optional.of(uri)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
