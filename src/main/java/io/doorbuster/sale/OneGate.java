package io.doorbuster.sale;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** No other gate: there is nobody to share waves with, nor to tell. */
final class OneGate implements WaveNode {
  private static IllegalStateException alone() {
    return new IllegalStateException("a gate that is alone settles its waves by itself");
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public OptionalInt countGates(String sale) {
    return OptionalInt.empty();
  }

  @Override
  public String gate() {
    return "";
  }

  @Override
  public List<Slice> lease(
      Sale sale,
      long wave,
      int ask,
      List<Report> reports,
      Supplier<Optional<Map<String, Integer>>> free) {
    throw alone();
  }

  @Override
  public Optional<Map<String, Bounds>> open(
      Sale sale, long wave, List<Report> reports, Supplier<Optional<Map<String, Integer>>> free) {
    throw alone();
  }

  @Override
  public void handIn(Sale sale, long wave, List<Hand> hands, @Nullable String stopped) {
    throw alone();
  }

  @Override
  public Optional<Outcome> findOutcome(Sale sale, long wave) {
    throw alone();
  }

  @Override
  public boolean live(String sale, List<Report> reports) {
    return true;
  }

  @Override
  public CompletableFuture<Void> tell(String sale, Standing standing) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Optional<Standing> findEntry(String sale, OrderId order) {
    return Optional.empty();
  }

  @Override
  public Optional<Standing> findEntry(String sale, BuyerId buyer) {
    return Optional.empty();
  }

  @Override
  public void close() {}
}
