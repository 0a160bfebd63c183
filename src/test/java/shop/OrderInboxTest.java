package shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderInboxTest {
  @TempDir Path folder;
  private Shop shop;

  @BeforeEach
  void open() throws Exception {
    shop = ShopFixture.start(folder);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void take_sameIdTwice_countsOnce() throws Exception {
    assertThat(post(event("e1", "placed", "o1"))).isEqualTo(200);
    assertThat(post(event("e1", "placed", "o1"))).isEqualTo(200);
    assertThat(shop.inbox().distinctEvents()).isEqualTo(1);
    assertThat(shop.inbox().distinctOrders()).isEqualTo(1);
    assertThat(shop.eventCalls().total()).isEqualTo(2);
  }

  @Test
  void take_afterARestart_isStillKnown() throws Exception {
    post(event("e1", "placed", "o1"));
    shop.close();
    shop = ShopFixture.start(folder);
    assertThat(shop.inbox().take(event("e1", "placed", "o1"))).isFalse();
    assertThat(shop.inbox().status("o1")).contains("PLACED");
  }

  @Test
  void take_placedAfterPaid_staysPaid() {
    shop.inbox().take(event("e2", "paid", "o1"));
    shop.inbox().take(event("e1", "placed", "o1"));
    assertThat(shop.inbox().status("o1")).contains("PAID");
  }

  @Test
  void take_oneEndingAfterAnother_keepsTheFirst() {
    shop.inbox().take(event("e1", "placed", "o1"));
    shop.inbox().take(event("e2", "expired", "o1"));
    shop.inbox().take(event("e3", "paid", "o1"));
    assertThat(shop.inbox().status("o1")).contains("EXPIRED");
  }

  @Test
  void take_anUnknownType_isTakenAndChangesNothing() throws Exception {
    assertThat(post(event("e1", "gift-wrapped", "o1"))).isEqualTo(200);
    assertThat(shop.inbox().distinctOrders()).isZero();
  }

  @Test
  void receive_whileTold_answers500AndTakesNothing() throws Exception {
    shop.inbox().refuseNext(2);
    assertThat(post(event("e1", "placed", "o1"))).isEqualTo(500);
    assertThat(post(event("e1", "placed", "o1"))).isEqualTo(500);
    assertThat(shop.inbox().distinctEvents()).isZero();
    assertThat(post(event("e1", "placed", "o1"))).isEqualTo(200);
  }

  @Test
  void receive_oneOrderRefused_takesTheOthers() throws Exception {
    shop.inbox().refuse(event -> event.getString("subject").equals("o1"));
    assertThat(post(event("e1", "placed", "o1"))).isEqualTo(500);
    assertThat(post(event("e2", "placed", "o2"))).isEqualTo(200);
    assertThat(shop.inbox().status("o1")).isEmpty();
  }

  @Test
  void receive_answerLost_takesOnce() throws Exception {
    shop.inbox().loseAnswers(1);
    assertThat(post(event("e1", "placed", "o1"))).isEqualTo(500);
    assertThat(shop.inbox().status("o1")).contains("PLACED");
    assertThat(post(event("e1", "placed", "o1"))).isEqualTo(200);
    assertThat(shop.inbox().distinctOrders()).isEqualTo(1);
  }

  @Test
  void receive_halfAnEvent_isRefusedWhole() throws Exception {
    JsonObject event = event("e1", "placed", "o1");
    event.getJsonObject("data").remove("sku");
    assertThat(post(event)).isEqualTo(500);
    assertThat(shop.inbox().distinctEvents()).isZero();
  }

  @Test
  void perSecondMax_callsOfTwoSeconds_countsTheFullerOne() {
    CallRate rate = new CallRate();
    long ms = 1_000_000;
    for (long at : new long[] {0, 900, 1000, 1100, 1899}) {
      rate.call(at * ms);
    }
    // 900, 1000, 1100 and 1899 lie within one second; 0 and 1000 do not.
    assertThat(rate.perSecondMax()).isEqualTo(4);
  }

  private int post(JsonObject event) throws Exception {
    return ShopFixture.post(
            shop.address().resolve("/events"), ShopFixture.secret(folder, "events"), event)
        .statusCode();
  }

  private static JsonObject event(String id, String what, String order) {
    return new JsonObject()
        .put("specversion", "1.0")
        .put("id", id)
        .put("source", "/doorbuster/sales/sale-1")
        .put("type", "io.doorbuster.order." + what + ".v1")
        .put("subject", order)
        .put(
            "data",
            new JsonObject()
                .put("order", order)
                .put("sale", "sale-1")
                .put("sku", "tee")
                .put("quantity", 1)
                .put("priceMinor", 1900)
                .put("currency", "EUR")
                .put("buyer", "ann"));
  }
}
