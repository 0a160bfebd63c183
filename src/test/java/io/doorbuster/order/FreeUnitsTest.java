package io.doorbuster.order;

import static io.doorbuster.order.Installation.CLOSES;
import static io.doorbuster.order.Installation.OPENS;
import static io.doorbuster.order.Installation.ORDER_EVERY;
import static io.doorbuster.order.Installation.SALE;
import static io.doorbuster.order.Installation.SKU;
import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.MovableClock;
import io.doorbuster.inventory.EmbeddedEngine;
import io.doorbuster.inventory.InventoryEngine;
import io.doorbuster.inventory.SaleControl;
import io.doorbuster.inventory.StockLoad;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** No units are told apart from no answer, also where the sale comes or goes between two calls. */
final class FreeUnitsTest {
  private static final InventoryEngine WITHOUT_THE_SALE = engine();

  private static EmbeddedEngine engine() {
    return new EmbeddedEngine(new MovableClock(OPENS), 2, buyer -> 0, 10);
  }

  private static InventoryEngine with(int units) {
    EmbeddedEngine engine = engine();
    SaleControl control = new SaleControl(OPENS, CLOSES, SaleControl.State.RUNNING, 0);
    engine.load(new StockLoad(SALE, 1, control, ORDER_EVERY, Map.of(SKU, units), List.of()));
    return engine;
  }

  /** Each call meets the next of these. */
  private static OptionalInt find(InventoryEngine... one) {
    Iterator<InventoryEngine> calls = List.of(one).iterator();
    return FreeUnits.find(new FaultyEngine(calls::next), SALE, SKU);
  }

  @Test
  void find_ofASaleThatIsThere_isWhatIsFree() {
    assertThat(find(with(3), with(3))).hasValue(3);
    assertThat(find(with(0), with(0), with(0))).hasValue(0);
  }

  @Test
  void find_ofASaleThatIsNotThere_isEmpty() {
    assertThat(find(WITHOUT_THE_SALE, WITHOUT_THE_SALE, WITHOUT_THE_SALE)).isEmpty();
  }

  @Test
  void find_ofASaleThatIsBeingLoaded_isNeverZero() {
    assertThat(find(with(3), WITHOUT_THE_SALE, WITHOUT_THE_SALE)).isEmpty();
    assertThat(find(WITHOUT_THE_SALE, WITHOUT_THE_SALE, with(3))).isEmpty();
    assertThat(find(WITHOUT_THE_SALE, with(3))).hasValue(3);
  }
}
