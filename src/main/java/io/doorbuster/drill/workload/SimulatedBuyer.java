package io.doorbuster.drill.workload;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One buyer's sale, from his first ask to an ending. He does what the page would do for him: tries
 * again when he is told to, waits for news of his order, asks for it after an answer that never
 * came; and what his behaviour adds.
 */
final class SimulatedBuyer {
  /** Of a page that finds no server: first, and at most. */
  private static final int BACKOFF_FIRST_MS = 400;

  private static final int BACKOFF_MAX_MS = 5_000;

  /** Spreads those who were all told the same moment. */
  private static final int JITTER_MS = 250;

  /** A person's look at the pay page. */
  private static final int THINK_MS = 300;

  private static final int TRIES_OF_THE_FAINT = 2;

  /** What he does next. */
  private sealed interface Next {
    /** Ask at that time. */
    record Ask(long atMs) implements Next {}

    /** No answer came: find out what became of the ask. */
    record Recover(long clickedMs) implements Next {}

    /** Wait for news of this order. */
    record Follow(String order, long clickedMs) implements Next {}

    /** Nothing more. */
    record Over(Ending ending) implements Next {}
  }

  private final int index;
  private final Behaviour behaviour;
  private final List<String> skus;
  private final BuyerApi api;
  private final Workload.Surroundings around;
  private final SplittableRandom random;
  private final Payer payer;
  private int failures;
  private int refused;
  private boolean left;

  SimulatedBuyer(
      int index,
      Behaviour behaviour,
      List<String> skus,
      BuyerApi api,
      Workload.Surroundings around,
      SplittableRandom random) {
    this.index = index;
    this.behaviour = behaviour;
    this.skus = skus;
    this.api = api;
    this.around = around;
    this.random = random;
    this.payer = new Payer(behaviour, api, around);
  }

  /** Lives until there is an ending. */
  Ending live(long arrivalMs) throws InterruptedException {
    Next next = new Next.Ask(arrivalMs);
    while (true) {
      if (around.isStopped()) {
        return Ending.STOPPED;
      }
      if (around.nowMs() > around.deadlineMs()) {
        return Ending.STUCK;
      }
      next =
          switch (next) {
            case Next.Ask(long atMs) -> ask(atMs);
            case Next.Recover(long clickedMs) -> recover(clickedMs);
            case Next.Follow(String order, long clickedMs) -> follow(order, clickedMs);
            case Next.Over over -> over;
          };
      if (next instanceof Next.Over(Ending ending)) {
        return ending;
      }
    }
  }

  private Next ask(long atMs) throws InterruptedException {
    around.sleepUntil(atMs);
    if (around.isStopped() || around.nowMs() > around.deadlineMs()) {
      return new Next.Ask(atMs);
    }
    String sku = skus.get(random.nextInt(skus.size()));
    if (behaviour == Behaviour.VANISHES && !left) {
      Reply gone = api.askAndLeave(sku, atMs);
      left = gone.outcome() == Call.Outcome.LEFT;
      return new Next.Recover(atMs);
    }
    Reply twin = null;
    if (behaviour == Behaviour.ASKS_TWICE || behaviour == Behaviour.HAMMERS) {
      CompletableFuture<Reply> other = atOnce(sku, atMs);
      Reply first = api.ask(sku, atMs);
      twin = join(other);
      if (!first.ok() && twin != null && twin.ok()) {
        return judge(twin, atMs);
      }
      return judge(first, atMs);
    }
    return judge(api.ask(sku, atMs), atMs);
  }

