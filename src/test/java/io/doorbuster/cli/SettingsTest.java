package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doorbuster.sale.Finding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stops a start, and how it is said. */
final class SettingsTest {

  private static List<String> mistakes(Map<String, String> environment) {
    try {
      Settings.read(null, environment, Map.of());
      return List.of();
    } catch (Settings.Invalid e) {
      return e.findings().stream().map(Finding::toString).toList();
    }
  }

  @Test
  void environment_ofKnownNames_isTaken() {
    assertThat(
            mistakes(
                Map.of(
                    "PATH", "/bin",
                    "DOORBUSTER_DATA", "/srv/sale",
                    "DOORBUSTER_HTTP_EVENT_LOOPS", "2",
                    "DOORBUSTER_ADMIN_TOKEN", "a token",
                    "DOORBUSTER_CLOUDFLARE_TOKEN", "a token",
                    "DOORBUSTER_ALIBABA_KEY_ID", "an id",
                    "DOORBUSTER_ALIBABA_KEY_SECRET", "a secret",
                    "DOORBUSTER_PASS_KEYS", "a:00")))
        .isEmpty();
  }

  @Test
  void roles_ofAPartOfTheWork_needStoresThatAreShared() {
    assertThat(mistakes(Map.of("DOORBUSTER_ROLES", "gate")))
        .singleElement()
        .asString()
        .contains("roles", "redis.nodes", "store.url");
    assertThat(mistakes(Map.of("DOORBUSTER_ROLES", "gate,writers")))
        .anyMatch(line -> line.contains("knows gate, orders and console, not writers"));
    assertThat(
            mistakes(
                Map.of(
                    "DOORBUSTER_ROLES", "gate,console",
                    "DOORBUSTER_ORDER_ID_KEY_FILE", "/etc/doorbuster/order-id.key",
                    "DOORBUSTER_REDIS_NODES", "127.0.0.1:6379",
                    "DOORBUSTER_STORE_URL", "jdbc:postgresql://127.0.0.1/doorbuster",
                    "DOORBUSTER_STORE_PASSWORD", "any")))
        .isEmpty();
    assertThat(mistakes(Map.of("DOORBUSTER_ROLES", "console,orders,gate"))).isEmpty();
  }

  @Test
  void environment_ofUnknownNames_isListedWithTheOtherMistakes() {
    assertThat(
            mistakes(
                Map.of(
                    "DOORBUSTER_EVENTS_PERSECOND", "5",
                    "DOORBUSTER_HTTP_PORT", "many",
                    "DOORBUSTER_WHATEVER_THIS_IS_FOR", "1")))
        .containsExactly(
            "the environment: http.port: `many` is not a whole number from 0 to 65535",
            "the environment: DOORBUSTER_EVENTS_PERSECOND: is no setting;"
                + " is DOORBUSTER_EVENTS_PER_SECOND meant?",
            "the environment: DOORBUSTER_WHATEVER_THIS_IS_FOR: is no setting");
  }

  @Test
  void environment_ofAServiceOfThisName_isNoMistake() {
    assertThat(
            mistakes(
                Map.of(
                    "DOORBUSTER_SERVICE_HOST", "10.0.0.7",
                    "DOORBUSTER_SERVICE_PORT", "80",
                    "DOORBUSTER_SERVICE_PORT_BUYERS", "80",
                    "DOORBUSTER_PORT", "tcp://10.0.0.7:80",
                    "DOORBUSTER_PORT_80_TCP", "tcp://10.0.0.7:80",
                    "DOORBUSTER_PORT_80_TCP_ADDR", "10.0.0.7")))
        .isEmpty();
  }

  @Test
  void origin_thatNoBrowserSends_isAFindingWithItsMend() {
    String key = "DOORBUSTER_HTTP_ALLOWED_ORIGINS";
    for (String wrong :
        List.of("https://shop.example/", "shop.example", "*", "https://Shop.example")) {
      assertThat(mistakes(Map.of(key, "https://a.example," + wrong)))
          .singleElement()
          .asString()
          .contains("http.allowedOrigins: `" + wrong + "` is no origin", "https://shop.example");
    }
    assertThat(mistakes(Map.of(key, "https://shop.example, http://[::1]:8080"))).isEmpty();
  }

  @Test
  void paymentByRedirect_withoutAPublicAddress_isOneFindingWithItsMend() {
    Map<String, String> redirect =
        Map.of(
            "DOORBUSTER_PAYMENT_PROVIDER", "redirect",
            "DOORBUSTER_PAYMENT_URL", "https://shop.example/pay",
            "DOORBUSTER_PAYMENT_STATUS_URL", "https://shop.example/pay/status",
            "DOORBUSTER_PAYMENT_SECRET", "a secret of the shop");
    assertThat(mistakes(redirect)).singleElement().asString().contains("http.publicUrl", "add");
    Map<String, String> mended = new HashMap<>(redirect);
    mended.put("DOORBUSTER_HTTP_PUBLIC_URL", "https://sale.shop.example");
    assertThat(mistakes(mended)).isEmpty();
  }

  @Test
  void ports_thatAreTheSame_areAMistake() {
    assertThat(mistakes(Map.of("DOORBUSTER_ADMIN_PORT", "8080")))
        .singleElement()
        .asString()
        .contains("admin.port", "http.port");
  }

  @Test
  void file_thatIsNotThere_isSaidInWords() {
    assertThatThrownBy(() -> Settings.read(Path.of("none.yaml"), Map.of(), Map.of()))
        .isInstanceOfSatisfying(
            Settings.Invalid.class,
            e ->
                assertThat(e.findings())
                    .extracting(Finding::toString)
                    .containsExactly("none.yaml: can not be read: there is no such file"))
        .hasMessage("the settings have 1 mistake");
  }

