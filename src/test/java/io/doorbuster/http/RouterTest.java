package io.doorbuster.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RouterTest {
  private static final Consumer<Exchange> ORDER = new Nothing("order");
  private static final Consumer<Exchange> MINE = new Nothing("mine");
  private static final Consumer<Exchange> CANCEL = new Nothing("cancel");

  private record Nothing(String name) implements Consumer<Exchange> {
    @Override
    public void accept(Exchange exchange) {}
  }

  private final Router router =
      new Router()
          .get("/api/sales/{sale}/orders/mine", MINE)
          .get("/api/orders/{id}", ORDER)
          .post("/api/orders/{id}/cancel", CANCEL)
          .get("/s/{sale}/", ORDER);

  @Test
  void find_aPathWithParameters_bindsThem() {
    Router.Match match = router.find("GET", "/api/orders/ABC");
    assertThat(match.handler()).isSameAs(ORDER);
    assertThat(match.parameters()).isEqualTo(Map.of("id", "ABC"));
    assertThat(router.find("GET", "/api/sales/boots/orders/mine").handler()).isSameAs(MINE);
    assertThat(router.find("GET", "/s/boots/").parameters()).containsEntry("sale", "boots");
  }

  @Test
  void find_twoRoutesThatFit_isTheFirstRegistered() {
    Router two = new Router().get("/a/mine", MINE).get("/a/{id}", ORDER);
    assertThat(two.find("GET", "/a/mine").handler()).isSameAs(MINE);
    assertThat(two.find("GET", "/a/yours").handler()).isSameAs(ORDER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "*",
        "/api",
        "/api/orders",
        "/api/orders/a/b",
        "/api//orders/a",
        "/API/orders/a",
        "/s/boots",
        "api/orders/a",
        "/api/orders/../x"
      })
  void find_anUnknownPath_hasNothing(String path) {
    Router.Match match = router.find("GET", path);
    assertThat(match.handler()).isNull();
    assertThat(match.allowed()).isEmpty();
  }

  @Test
  void find_anotherMethod_namesThoseThatThereAre() {
    assertThat(router.find("POST", "/api/orders/a").handler()).isNull();
    assertThat(router.find("POST", "/api/orders/a").allowed()).containsExactly("GET", "HEAD");
    assertThat(router.find("GET", "/api/orders/a/cancel").allowed()).containsExactly("POST");
    assertThat(router.find("HEAD", "/api/orders/a/cancel").allowed()).containsExactly("POST");
    assertThat(router.find("get", "/api/orders/a").handler()).isNull();
  }

  @Test
  void find_head_isGet() {
    assertThat(router.find("HEAD", "/api/orders/a").handler()).isSameAs(ORDER);
  }

  @Test
  void paths_ofARouter_areAllItsRoutes() {
    List<String> paths = new ArrayList<>(router.paths());
    assertThat(paths)
        .containsExactlyInAnyOrder(
            "GET /api/sales/{sale}/orders/mine",
            "GET /api/orders/{id}",
            "POST /api/orders/{id}/cancel",
            "GET /s/{sale}/");
  }
}
