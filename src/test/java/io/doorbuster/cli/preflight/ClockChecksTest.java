package io.doorbuster.cli.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.cli.preflight.ClockChecks.TimeServer;
import io.doorbuster.console.preflight.Check;
import io.doorbuster.console.preflight.Check.State;
import io.doorbuster.drill.servers.Child;
import io.doorbuster.sale.ClockOffset;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ClockChecksTest {
  private static final TimeServer TIME = new TimeServer("time.example", 123);

  private static ClockOffset ms(long ahead, long within) {
    return new ClockOffset(Duration.ofMillis(ahead), Duration.ofMillis(within));
  }

  private static State state(ClockOffset offset) {
    return ClockChecks.check("clock here", offset, TIME).state();
  }

  @Test
  void check_byItsBounds_isGreenOrRedOnlyWhereThatIsSure() {
    assertThat(state(ms(60, 40))).isEqualTo(State.OK);
    assertThat(state(ms(-60, 40))).isEqualTo(State.OK);
    assertThat(state(ms(60, 41))).isEqualTo(State.NOT_CHECKED);
    assertThat(state(ms(-140, 40))).isEqualTo(State.NOT_CHECKED);
    assertThat(state(ms(141, 40))).isEqualTo(State.RED);
    assertThat(state(ms(-141, 40))).isEqualTo(State.RED);
  }

  @Test
  void run_withoutATimeServer_isNotChecked() {
    List<Check> checks = ClockChecks.run(Optional.empty(), ms(3, 1), InstantSource.system());
    assertThat(checks)
        .hasSize(2)
        .allSatisfy(check -> assertThat(check.state()).isEqualTo(State.NOT_CHECKED))
        .allSatisfy(check -> assertThat(check.mend()).contains("--ntp HOST"));
  }

  @Test
  void run_withATimeServerThatIsSilent_isNotChecked() {
    TimeServer silent = new TimeServer("127.0.0.1", Child.freePort());
    assertThat(ClockChecks.run(Optional.of(silent), ms(3, 1), InstantSource.system()))
        .allSatisfy(check -> assertThat(check.state()).isEqualTo(State.NOT_CHECKED));
  }

  @Test
  void run_withTheServerTwoSecondsAhead_tellsItFromHere() throws Exception {
    try (FakeTime time = new FakeTime(Duration.ZERO)) {
      TimeServer server = new TimeServer("127.0.0.1", time.port());
      List<Check> checks =
          ClockChecks.run(Optional.of(server), ms(2_000, 5), InstantSource.system());
      assertThat(checks.getFirst().state()).isEqualTo(State.OK);
      assertThat(checks.getLast().name()).isEqualTo("clock of the server");
      assertThat(checks.getLast().state()).isEqualTo(State.RED);
      assertThat(checks.getLast().text()).matches("\\+(1,?99\\d|2,?00\\d)\\.\\d ms .*");
    }
  }

  @Test
  void run_withTheClockHereOff_doesNotBlameTheServer() throws Exception {
    try (FakeTime time = new FakeTime(Duration.ofSeconds(-2))) {
      TimeServer server = new TimeServer("127.0.0.1", time.port());
      List<Check> checks =
          ClockChecks.run(Optional.of(server), ms(-2_000, 5), InstantSource.system());
      assertThat(checks.getFirst().state()).isEqualTo(State.RED);
      assertThat(checks.getFirst().text()).startsWith("+");
      assertThat(checks.getLast().state()).isEqualTo(State.OK);
    }
  }

  @Test
  void timeServer_asItIsWritten_isRead() {
    assertThat(TimeServer.parse("time.example")).hasValue(TIME);
    assertThat(TimeServer.parse("time.example:1123").map(TimeServer::port)).hasValue(1_123);
    assertThat(TimeServer.parse("[::1]:1123").map(TimeServer::host)).hasValue("::1");
    for (String wrong : List.of("", "a b", "::1", "host:0", "host:70000", "http://host")) {
      assertThat(TimeServer.parse(wrong)).as(wrong).isEmpty();
    }
  }
}
