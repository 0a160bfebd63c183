package io.doorbuster.inventory.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The same on several shards at once, since each call waits for an answer. */
final class SideBySide {
  private static final Executor THREADS = work -> Thread.ofVirtual().name("shard").start(work);

  private SideBySide() {}

  /** Returns when all are done; throws what the first of those that failed threw. */
  static <T> void run(Collection<T> all, Consumer<T> step) {
    if (all.size() == 1) {
      all.forEach(step);
      return;
    }
    List<CompletableFuture<Void>> running = new ArrayList<>(all.size());
    for (T one : all) {
      running.add(CompletableFuture.runAsync(() -> step.accept(one), THREADS));
    }
    RuntimeException fault = null;
    for (CompletableFuture<Void> one : running) {
      try {
        one.join();
      } catch (CompletionException e) {
        if (fault == null) {
          fault = e.getCause() instanceof RuntimeException cause ? cause : e;
        }
      }
    }
    if (fault != null) {
      throw fault;
    }
  }
}
