package io.doorbuster.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.drill.workload.Call;
import io.doorbuster.drill.workload.Call.Kind;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FaultTableTest {
  private static Round round(Fault fault, int number, long againMs, String... broken) {
    return new Round(fault.id(), number, 7, 0, 0, againMs, List.of(broken));
  }

  private static final FaultTable TABLE =
      new FaultTable(
          List.of(
              round(Fault.KAFKA_DOWN, 1, -1),
              round(Fault.GATE_KILLED, 1, 900),
              round(Fault.GATE_KILLED, 2, 4_200, "promise 1 (never oversold): item-1 sold 3 of 2"),
              round(Fault.GATE_KILLED, 3, 1_100)));

  @Test
  void text_severalRounds_areSummedByFaultInTheirOrder() {
    assertThat(TABLE.text().lines().map(line -> line.replaceAll(" {2,}", "|")))
        .containsExactly(
            "fault|rounds|units lost|orders lost|broken promises"
                + "|seconds until selling again (median, max)",
            "gate-killed|3|0|0|1|1.1, 4.2",
            "kafka-down|1|0|0|0|-");
  }

  @Test
  void markdown_eachFault_saysWhatItIs() {
    assertThat(TABLE.markdown())
        .contains("|---|---|---|---|---|---|")
        .contains("| `gate-killed`: SIGKILL of a gate; started again after 2 s | 3 | 0 | 0 | 1 |");
  }

  @Test
  void round_writtenAndRead_isTheSame() {
    Round round = round(Fault.REDIS_CUT, 4, 3_210, "one", "two");
    assertThat(Round.parse(new JsonObject(round.toJson().encode()))).isEqualTo(round);
  }

  private static Call call(Kind kind, String order, @Nullable String shown, long atMs) {
    return new Call(
        1, kind, Call.Outcome.ANSWERED, atMs, atMs, atMs + 5, 200, order, null, shown, null, -1);
  }

  @Test
  void again_orderAskedForEarlier_doesNotCount() {
    List<Call> calls =
        List.of(
            call(Kind.ASK, "early", "QUEUED", 900),
            call(Kind.LOOK, "early", "PLACED", 1_100),
            call(Kind.ASK, "later", "QUEUED", 1_500),
            call(Kind.LOOK, "later", "PLACED", 2_395));
    assertThat(Round.againMs(calls, 1_000)).isEqualTo(1_400);
  }

  @Test
  void again_nothingSoldAfterTheBlow_isNegative() {
    assertThat(Round.againMs(List.of(call(Kind.LOOK, "early", "PLACED", 1_100)), 1_000))
        .isNegative();
  }

  @Test
  void seeds_ofRounds_areTheirOwnAndTheSameAgain() {
    long first = FaultRounds.seedOf(7, Fault.GATE_KILLED, 1);
    assertThat(FaultRounds.seedOf(7, Fault.GATE_KILLED, 1)).isEqualTo(first);
    assertThat(
            List.of(
                FaultRounds.seedOf(7, Fault.GATE_KILLED, 2),
                FaultRounds.seedOf(7, Fault.GATE_PAUSED, 1),
                FaultRounds.seedOf(8, Fault.GATE_KILLED, 1)))
        .doesNotContain(first)
        .doesNotHaveDuplicates();
  }

  @Test
  void find_eachFaultByItsName_isItself() {
    for (Fault fault : Fault.values()) {
      assertThat(Fault.find(fault.id())).contains(fault);
    }
    assertThat(Fault.find("gate_killed")).isEmpty();
  }
}
