package io.doorbuster.gate.pass;

import io.doorbuster.sale.BuyerId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Bounds a risk check in time, and says what counts when it gives no answer. */
public final class RiskGuard {
  /** What counts when the check gives no answer in time, or fails. */
  public enum FailPolicy {
    /** The buyer gets his pass: sell, even if to a bot. */
    OPEN,
    /** Nobody gets a pass until the check answers again. */
    CLOSED
  }

  /** What a guarded check says. */
  public enum Outcome {
    ALLOWED,
    DENIED,
    /** No answer, and the policy is CLOSED. */
    UNDECIDED
  }

  /** Calls that ignore their interruption: with so many hanging no further one is begun. */
  static final int HANGING_MAX = 64;

  private final RiskCheck check;
  private final Duration timeout;
  private final FailPolicy policy;
  private final Semaphore free = new Semaphore(HANGING_MAX);

  /**
   * @param timeout for one check; a pass worker waits so long at most
   */
  public RiskGuard(RiskCheck check, Duration timeout, FailPolicy policy) {
    this.check = check;
    this.timeout = timeout;
    this.policy = policy;
  }

  /** Blocks up to the timeout: for a pass worker. */
  public Outcome check(BuyerId buyer, String address) throws InterruptedException {
    if (!free.tryAcquire()) {
      return withoutAnswer();
    }
    CompletableFuture<RiskCheck.Decision> answer = new CompletableFuture<>();
    Thread asking = Thread.ofVirtual().name("risk").start(() -> ask(buyer, address, answer));
    try {
      return switch (answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        case RiskCheck.Decision.Allow allow -> Outcome.ALLOWED;
        case RiskCheck.Decision.Deny deny -> Outcome.DENIED;
      };
    } catch (TimeoutException | ExecutionException e) {
      return withoutAnswer();
    } finally {
      asking.interrupt();
    }
  }

  private void ask(BuyerId buyer, String address, CompletableFuture<RiskCheck.Decision> answer) {
    try {
      answer.complete(check.check(buyer, address));
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    } finally {
      free.release();
    }
  }

  private Outcome withoutAnswer() {
    return policy == FailPolicy.OPEN ? Outcome.ALLOWED : Outcome.UNDECIDED;
  }
}
