package io.doorbuster.page;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The state of a sale as {@code state.json}. Every open page asks for it about once a second, so
 * that its bytes are made only ten times a second, however many ask.
 */
final class StateJson {
  private static final Duration KEPT = Duration.ofMillis(100);

  private record Made(long nanos, Buffer bytes) {}

  private final SaleStateSource source;
  private final LongSupplier nanoTime;

  /** As many as there are sales: what the source does not know is not kept. */
  private final Map<String, Made> made = new ConcurrentHashMap<>();

  StateJson(SaleStateSource source, LongSupplier nanoTime) {
    this.source = source;
    this.nanoTime = nanoTime;
  }

  Optional<Buffer> find(String sale) {
    long nanos = nanoTime.getAsLong();
    Made last = made.get(sale);
    if (last != null && nanos - last.nanos < KEPT.toNanos()) {
      return Optional.of(last.bytes);
    }
    Optional<Buffer> bytes = source.find(sale).map(StateJson::encode);
    bytes.ifPresentOrElse(fresh -> made.put(sale, new Made(nanos, fresh)), () -> made.remove(sale));
    return bytes;
  }

  static Buffer encode(SaleState state) {
    JsonObject skus = new JsonObject();
    new TreeMap<>(state.skus()).forEach((sku, flag) -> skus.put(sku, flag.id()));
    return new JsonObject()
        .put("sale", state.sale())
        .put("phase", state.phase().name())
        .put("opensAt", state.opensAt().toString())
        .put("closesAt", state.closesAt().toString())
        .put("now", state.now().toString())
        .put("skus", skus)
        .put("allReserved", state.allReserved())
        .put("nextRelease", state.nextRelease() == null ? null : state.nextRelease().toString())
        .toBuffer();
  }
}
