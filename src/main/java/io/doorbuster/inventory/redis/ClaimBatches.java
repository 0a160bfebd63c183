package io.doorbuster.inventory.redis;

import io.doorbuster.inventory.Claim;
import io.doorbuster.inventory.ReserveResult;
import io.doorbuster.sale.StoreUnavailable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Gathers a shard's claims: while one call is under way the next ones wait and go together. No
 * timer is needed, a lone claim goes at once, and a crowd's cost a disk's sync a batch.
 */
final class ClaimBatches {
  /** Claims a call; more bring no more speed, and a script holds up all others. */
  static final int CLAIMS_MAX = 400;

  /** Claims that wait for a call; past it they are Overloaded: a dozen calls, well in a second. */
  static final int WAITING_MAX = 5_000;

  private record Group(List<Claim> claims, CompletableFuture<List<ReserveResult>> results) {}

  private final Function<List<Claim>, List<ReserveResult>> call;
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Group> waiting = new ArrayDeque<>();
  private int waitingClaims;
  private boolean underWay;

  /**
   * @param call reserves a batch; throws where the answer is not known
   */
  ClaimBatches(Function<List<Claim>, List<ReserveResult>> call) {
    this.call = call;
  }

  /** Reserves in order; blocks until the answers are there, or known to be lost. */
  List<ReserveResult> reserve(List<Claim> claims) {
    if (claims.size() > CLAIMS_MAX) {
      List<ReserveResult> results = new ArrayList<>(reserve(claims.subList(0, CLAIMS_MAX)));
      results.addAll(reserve(claims.subList(CLAIMS_MAX, claims.size())));
      return results;
    }
    Group group = new Group(claims, new CompletableFuture<>());
    boolean first;
    lock.lock();
    try {
      if (waitingClaims + claims.size() > WAITING_MAX) {
        return Collections.nCopies(claims.size(), new ReserveResult.Overloaded());
      }
      waiting.add(group);
      waitingClaims += claims.size();
      first = !underWay;
      underWay = true;
    } finally {
      lock.unlock();
    }
    if (first) {
      Thread.ofVirtual().name("reserve").start(this::run);
    }
    return group.results.join();
  }

  private void run() {
    for (List<Group> batch = next(CLAIMS_MAX); !batch.isEmpty(); batch = next(CLAIMS_MAX)) {
      try {
        answer(batch, call.apply(claims(batch)));
      } catch (StoreUnavailable | Fenced e) {
        answer(batch, unknown(batch));
        List<Group> others = next(WAITING_MAX); // they would wait out the same timeout in turn
        answer(others, unknown(others));
      } catch (RuntimeException e) {
        batch.forEach(group -> group.results.completeExceptionally(e));
      }
    }
  }

  private static List<Claim> claims(List<Group> batch) {
    return batch.stream().flatMap(group -> group.claims.stream()).toList();
  }

  private static List<ReserveResult> unknown(List<Group> batch) {
    return Collections.nCopies(claims(batch).size(), new ReserveResult.Unknown());
  }

  private static void answer(List<Group> batch, List<ReserveResult> results) {
    int from = 0;
    for (Group group : batch) {
      int to = from + group.claims.size();
      group.results.complete(results.subList(from, to));
      from = to;
    }
  }

  /** The groups of the next call; with none nothing is under way any more. */
  private List<Group> next(int most) {
    List<Group> batch = new ArrayList<>();
    int claims = 0;
    lock.lock();
    try {
      while (!waiting.isEmpty() && claims + waiting.element().claims.size() <= most) {
        claims += waiting.element().claims.size();
        batch.add(waiting.remove());
      }
      waitingClaims -= claims;
      underWay = !batch.isEmpty();
      return batch;
    } finally {
      lock.unlock();
    }
  }
}
