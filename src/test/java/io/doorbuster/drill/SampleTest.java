package io.doorbuster.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.drill.Sample.Reading;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

final class SampleTest {
  private static final JsonObject LIST =
      new JsonObject(
          """
          {"sales": [
             {"sale": "other", "available": 7, "held": 7, "sold": 7, "paid": 7},
             {"sale": "drill", "available": 5, "held": 1, "sold": 4, "paid": 3}],
           "figures": {
             "writer": {"queued": 2, "committed": 4, "p99Ms": 12.5},
             "events": {"waiting": 9, "lagMs": 250}}}
          """);

  @Test
  void read_listOfSales_findsTheRehearsed() {
    assertThat(Sample.read("drill", LIST)).contains(new Reading(5, 1, 4, 3, 2, 12.5, 250));
  }

  @Test
  void read_listWithoutTheSale_isAHole() {
    assertThat(Sample.read("none", LIST)).isEmpty();
    assertThat(Sample.read("drill", new JsonObject())).isEmpty();
  }
}
