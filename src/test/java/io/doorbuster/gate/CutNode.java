package io.doorbuster.gate;

import io.doorbuster.inventory.redis.RedisWaves;
import io.doorbuster.sale.BuyerId;
import io.doorbuster.sale.OrderId;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.StoreUnavailable;
import io.doorbuster.sale.WaveNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A node that one gate can be cut off from, as by a stall or a cut cable. */
final class CutNode implements WaveNode {
  private final RedisWaves node;
  volatile boolean cut;

  /** Cuts itself off once something was handed in. */
  volatile boolean cutAfterHandIn;

  CutNode(RedisWaves node) {
    this.node = node;
  }

  InstantSource clock() {
    return node.clock();
  }

  private WaveNode node() {
    if (cut) {
      throw new StoreUnavailable("cut off", new IOException());
    }
    return node;
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public OptionalInt countGates(String sale) {
    return node.countGates(sale);
  }

  @Override
  public String gate() {
    return node.gate();
  }

  @Override
  public List<Slice> lease(
      Sale sale,
      long wave,
      int ask,
      List<Report> reports,
      Supplier<Optional<Map<String, Integer>>> free) {
    return node().lease(sale, wave, ask, reports, free);
  }

  @Override
  public Optional<Map<String, Bounds>> open(
      Sale sale, long wave, List<Report> reports, Supplier<Optional<Map<String, Integer>>> free) {
    return node().open(sale, wave, reports, free);
  }

  @Override
  public void handIn(Sale sale, long wave, List<Hand> hands, @Nullable String stopped) {
    node().handIn(sale, wave, hands, stopped);
    cut |= cutAfterHandIn;
  }

  @Override
  public Optional<Outcome> findOutcome(Sale sale, long wave) {
    return node().findOutcome(sale, wave);
  }

  @Override
  public boolean live(String sale, List<Report> reports) {
    return node().live(sale, reports);
  }

  @Override
  public CompletableFuture<Void> tell(String sale, Standing standing) {
    return node.tell(sale, standing);
  }

  @Override
  public Optional<Standing> findEntry(String sale, OrderId order) {
    return node().findEntry(sale, order);
  }

  @Override
  public Optional<Standing> findEntry(String sale, BuyerId buyer) {
    return node().findEntry(sale, buyer);
  }

  @Override
  public void close() {
    node.close();
  }
}
