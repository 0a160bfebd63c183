package io.doorbuster.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.page.SaleState.SkuFlag;
import io.doorbuster.sale.SalePhase;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class StateJsonTest {
  private static final SaleState STATE =
      new SaleState(
          "winter-boots",
          SalePhase.OPEN,
          Instant.parse("2030-01-01T10:00:00Z"),
          Instant.parse("2030-01-01T11:00:00Z"),
          Instant.parse("2030-01-01T10:00:01.250Z"),
          Map.of(
              "c", SkuFlag.SOLD_OUT,
              "a", SkuFlag.AVAILABLE,
              "b", SkuFlag.ALL_RESERVED),
          false,
          Instant.parse("2030-01-01T10:05:00Z"));

  @Test
  void encode_aState_hasTheFixedShape() {
    assertThat(StateJson.encode(STATE).toString())
        .isEqualTo(
            """
            {"sale":"winter-boots","phase":"OPEN","opensAt":"2030-01-01T10:00:00Z",\
            "closesAt":"2030-01-01T11:00:00Z","now":"2030-01-01T10:00:01.250Z",\
            "skus":{"a":"available","b":"all-reserved","c":"sold-out"},"allReserved":false,\
            "nextRelease":"2030-01-01T10:05:00Z"}""");
  }

  @Test
  void encode_withoutANextRelease_saysNull() {
    SaleState state =
        new SaleState(
            "s",
            SalePhase.PUBLISHED,
            STATE.opensAt(),
            STATE.closesAt(),
            STATE.now(),
            Map.of(),
            true,
            null);
    JsonObject json = StateJson.encode(state).toJsonObject();
    assertThat(json.containsKey("nextRelease")).isTrue();
    assertThat(json.getValue("nextRelease")).isNull();
    assertThat(json.getBoolean("allReserved")).isTrue();
  }

  @Test
  void find_byACrowd_asksTheSourceTenTimesASecond() {
    AtomicLong nanos = new AtomicLong();
    AtomicInteger asked = new AtomicInteger();
    StateJson states =
        new StateJson(
            sale -> {
              asked.incrementAndGet();
              return sale.equals("winter-boots") ? Optional.of(STATE) : Optional.empty();
            },
            nanos::get);
    for (int i = 0; i < 1_000; i++) {
      assertThat(states.find("winter-boots")).isPresent();
      nanos.addAndGet(1_000_000);
    }
    assertThat(asked).hasValue(10);
    assertThat(states.find("nothing")).isEmpty();
  }
}
