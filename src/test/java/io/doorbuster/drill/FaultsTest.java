package io.doorbuster.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.drill.Faults.Moment;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FaultsTest {
  @Test
  void spread_manyKills_reachEveryMoment() {
    Map<Moment, Integer> spread = Faults.spread(20, new Random(1));
    assertThat(spread).containsOnlyKeys(Moment.values());
    assertThat(spread.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(20);
    assertThat(spread.get(Moment.RUN)).isGreaterThan(10);
  }

  @Test
  void spread_noKill_isEmpty() {
    assertThat(Faults.spread(0, new Random(1))).isEmpty();
  }
}
