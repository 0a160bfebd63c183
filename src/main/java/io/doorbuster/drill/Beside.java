package io.doorbuster.drill;

import java.util.concurrent.CompletableFuture;

/** Starts what goes on beside the conductor's own work. */
final class Beside {
  private Beside() {}

  /** Work that goes on beside the conductor's own. */
  @FunctionalInterface
  interface Work {
    void run() throws InterruptedException;
  }

  static CompletableFuture<Void> start(Work work) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            work.run();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        },
        task -> Thread.ofVirtual().start(task));
  }
}
