package io.doorbuster.drill.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
final class WorkloadTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private final Vertx vertx = Vertx.vertx();
  private final History history = History.inMemory();

  @AfterEach
  void closeVertx() {
    vertx.close();
  }

  private static Plan plan(int buyers, Shares shares) {
    return new Plan(
        buyers,
        20,
        1,
        10,
        Duration.ofMillis(200),
        Pick.FIRST,
        Duration.ofMillis(600),
        Duration.ofSeconds(2),
        Plan.TRY_EVERY,
        0,
        11,
        shares);
  }

  private static final PassSource NAMES =
      (sale, buyers) ->
          buyers.stream().collect(Collectors.toMap(Function.identity(), name -> name));

  private Map<Ending, Long> run(FakeSale fake, Plan plan, Duration most) throws Exception {
    Instant opensAt = Instant.ofEpochMilli(CLOCK.millis()).plusMillis(100);
    Sale sale = plan.sale("fake", opensAt, opensAt.plusSeconds(30));
    try (Workload workload =
        new Workload(vertx, List.of(fake.base()), sale, plan, opensAt.plus(most), history, CLOCK)) {
      workload.start(NAMES);
      assertThat(workload.awaitEnd(20_000)).isTrue();
      assertThat(workload.waiting()).isEmpty();
    }
    Map<Ending, Long> counts = new EnumMap<>(Ending.class);
    history.endings().values().forEach(ending -> counts.merge(ending, 1L, Long::sum));
    return counts;
  }

  @Test
  void buyers_ofAShortStock_allGetAnEnding() throws Exception {
    try (FakeSale fake = new FakeSale(vertx, 20)) {
      Map<Ending, Long> endings = run(fake, plan(100, Shares.honest()), Duration.ofSeconds(15));
      assertThat(endings).isEqualTo(Map.of(Ending.PAID, 20L, Ending.SOLD_OUT, 80L));
      assertThat(fake.statusOf.values()).hasSize(20).containsOnly("PAID");
      assertThat(fake.refused).hasValue(100);
    }
  }

  @Test
  void history_afterARun_holdsOrdersAndCutsAndCountsRefusals() throws Exception {
    try (FakeSale fake = new FakeSale(vertx, 20)) {
      run(fake, plan(100, Shares.honest()), Duration.ofSeconds(15));
      List<Call> calls = history.calls();
      assertThat(calls).anyMatch(call -> call.outcome() == Call.Outcome.CUT);
      assertThat(calls).anyMatch(call -> call.kind() == Call.Kind.MINE);
      assertThat(calls.stream().filter(call -> call.kind() == Call.Kind.PAY)).hasSize(20);
      assertThat(history.refusals().get("not-released")).isEqualTo(100);
      assertThat(history.clickToPayMs().getTotalCount()).isEqualTo(20);
      assertThat(history.requests()).isGreaterThan(200);
    }
  }

  @Test
  void buyers_whoVanishOrAskTwiceOrCancel_getTheirEndings() throws Exception {
    Shares shares =
        new Shares(
            Map.of(
                Behaviour.VANISHES, 0.3,
                Behaviour.ASKS_TWICE, 0.3,
                Behaviour.CANCELS, 0.2));
    try (FakeSale fake = new FakeSale(vertx, 20)) {
      Map<Ending, Long> endings = run(fake, plan(60, shares), Duration.ofSeconds(15));
      assertThat(endings.get(Ending.PAID)).isEqualTo(20);
      assertThat(endings).containsKeys(Ending.CANCELLED, Ending.SOLD_OUT);
      assertThat(endings).doesNotContainKey(Ending.STUCK);
    }
  }

  @Test
  void buyers_ofAServerThatIsGone_areStuckAtTheDeadlineAndNoLater() throws Exception {
    FakeSale gone = new FakeSale(vertx, 20);
    gone.close();
    Map<Ending, Long> endings = run(gone, plan(30, Shares.honest()), Duration.ofSeconds(2));
    assertThat(endings).isEqualTo(Map.of(Ending.STUCK, 30L));
    assertThat(history.calls()).allMatch(call -> call.outcome() == Call.Outcome.CUT);
  }
}
