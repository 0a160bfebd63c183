package io.doorbuster.sale;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ClockOffsetTest {
  private static final Instant ASKED = Instant.parse("2030-01-01T00:00:00Z");

  private static ClockOffset of(long toldMs, long answeredMs) {
    return ClockOffset.of(ASKED, ASKED.plusMillis(toldMs), ASKED.plusMillis(answeredMs));
  }

  @Test
  void of_oneQuestion_isWithinHalfItsRoundTrip() {
    assertThat(of(25, 40)).hasToString("+5.0 ms (within 20.0 ms)");
    assertThat(of(-1_000, 40).ahead()).isEqualTo(Duration.ofMillis(-1_020));
  }

  @Test
  void better_ofTwo_isTheShorterRoundTrip() {
    assertThat(of(25, 40).better(of(3, 8))).isEqualTo(of(3, 8));
    assertThat(of(3, 8).better(of(25, 40))).isEqualTo(of(3, 8));
  }

  @Test
  void plus_andReversed_keepWhatIsNotKnown() {
    ClockOffset sum = of(25, 40).plus(of(3, 8).reversed());
    assertThat(sum.ahead()).isEqualTo(Duration.ofMillis(6));
    assertThat(sum.within()).isEqualTo(Duration.ofMillis(24));
  }

  @Test
  void surely_onBothSidesOfALimit_leavesRoomBetween() {
    Duration limit = Duration.ofMillis(100);
    ClockOffset near = new ClockOffset(Duration.ofMillis(-90), Duration.ofMillis(20));
    assertThat(near.isSurelyWithin(limit)).isFalse();
    assertThat(near.isSurelyOver(limit)).isFalse();
    assertThat(new ClockOffset(Duration.ofMillis(-80), Duration.ofMillis(20)).isSurelyWithin(limit))
        .isTrue();
    assertThat(new ClockOffset(Duration.ofMillis(-121), Duration.ofMillis(20)).isSurelyOver(limit))
        .isTrue();
  }
}
