package io.doorbuster.drill.workload;

import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a buyer does at the pay page, or instead of going there. */
final class Payer {
  /** How long after its deadline a late payment comes. */
  private static final int LATE_MS = 700;

  private final Behaviour behaviour;
  private final BuyerApi api;
  private final Workload.Surroundings around;
  private @Nullable String order;
  private boolean done;

  Payer(Behaviour behaviour, BuyerApi api, Workload.Surroundings around) {
    this.behaviour = behaviour;
    this.api = api;
    this.around = around;
  }

  boolean isNew(String placed) {
    return !placed.equals(order);
  }

  /** Whether what he did got no answer, or a refusal. */
  boolean mustTryAgain() {
    return !done;
  }

  void act(String placed, Reply news) throws InterruptedException {
    order = placed;
    String payUrl = news.json().getString("payUrl", "/pay/" + placed);
    switch (behaviour) {
      case NEVER_PAYS -> done = true;
      case CANCELS -> done = answered(api.cancel(placed, around.nowMs()));
      case PAYS_LATE -> {
        long dueMs = payBeforeMs(news) + LATE_MS;
        around.sleepUntil(dueMs);
        done = answered(api.pay(placed, payUrl, true, dueMs));
      }
      case DROPS_CALLBACK -> done = accepted(api.pay(placed, payUrl, false, around.nowMs()));
      default -> done = accepted(api.pay(placed, payUrl, true, around.nowMs()));
    }
  }

  /** Answered for good, be it by no. */
  private static boolean answered(Reply reply) {
    return reply.status() > 0 && reply.status() < 500;
  }

  private static boolean accepted(Reply reply) {
    return reply.status() > 0 && reply.status() < 400;
  }

  private long payBeforeMs(Reply news) {
    try {
      return Instant.parse(news.json().getString("payBefore", "")).toEpochMilli();
    } catch (DateTimeException e) {
      return around.nowMs();
    }
  }
}
