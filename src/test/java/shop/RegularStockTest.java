package shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.sale.HttpStock;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegularStockTest {
  @TempDir Path folder;

  @Test
  void take_repeatedAcrossARestart_takesOnce() throws Exception {
    try (Shop shop = ShopFixture.start(folder)) {
      assertThat(call(shop, "take", "sale-1/tee", 30).statusCode()).isEqualTo(200);
      assertThat(call(shop, "take", "sale-1/tee", 30).statusCode()).isEqualTo(200);
      assertThat(shop.stock().units("tee")).isEqualTo(70);
    }
    try (Shop shop = ShopFixture.start(folder)) {
      assertThat(call(shop, "take", "sale-1/tee", 30).statusCode()).isEqualTo(200);
      assertThat(shop.stock().units("tee")).isEqualTo(70);
    }
  }

  @Test
  void give_repeatedAcrossARestart_givesOnce() throws Exception {
    try (Shop shop = ShopFixture.start(folder)) {
      // The same key is another move when it gives: the two verbs count apart.
      assertThat(call(shop, "take", "sale-1/tee", 30).statusCode()).isEqualTo(200);
      assertThat(call(shop, "give", "sale-1/tee", 5).statusCode()).isEqualTo(200);
    }
    try (Shop shop = ShopFixture.start(folder)) {
      assertThat(call(shop, "give", "sale-1/tee", 5).statusCode()).isEqualTo(200);
      assertThat(shop.stock().units("tee")).isEqualTo(75);
    }
  }

  @Test
  void take_moreThanThereIs_takesNoneAndTellsWhatIsLeft() throws Exception {
    try (Shop shop = ShopFixture.start(folder)) {
      HttpResponse<String> answer = call(shop, "take", "sale-1/tee", 101);
      assertThat(answer.statusCode()).isEqualTo(409);
      assertThat(new JsonObject(answer.body())).isEqualTo(new JsonObject().put("left", 100));
      assertThat(shop.stock().units("tee")).isEqualTo(100);
    }
  }

  @Test
  void take_withAnotherSecret_isRefused() throws Exception {
    try (Shop shop = ShopFixture.start(folder)) {
      HttpResponse<String> answer =
          ShopFixture.post(
              shop.address().resolve("/stock/take"),
              "not the secret".getBytes(StandardCharsets.UTF_8),
              new JsonObject().put("key", "k").put("sku", "tee").put("quantity", 1));
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(shop.stock().units("tee")).isEqualTo(100);
    }
  }

  @Test
  void take_byDoorbustersOwnAdapter_isUnderstoodBothWays() throws Exception {
    try (Shop shop = ShopFixture.start(folder)) {
      URI url = shop.address().resolve("/stock");
      HttpStock adapter =
          new HttpStock(url, ShopFixture.secret(folder, "stock"), () -> ShopFixture.NOW);
      assertThat(adapter.take("sale-1/tee", "sale-1", "tee", 30)).isTrue();
      assertThat(adapter.take("sale-2/tee", "sale-2", "tee", 71)).isFalse();
      adapter.give("sale-1/tee", "sale-1", "tee", 5);
      assertThat(shop.stock().units("tee")).isEqualTo(75);
    }
  }

  private HttpResponse<String> call(Shop shop, String verb, String key, int quantity)
      throws Exception {
    return ShopFixture.post(
        shop.address().resolve("/stock/" + verb),
        ShopFixture.secret(folder, "stock"),
        new JsonObject()
            .put("key", key)
            .put("sale", "sale-1")
            .put("sku", "tee")
            .put("quantity", quantity));
  }
}
