package io.doorbuster.drill.checker;

import java.util.function.Consumer;

/**
 * Promise 6: a refusal by the gate calls no store, no engine and no queue. The gate refuses on the
 * event loops, so one such call there, counted by the server, breaks it.
 */
final class CheapRefusal implements Promise {
  @Override
  public int number() {
    return 6;
  }

  @Override
  public String sentence() {
    return "a refusal costs no call";
  }

  @Override
  public void check(Evidence evidence, Consumer<String> breach) {
    if (evidence.backendCalls() > 0) {
      breach.accept(evidence.backendCalls() + " calls to a store or engine on an event loop");
    }
  }
}
