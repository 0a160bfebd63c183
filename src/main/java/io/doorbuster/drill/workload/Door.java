package io.doorbuster.drill.workload;

/**
 * The way to one gate.
 *
 * @param asks for who asks
 * @param ordered for who has an order
 */
record Door(Calls asks, Calls ordered) {
  void close() {
    asks.close();
    ordered.close();
  }
}
