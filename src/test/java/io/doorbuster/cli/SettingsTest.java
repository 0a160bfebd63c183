package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doorbuster.sale.Finding;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
                    "DOORBUSTER_PASS_KEYS", "a:00")))
        .isEmpty();
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
}
