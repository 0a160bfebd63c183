package io.doorbuster.sale;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FieldsTest {
  private final List<Finding> findings = new ArrayList<>();

  private Fields parse(String text, Map<String, String> overrides) {
    return Fields.parse("settings.yaml", text, findings, overrides::get);
  }

  private List<String> found() {
    return findings.stream().map(Finding::toString).toList();
  }

  @Test
  void overrides_ofAnyKind_winOverTheText() {
    Fields fields =
        parse(
            "http: {port: 1, hosts: [a, b], every: 1s}\nat: 2026-01-01T00:00:00Z\n",
            Map.of(
                "http.port", "8080",
                "http.hosts", " c , d,,",
                "http.every", "2m",
                "at", "2027-01-01T00:00:00Z",
                "flag", "true"));
    Fields http = fields.fields("http");
    assertThat(http.number("port", 0, 0, 65_535)).isEqualTo(8_080);
    assertThat(http.texts("hosts")).containsExactly("c", "d");
    assertThat(http.duration("every", Duration.ZERO, Duration.ZERO, Duration.ofHours(1)))
        .isEqualTo(Duration.ofMinutes(2));
    assertThat(fields.instant("at", Instant.EPOCH)).isEqualTo("2027-01-01T00:00:00Z");
    assertThat(fields.flag("flag", false)).isTrue();
    http.finish();
    fields.finish();
    assertThat(found()).isEmpty();
  }

  @Test
  void overrides_ofKeysThatTheTextLacks_areThere() {
    Fields fields = parse("", Map.of("at", "2027-01-01T00:00:00Z", "inner.price", "1.50"));
    assertThat(fields.has("at")).isTrue();
    assertThat(fields.instant("at", Instant.EPOCH)).isEqualTo("2027-01-01T00:00:00Z");
    assertThat(fields.fields("inner").price("price", 0, 2)).isEqualTo(150);
    assertThat(found()).isEmpty();
  }

  @Test
  void overrides_thatAreWrong_nameNoLine() {
    Fields fields = parse("a: 1\nport: 2\n", Map.of("port", "many"));
    assertThat(fields.number("port", 7, 1, 9)).isEqualTo(7);
    assertThat(found())
        .containsExactly("settings.yaml: port: `many` is not a whole number from 1 to 9");
  }

  @Test
  void texts_ofAListOrOneValue_areTheSame() {
    Fields fields = parse("a: [x, y]\nb: x, y\nc:\nd: [[x]]\n", Map.of());
    assertThat(fields.texts("a")).containsExactly("x", "y");
    assertThat(fields.texts("b")).containsExactly("x", "y");
    assertThat(fields.texts("c")).isEmpty();
    assertThat(fields.texts("missing")).isEmpty();
    assertThat(fields.texts("d")).isEmpty();
    assertThat(found()).containsExactly("settings.yaml:4: d: write plain values in this list");
  }

  @Test
  void values_ofTheWrongShape_areTold() {
    Fields fields = parse("a: [1]\nb: 5\nc: {x: 1}\n", Map.of());
    assertThat(fields.findText("a")).isNull();
    assertThat(fields.fields("b").findText("x")).isNull();
    assertThat(fields.list("c")).isEmpty();
    assertThat(found())
        .containsExactly(
            "settings.yaml:1: a: write one value here, not a list or a mapping",
            "settings.yaml:2: b: write keys and values here",
            "settings.yaml:3: c: write a list here, each item behind a `-`");
  }

  @Test
  void fields_askedTwice_tellTheirMistakesOnce() {
    Fields fields = parse("a: {x: 1, x: 2}\n", Map.of());
    assertThat(fields.fields("a")).isSameAs(fields.fields("a"));
    assertThat(found()).containsExactly("settings.yaml:1: a.x: stands twice");
  }

  @Test
  void finish_withKeysThatNobodyAsked_namesWhatThereIs() {
    Fields fields = parse("prot: 1\n", Map.of());
    fields.number("port", 1, 1, 9);
    fields.number("port", 1, 1, 9);
    fields.finish();
    assertThat(found()).containsExactly("settings.yaml:1: prot: is no key here; there are port");
  }

  @Test
  void numbers_atTheirBounds_areIncluded() {
    Fields fields = parse("a: 1\nb: 9\nc: 10\nd: 1.0\ne: 99999999999999999999\n", Map.of());
    assertThat(fields.number("a", 5, 1, 9)).isEqualTo(1);
    assertThat(fields.number("b", 5, 1, 9)).isEqualTo(9);
    assertThat(fields.number("c", 5, 1, 9)).isEqualTo(5);
    assertThat(fields.number("d", 5, 1, 9)).isEqualTo(5);
    assertThat(fields.number("e", 5, 1, 9)).isEqualTo(5);
    assertThat(findings).extracting(Finding::line).containsExactly(3, 4, 5);
  }
}
