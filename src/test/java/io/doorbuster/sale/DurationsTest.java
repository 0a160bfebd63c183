package io.doorbuster.sale;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationsTest {
  @Property(tries = 500)
  void format_ofAnyDuration_isReadBackTheSame(
      @ForAll @LongRange(min = 0, max = 999_999_999_999L) long ms) {
    Duration duration = Duration.ofMillis(ms);
    assertThat(Durations.parse(Durations.format(duration))).contains(duration);
  }

  @ParameterizedTest
  @CsvSource({
    "0ms, PT0S, 0ms",
    "500ms, PT0.5S, 500ms",
    "1000ms, PT1S, 1s",
    "90s, PT90S, 90s",
    "120s, PT2M, 2m",
    "24h, P1D, 1d",
    " 5m , PT5M, 5m"
  })
  void parse_aForm_isThatDuration(String text, Duration duration, String shortest) {
    assertThat(Durations.parse(text)).contains(duration);
    assertThat(Durations.format(duration)).isEqualTo(shortest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "s", "-5s", "5 s", "5S", "1.5s", "5m30s", "PT5S", "1234567890123s", "٥s"})
  void parse_whatIsNone_isEmpty(String text) {
    assertThat(Durations.parse(text)).isEmpty();
  }
}
