package io.doorbuster.drill.checker;

import java.util.Optional;
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

  @Override
  public Optional<String> counted(Evidence evidence) {
    long refusals = evidence.history().refusals().values().stream().mapToLong(n -> n).sum();
    return Optional.of(
        "%,d refusals, %,d calls to a store or engine on an event loop"
            .formatted(refusals, evidence.backendCalls()));
  }

  @Override
  public Optional<String> unchecked(Evidence evidence) {
    return Optional.empty();
  }
}