  private CompletableFuture<Reply> atOnce(String sku, long atMs) {
    Executor thread = task -> Thread.ofVirtual().start(task);
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return api.ask(sku, atMs);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
          }
        },
        thread);
  }

  private static @Nullable Reply join(CompletableFuture<Reply> other) {
    try {
      return other.join();
    } catch (CompletionException e) {
      return null;
    }
  }

  /** What an answer to an ask means for him. */
  private Next judge(Reply reply, long clickedMs) {
    String order = BuyerApi.orderOf(reply);
    if (reply.ok() && order != null) {
      failures = 0;
      return new Next.Follow(order, clickedMs);
    }
    if (reply.outcome() != Call.Outcome.ANSWERED) {
      return new Next.Recover(clickedMs);
    }
    String refusal = reply.refusal() == null ? "" : reply.refusal();
    long retryMs = BuyerApi.retryAfterMs(reply);
    return switch (refusal) {
      case "already-ordered" ->
          order == null ? new Next.Recover(clickedMs) : new Next.Follow(order, clickedMs);
      case "ordered-recently" -> new Next.Over(Ending.ORDERED_RECENTLY);
      case "closed" -> new Next.Over(Ending.CLOSED);
      case "sold-out" -> retryMs >= 0 ? again(retryMs) : new Next.Over(Ending.SOLD_OUT);
      case "unauthenticated" ->
          behaviour == Behaviour.FORGES_PASS || behaviour == Behaviour.EXPIRED_PASS
              ? new Next.Over(Ending.UNAUTHENTICATED)
              : again(retryMs);
      default -> again(retryMs);
    };
  }

  private Next again(long retryAfterMs) {
    refused++;
    if (behaviour == Behaviour.GIVES_UP && refused >= TRIES_OF_THE_FAINT) {
      return new Next.Over(Ending.GAVE_UP);
    }
    if (retryAfterMs < 0) {
      return new Next.Ask(around.nowMs() + backoff());
    }
    failures = 0;
    long wait = behaviour == Behaviour.HAMMERS ? Math.min(100, retryAfterMs) : retryAfterMs;
    return new Next.Ask(around.nowMs() + wait + random.nextInt(JITTER_MS));
  }

  private int backoff() {
    failures++;
    int most = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS << Math.min(failures, 4));
    return most / 2 + random.nextInt(most / 2);
  }

  /** Asks whether the ask that got no answer made an order. */
  private Next recover(long clickedMs) throws InterruptedException {
    long atMs = around.nowMs() + backoff();
    around.sleepUntil(atMs);
    Reply mine = api.mine(atMs);
    String order = BuyerApi.orderOf(mine);
    if (mine.ok() && order != null) {
      failures = 0;
      return new Next.Follow(order, clickedMs);
    }
    if (mine.status() == 404) {
      failures = 0;
      return new Next.Ask(around.nowMs() + random.nextInt(JITTER_MS));
    }
    if (mine.status() == 401) {
      return new Next.Over(Ending.UNAUTHENTICATED);
    }
    return new Next.Recover(clickedMs);
  }

  private Next follow(String order, long clickedMs) throws InterruptedException {
    long startMs = around.nowMs();
    Reply news = api.look(order, startMs);
    String status = news.ok() ? news.json().getString("status", "") : "";
    switch (status) {
      case "PLACED" -> {
        if (payer.isNew(order)) {
          around.history().clickToPay(clickedMs, news.endedMs());
          around.sleepUntil(news.endedMs() + random.nextInt(THINK_MS));
          payer.act(order, news);
          failures = 0;
        } else if (payer.mustTryAgain()) {
          around.sleepUntil(around.nowMs() + BACKOFF_FIRST_MS);
          payer.act(order, news);
        }
      }
      case "PAID" -> {
        return new Next.Over(Ending.PAID);
      }
      case "CANCELLED" -> {
        return new Next.Over(Ending.CANCELLED);
      }
      case "EXPIRED" -> {
        return new Next.Over(Ending.EXPIRED);
      }
      case "NOT_DRAWN", "LOST", "REJECTED" -> {
        failures = 0;
        return again(Math.max(0, BuyerApi.retryAfterMs(news)));
      }
      default -> {}
    }
    if (news.status() == 404) {
      return new Next.Recover(clickedMs);
    }
    // A look that did not wait, or found nobody, is not repeated at once.
    if (around.nowMs() - startMs < BACKOFF_FIRST_MS) {
      around.sleepUntil(startMs + BACKOFF_FIRST_MS + random.nextInt(JITTER_MS));
    }
    return new Next.Follow(order, clickedMs);
  }

  @Override
  public String toString() {
    return "buyer " + index + " (" + behaviour + ")";
  }
}