  private static final String KAFKA = "DOORBUSTER_EVENTS_KAFKA_BOOTSTRAP";
  private static final String RABBITMQ = "DOORBUSTER_EVENTS_RABBITMQ_URL";

  @Test
  void sinks_oneOfTheBrokers_isTakenFromTheEnvironment() {
    assertThat(mistakes(Map.of(KAFKA, "a:9092,b:9092", "DOORBUSTER_EVENTS_KAFKA_TOPIC", "x")))
        .isEmpty();
    assertThat(
            mistakes(
                Map.of(
                    RABBITMQ,
                    "amqps://doorbuster@mq.shop.example/sales",
                    "DOORBUSTER_EVENTS_RABBITMQ_PASSWORD",
                    "short")))
        .isEmpty();
    assertThat(mistakes(Map.of(RABBITMQ, "amqp://127.0.0.1"))).isEmpty();
  }

  @Test
  void sinks_moreThanOne_areOneFindingThatNamesThem() {
    assertThat(mistakes(Map.of(KAFKA, "a:9092", RABBITMQ, "amqp://127.0.0.1")))
        .containsExactly(
            "the environment: events.rabbitmq.url: events go to one place: keep one of"
                + " events.kafka.bootstrap, events.rabbitmq.url, take the others out");
  }

  @Test
  void bucket_ofAmazonOrAnother_isTakenFromTheEnvironment() {
    assertThat(
            mistakes(
                Map.of(
                    "DOORBUSTER_PAGE_BUCKET_NAME", "sale-pages",
                    "DOORBUSTER_PAGE_BUCKET_REGION", "eu-central-1")))
        .isEmpty();
    assertThat(
            mistakes(
                Map.of(
                    "DOORBUSTER_PAGE_BUCKET_NAME", "sale-pages",
                    "DOORBUSTER_PAGE_BUCKET_ENDPOINT", "http://127.0.0.1:9000",
                    "DOORBUSTER_PAGE_BUCKET_PREFIX", "/sales/2027/",
                    "DOORBUSTER_PAGE_BUCKET_ACCESS_KEY", "a",
                    "DOORBUSTER_PAGE_BUCKET_SECRET_KEY", "b")))
        .isEmpty();
  }

  @Test
  void bucket_thatIsHalfNamed_isAMistakeWithItsMend() {
    assertThat(mistakes(Map.of("DOORBUSTER_PAGE_BUCKET_ENDPOINT", "http://127.0.0.1:9000")))
        .singleElement()
        .asString()
        .contains("page.bucket.name", "add it, or take the other lines");
    assertThat(mistakes(Map.of("DOORBUSTER_PAGE_BUCKET_NAME", "sale-pages")))
        .singleElement()
        .asString()
        .contains("page.bucket.region", "page.bucket.endpoint");
    assertThat(
            mistakes(
                Map.of(
                    "DOORBUSTER_PAGE_BUCKET_NAME", "a/b",
                    "DOORBUSTER_PAGE_BUCKET_REGION", "Frankfurt am Main",
                    "DOORBUSTER_PAGE_BUCKET_PREFIX", "a//b",
                    "DOORBUSTER_PAGE_BUCKET_ENCODING", "zip",
                    "DOORBUSTER_PAGE_BUCKET_ACCESS_KEY", "a",
                    "DOORBUSTER_PAGE_FOLDER", "/srv/pages")))
        .hasSize(6)
        .anyMatch(line -> line.contains("page.bucket.name: `a/b` is not"))
        .anyMatch(line -> line.contains("page.bucket.region: `Frankfurt am Main` is not"))
        .anyMatch(line -> line.contains("page.bucket.prefix: `a//b` is not"))
        .anyMatch(line -> line.contains("page.bucket.encoding: `zip` is not one of gzip, br, none"))
        .anyMatch(line -> line.contains("page.bucket.secretKey: is missing"))
        .anyMatch(line -> line.contains("page.folder: pages go to one place"));
  }

  @Test
  void broker_withARateOfTheWebhook_isAMistake() {
    assertThat(mistakes(Map.of(KAFKA, "a:9092", "DOORBUSTER_EVENTS_PER_SECOND", "5")))
        .singleElement()
        .asString()
        .contains("events.perSecond", "events.webhookUrl", "take it out");
  }

  @Test
  void addressOfABroker_thatIsWrong_isAMistakeThatTellsNoPassword() {
    assertThat(mistakes(Map.of(KAFKA, "kafka://a"))).singleElement().asString().contains(":9092");
    assertThat(mistakes(Map.of(RABBITMQ, "amqp://me:hush@127.0.0.1")))
        .singleElement()
        .asString()
        .contains("passwordFile")
        .doesNotContain("hush");
    assertThat(mistakes(Map.of(RABBITMQ, "amqp://me@127.0.0.1")))
        .singleElement()
        .asString()
        .contains("without a password", "events.rabbitmq.passwordFile");
  }

  @Test
  void propertiesOfKafka_thatChangeHowWeSend_areAMistake(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("kafka.properties"), "acks=0\n");
    Map<String, String> given =
        Map.of(KAFKA, "a:9092", "DOORBUSTER_EVENTS_KAFKA_PROPERTIES", file.toString());
    assertThat(mistakes(given)).singleElement().asString().contains("`acks`", "take it out");
    Files.writeString(file, "security.protocol=SSL\n");
    assertThat(mistakes(given)).isEmpty();
  }
}
