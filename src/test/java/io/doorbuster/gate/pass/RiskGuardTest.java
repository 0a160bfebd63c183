package io.doorbuster.gate.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.gate.BlockList;
import io.doorbuster.gate.pass.RiskGuard.FailPolicy;
import io.doorbuster.gate.pass.RiskGuard.Outcome;
import io.doorbuster.sale.BuyerId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RiskGuardTest {
  private static final BuyerId ANNA = new BuyerId("anna");
  private static final Duration SOON = Duration.ofMillis(50);

  private static RiskGuard guard(RiskCheck check, FailPolicy policy) {
    return new RiskGuard(check, SOON, policy, 1);
  }

  @Test
  void check_decision_isPassedOn() throws Exception {
    RiskCheck allow = (buyer, address) -> new RiskCheck.Decision.Allow();
    RiskCheck deny = (buyer, address) -> new RiskCheck.Decision.Deny("bot");
    for (FailPolicy policy : FailPolicy.values()) {
      assertThat(guard(allow, policy).check(ANNA, "")).isEqualTo(Outcome.ALLOWED);
      assertThat(guard(deny, policy).check(ANNA, "")).isEqualTo(Outcome.DENIED);
    }
  }

  @Test
  void check_failing_goesByThePolicy() throws Exception {
    RiskCheck broken =
        (buyer, address) -> {
          throw new IllegalStateException("broken");
        };
    assertThat(guard(broken, FailPolicy.OPEN).check(ANNA, "")).isEqualTo(Outcome.ALLOWED);
    assertThat(guard(broken, FailPolicy.CLOSED).check(ANNA, "")).isEqualTo(Outcome.UNDECIDED);
  }

  @Test
  void check_tooSlow_goesByThePolicyAndIsInterrupted() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(2);
    RiskCheck slow =
        (buyer, address) -> {
          try {
            Thread.sleep(60_000);
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return new RiskCheck.Decision.Allow();
        };
    long start = System.nanoTime();
    assertThat(guard(slow, FailPolicy.OPEN).check(ANNA, "")).isEqualTo(Outcome.ALLOWED);
    assertThat(guard(slow, FailPolicy.CLOSED).check(ANNA, "")).isEqualTo(Outcome.UNDECIDED);
    assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(5).toNanos());
    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void check_thatHangsForEver_isNotBegunWithoutBound() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    RiskCheck hanging =
        (buyer, address) -> {
          begun.incrementAndGet();
          while (release.getCount() > 0) {
            try {
              release.await();
            } catch (InterruptedException e) {
              // It does not care.
            }
          }
          return new RiskCheck.Decision.Allow();
        };
    RiskGuard guard = new RiskGuard(hanging, Duration.ofMillis(2), FailPolicy.CLOSED, 1);
    for (int i = 0; i < RiskGuard.HANGING_MAX + 50; i++) {
      assertThat(guard.check(ANNA, "")).isEqualTo(Outcome.UNDECIDED);
    }
    assertThat(begun.get()).isLessThanOrEqualTo(RiskGuard.HANGING_MAX + 1);
    release.countDown();
    org.awaitility.Awaitility.await().until(() -> guard.check(ANNA, "") == Outcome.ALLOWED);
  }

  @Test
  void of_blockList_deniesBuyersAndAddresses() {
    BlockList blocks = new BlockList();
    RiskCheck check = RiskCheck.of(blocks);
    assertThat(check.check(ANNA, "192.0.2.7")).isInstanceOf(RiskCheck.Decision.Allow.class);
    blocks.set(List.of(new BlockList.Block(BlockList.Kind.BUYER, "anna", "bot")));
    assertThat(check.check(ANNA, "192.0.2.7")).isInstanceOf(RiskCheck.Decision.Deny.class);
    blocks.set(List.of(new BlockList.Block(BlockList.Kind.CIDR, "192.0.2.0/24", "bot")));
    assertThat(check.check(ANNA, "192.0.2.7")).isInstanceOf(RiskCheck.Decision.Deny.class);
  }
}
