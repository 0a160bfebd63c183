package io.doorbuster.sale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.doorbuster.MovableClock;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("store")
final class RegularStockTest {
  private static final byte[] SECRET = "a shop's secret".getBytes(StandardCharsets.UTF_8);
  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-27T10:00:00Z"));

  /** What the shop has heard: path and body. */
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

  private final Deque<Integer> answers = new ArrayDeque<>();
  private HttpServer shop;
  private Database database;
  private TableStock table;

  @BeforeEach
  void open(@TempDir Path temp) throws IOException {
    shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    shop.createContext("/", this::hear);
    shop.start();
    database = Texts.database(temp);
    table = new TableStock(database);
  }

  @AfterEach
  void close() {
    shop.stop(0);
    database.close();
  }

  private void hear(HttpExchange call) throws IOException {
    byte[] body = call.getRequestBody().readAllBytes();
    boolean signed =
        SignedCall.verify(
            SECRET,
            call.getRequestHeaders().getFirst(SignedCall.TIMESTAMP),
            call.getRequestHeaders().getFirst(SignedCall.SIGNATURE),
            body,
            clock.instant());
    heard.add(call.getRequestURI() + " " + new String(body, StandardCharsets.UTF_8));
    Integer status = signed ? answers.poll() : Integer.valueOf(401);
    if (status == null) {
      call.sendResponseHeaders(200, 10); // and none of the ten bytes
    } else {
      call.sendResponseHeaders(status, -1);
    }
    call.close();
  }

  private HttpStock overHttp(String path) {
    int port = shop.getAddress().getPort();
    return new HttpStock(URI.create("http://127.0.0.1:" + port + path), SECRET, clock);
  }

  @Test
  void table_take_isAllOrNothingAndOnceAKey() {
    assertThat(table.units("k")).isEqualTo(-1);
    assertThat(table.take("t1", "s", "k", 10)).isTrue();
    assertThat(table.units("k")).isZero();
    assertThat(table.take("t1", "s", "k", 10)).isTrue();
    assertThat(table.take("t2", "s", "k", 1)).isFalse();
    table.give("g1", "s", "k", 4);
    table.give("g1", "s", "k", 4);
    assertThat(table.units("k")).isEqualTo(4);
    assertThat(table.take("t2", "s", "k", 5)).isFalse();
    assertThat(table.units("k")).isEqualTo(4);
    assertThat(table.take("t2", "s", "k", 3)).isTrue();
    assertThat(table.take("t2", "s", "k", 3)).isTrue();
    assertThat(table.units("k")).isOne();
  }

  @Test
  void table_giveOfASkuThatItNeverMet_keepsTheUnits() {
    table.give("g1", "s", "new", 4);
    assertThat(table.units("new")).isEqualTo(4);
  }

  @Test
  void http_takeAndGive_areSignedAndNamedByTheirKey() {
    answers.add(200);
    answers.add(409);
    answers.add(200);
    HttpStock stock = overHttp("/stock/");
    assertThat(stock.take("t1", "s", "k", 10)).isTrue();
    assertThat(stock.take("t2", "s", "k", 11)).isFalse();
    stock.give("g1", "s", "k", 3);
    assertThat(heard)
        .containsExactly(
            "/stock/take {\"key\":\"t1\",\"sale\":\"s\",\"sku\":\"k\",\"quantity\":10}",
            "/stock/take {\"key\":\"t2\",\"sale\":\"s\",\"sku\":\"k\",\"quantity\":11}",
            "/stock/give {\"key\":\"g1\",\"sale\":\"s\",\"sku\":\"k\",\"quantity\":3}");
  }

  /** Asking again would not help: somebody must mend the shop, or our settings. */
  @Test
  void http_aClearRefusal_isNoOutage() {
    HttpStock stock = overHttp("/stock");
    for (int status : new int[] {400, 401, 403, 404}) {
      answers.add(status);
      assertThatThrownBy(() -> stock.take("t1", "s", "k", 1))
          .isInstanceOf(RegularStock.Refused.class)
          .hasMessageContaining(Integer.toString(status));
    }
    answers.add(409);
    assertThatThrownBy(() -> stock.give("g1", "s", "k", 1))
        .isInstanceOf(RegularStock.Refused.class);
  }

  @Test
  void http_anUnclearAnswer_isUnavailableAndAskedAgainWithTheSameKey() {
    HttpStock stock = overHttp("/stock");
    for (int status : new int[] {500, 503, 429, 408, 302, 202, 204}) {
      answers.add(status);
      assertThatThrownBy(() -> stock.take("t1", "s", "k", 1))
          .isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining(Integer.toString(status));
    }
    assertThatThrownBy(() -> stock.take("t1", "s", "k", 1))
        .as("the connection is cut")
        .isInstanceOf(StoreUnavailable.class);
    answers.add(200);
    assertThat(stock.take("t1", "s", "k", 1)).isTrue();
    assertThat(heard)
        .filteredOn(call -> call.startsWith("/stock/take"))
        .allMatch(call -> new JsonObject(call.substring(12)).getString("key").equals("t1"));
  }

  @Test
  void http_nobodyThere_isUnavailable() {
    HttpStock stock = overHttp("/stock");
    shop.stop(0);
    assertThatThrownBy(() -> stock.take("t1", "s", "k", 1)).isInstanceOf(StoreUnavailable.class);
  }
}
