package io.doorbuster.inventory.redis;

/** The shard is not the one that we know: of another epoch, not whole, or on a server anew. */
final class Fenced extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Fenced(String shard) {
    super("the shard " + shard + " is not there as it was", null, false, false);
  }
}
