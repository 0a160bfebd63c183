package io.doorbuster.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CallPaceTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long MS_NS = 1_000_000L;

  @Test
  void waitNs_ofANewPace_isASecond() {
    assertThat(new CallPace(50, 7).waitNs(7)).isEqualTo(SECOND_NS);
    assertThat(new CallPace(50, 7).waitNs(7 + SECOND_NS)).isZero();
  }

  @Test
  void waitNs_afterAStart_isTheSpacingWithHeadroom() {
    CallPace pace = new CallPace(50, 0);
    pace.started(SECOND_NS);
    assertThat(pace.waitNs(SECOND_NS)).isEqualTo(20 * MS_NS + 400_000);
  }

  @Test
  void waitNs_afterAStall_catchesNothingUp() {
    CallPace pace = new CallPace(50, 0);
    long late = 60 * SECOND_NS;
    pace.started(late);
    pace.ended(late);
    assertThat(pace.waitNs(late + MS_NS)).isEqualTo(19 * MS_NS + 400_000);
  }

  @Test
  void waitNs_whileASecondOfCallsIsOpen_isNever() {
    CallPace pace = new CallPace(2, 0);
    pace.started(SECOND_NS);
    pace.started(2 * SECOND_NS);
    assertThat(pace.waitNs(9 * SECOND_NS)).isEqualTo(CallPace.NEVER);
    pace.ended(9 * SECOND_NS);
    assertThat(pace.waitNs(9 * SECOND_NS)).isEqualTo(SECOND_NS);
  }

  /** However long each call was on its way, the other side counts no more in any second. */
  @Test
  void calls_thatArriveAtAnyTime_neverExceedTheRate() {
    long seed = new Random().nextLong();
    System.out.println("CallPaceTest seed " + seed);
    Random random = new Random(seed);
    for (int latencyMsMax : new int[] {1, 30, 400, 3_000}) {
      int perSecond = 1 + random.nextInt(100);
      List<Long> arrivals = arrivals(random, perSecond, latencyMsMax);
      assertThat(mostInASecond(arrivals)).isLessThanOrEqualTo(perSecond);
    }
  }

  @Test
  void calls_thatAreAnsweredAtOnce_reachNearlyTheRate() {
    List<Long> arrivals = arrivals(new Random(1), 50, 1);
    long seconds = (arrivals.getLast() - arrivals.getFirst()) / SECOND_NS;
    assertThat(arrivals.size() / (double) seconds).isBetween(48.0, 50.0);
  }

  /** Plays 2,000 calls, with stalls between, on a clock of its own. */
  private static List<Long> arrivals(Random random, int perSecond, int latencyMsMax) {
    CallPace pace = new CallPace(perSecond, 0);
    PriorityQueue<Long> ends = new PriorityQueue<>();
    List<Long> arrivals = new ArrayList<>();
    long now = 0;
    while (arrivals.size() < 2_000) {
      while (!ends.isEmpty() && ends.peek() <= now) {
        pace.ended(ends.remove());
      }
      long wait = pace.waitNs(now);
      if (wait > 0) {
        long nextEnd = ends.isEmpty() ? Long.MAX_VALUE : ends.peek();
        now = Math.min(nextEnd, wait == CallPace.NEVER ? Long.MAX_VALUE : now + wait);
        continue;
      }
      pace.started(now);
      long latency = 1 + random.nextLong(latencyMsMax * MS_NS);
      arrivals.add(now + random.nextLong(latency));
      ends.add(now + latency);
      if (latencyMsMax > 1 && random.nextInt(100) == 0) {
        now += random.nextLong(2 * SECOND_NS);
      }
    }
    Collections.sort(arrivals);
    return arrivals;
  }

  private static int mostInASecond(List<Long> arrivals) {
    int most = 0;
    int first = 0;
    for (int last = 0; last < arrivals.size(); last++) {
      while (arrivals.get(last) - arrivals.get(first) >= SECOND_NS) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  @Test
  void pace_withoutALimit_neverWaits() {
    CallPace pace = new CallPace(CallPace.NO_LIMIT, 0);
    for (int i = 0; i < 1_000; i++) {
      assertThat(pace.waitNs(i)).isZero();
      pace.started(i);
      pace.ended(i);
    }
  }
}
