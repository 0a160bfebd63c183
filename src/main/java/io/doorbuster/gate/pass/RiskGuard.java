package io.doorbuster.gate.pass;

import io.doorbuster.sale.BuyerId;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Bounds a risk check in time, and says what counts when it gives no answer. Its threads are all
 * made ahead, by whoever makes it: a thread that a pass worker made would have the spare time only,
 * as that worker has, and so would all virtual threads that a carrier made by it ever ran.
 */
public final class RiskGuard implements AutoCloseable {
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

  /** Calls that ignore their interruption: with more of them hanging, workers go without. */
  static final int HANGING_MAX = 16;

  private final RiskCheck check;
  private final Duration timeout;
  private final FailPolicy policy;
  private final Semaphore free;
  private final ThreadPoolExecutor askers;

  /**
   * @param timeout for one check; a pass worker waits so long at most
   * @param workers that ask; none of them waits for another, nor for a call that hangs
   */
  public RiskGuard(RiskCheck check, Duration timeout, FailPolicy policy, int workers) {
    this.check = check;
    this.timeout = timeout;
    this.policy = policy;
    int threads = workers + HANGING_MAX;
    this.free = new Semaphore(threads);
    this.askers =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // bounded by the semaphore
            Thread.ofPlatform().name("risk-", 0).daemon().factory());
    askers.prestartAllCoreThreads();
  }

  /** Blocks up to the timeout: for a pass worker. */
  public Outcome check(BuyerId buyer, String address) throws InterruptedException {
    if (!free.tryAcquire()) {
      return withoutAnswer();
    }
    FutureTask<RiskCheck.Decision> answer = new FutureTask<>(() -> check.check(buyer, address));
    try {
      askers.execute(() -> ask(answer));
      return switch (answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        case RiskCheck.Decision.Allow allow -> Outcome.ALLOWED;
        case RiskCheck.Decision.Deny deny -> Outcome.DENIED;
      };
    } catch (TimeoutException | ExecutionException e) {
      return withoutAnswer();
    } finally {
      answer.cancel(true);
    }
  }

  private void ask(Runnable answer) {
    try {
      answer.run();
    } finally {
      free.release();
    }
  }

  private Outcome withoutAnswer() {
    return policy == FailPolicy.OPEN ? Outcome.ALLOWED : Outcome.UNDECIDED;
  }

  /** No check is begun any more; those under way go on to their ends. */
  @Override
  public void close() {
    askers.shutdown();
  }
}
