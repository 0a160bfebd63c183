package io.doorbuster.drill.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.drill.workload.Call.Kind;
import io.doorbuster.drill.workload.Call.Outcome;
import io.doorbuster.drill.workload.Timeline.Latency;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TimelineTest {
  private final History history = History.inMemory();

  private void call(
      Kind kind, Outcome outcome, long dueMs, long endedMs, int status, @Nullable String refusal) {
    String shown = kind == Kind.ASK && status == 202 ? "WAITING" : null;
    history.add(
        new Call(1, kind, outcome, dueMs, dueMs, endedMs, status, null, refusal, shown, null, -1));
  }

  @Test
  void seconds_ofCalls_haveVerdictsWhenTheyCameAndLatenciesWhenDue() {
    call(Kind.ASK, Outcome.ANSWERED, 900, 1_400, 429, "not-released");
    call(Kind.ASK, Outcome.ANSWERED, 950, 1_050, 202, null);
    call(Kind.ASK, Outcome.ANSWERED, 1_000, 1_020, 200, null);
    call(Kind.ASK, Outcome.CUT, 3_000, 3_001, 0, null);
    call(Kind.LOOK, Outcome.ANSWERED, 3_000, 3_100, 200, null);
    call(Kind.LOOK, Outcome.ANSWERED, 3_000, 3_100, 500, null);
    history.clickToPay(3_500, 4_500);
    List<Timeline.Second> seconds = history.seconds();
    assertThat(seconds).extracting(Timeline.Second::second).containsExactly(0L, 1L, 3L);
    assertThat(seconds.get(0).verdicts()).isEmpty();
    assertThat(seconds.get(0).asks()).isEqualTo(new Latency(100, 500, 500));
    assertThat(seconds.get(1).verdicts())
        .isEqualTo(Map.of("not-released", 1L, "waiting", 1L, "admitted", 1L));
    assertThat(seconds.get(1).asks()).isEqualTo(new Latency(20, 20, 20));
    assertThat(seconds.get(2).verdicts()).isEqualTo(Map.of("cut", 1L, "order", 1L, "unnamed", 1L));
    assertThat(seconds.get(2).asks()).isNull();
    assertThat(seconds.get(2).clickToPay()).isEqualTo(new Latency(1_000, 1_000, 1_000));
  }

  @Test
  void seconds_beyondTheBound_areCountedInTheLast() {
    int more = 10;
    for (int second = 0; second < Timeline.SECONDS_MAX + more; second++) {
      call(Kind.LOOK, Outcome.ANSWERED, second * 1_000L, second * 1_000L, 200, null);
    }
    List<Timeline.Second> seconds = history.seconds();
    assertThat(seconds).hasSize(Timeline.SECONDS_MAX);
    assertThat(seconds.getLast().verdicts()).isEqualTo(Map.of("order", 1L + more));
  }
}
