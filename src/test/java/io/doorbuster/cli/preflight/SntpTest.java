package io.doorbuster.cli.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doorbuster.drill.servers.Child;
import io.doorbuster.sale.ClockOffset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class SntpTest {
  private static final InstantSource CLOCK = InstantSource.system();

  private static ClockOffset ask(Duration ahead) throws IOException {
    try (FakeTime time = new FakeTime(ahead)) {
      return Sntp.ask("127.0.0.1", time.port(), CLOCK);
    }
  }

  @Test
  void ask_ofClocksThatAreOff_tellsByHowMuchAndHowExactly() throws Exception {
    for (long ms : new long[] {0, 2_000, -2_000, 3_600_000}) {
      ClockOffset offset = ask(Duration.ofMillis(ms));
      Duration error = offset.ahead().minusMillis(ms).abs();
      assertThat(offset.within()).isBetween(Duration.ZERO, Duration.ofMillis(100));
      assertThat(error).isLessThanOrEqualTo(offset.within().plusNanos(1_000_000));
    }
  }

  @Test
  void ask_byAClockThatIsOff_tellsThatOfTheOther() throws Exception {
    try (FakeTime time = new FakeTime(Duration.ZERO)) {
      InstantSource late = InstantSource.offset(CLOCK, Duration.ofSeconds(-5));
      ClockOffset offset = Sntp.ask("127.0.0.1", time.port(), late);
      assertThat(offset.ahead()).isBetween(Duration.ofMillis(4_900), Duration.ofMillis(5_100));
    }
  }

  /** In 2036 the count of seconds begins anew. */
  @Test
  void ask_afterItsCountBeganAnew_isRight() throws Exception {
    Instant then = Instant.parse("2040-01-01T00:00:00Z");
    ClockOffset offset = ask(Duration.between(Instant.now(), then));
    Instant told = Instant.now().plus(offset.ahead());
    assertThat(told).isBetween(then.minusSeconds(5), then.plusSeconds(5));
  }

  @Test
  void ask_withStrangeAnswers_saysWhatIsWrong() throws Exception {
    assertRefused(
        answer -> answer.put(1, (byte) 0).put(12, "RATE".getBytes(StandardCharsets.US_ASCII)),
        "(RATE)");
    assertRefused(answer -> answer.put(0, (byte) 0xE4), "does not know the time");
    assertRefused(answer -> answer.put(1, (byte) 16), "does not know the time");
    assertRefused(answer -> answer.putLong(40, 0), "does not know the time");
    assertRefused(answer -> answer.put(0, (byte) 0x23), "no time server");
    assertRefused(answer -> ByteBuffer.wrap(new byte[] {1, 2, 3}), "no time server");
  }

  private static void assertRefused(UnaryOperator<ByteBuffer> change, String words)
      throws IOException {
    try (FakeTime time = new FakeTime(Duration.ZERO, change)) {
      assertThatThrownBy(() -> Sntp.ask("127.0.0.1", time.port(), CLOCK))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(words);
    }
  }

  @Test
  void ask_withAnAnswerToAnotherQuestion_doesNotTakeIt() throws Exception {
    AtomicInteger count = new AtomicInteger();
    UnaryOperator<ByteBuffer> forged =
        answer -> count.incrementAndGet() > 1 ? answer : answer.putLong(24, 1);
    try (FakeTime time = new FakeTime(Duration.ZERO, forged)) {
      assertThat(Sntp.ask("127.0.0.1", time.port(), CLOCK).ahead())
          .isBetween(Duration.ofMillis(-100), Duration.ofMillis(100));
    }
  }

  @Test
  void ask_whereNobodyIs_endsSoon() {
    assertThatThrownBy(() -> Sntp.ask("127.0.0.1", Child.freePort(), CLOCK))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Sntp.ask("no.such.host.invalid", 123, CLOCK))
        .isInstanceOf(IOException.class);
  }
}
