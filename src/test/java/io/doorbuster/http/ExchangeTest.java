package io.doorbuster.http;

import static io.doorbuster.http.Wire.ask;
import static io.doorbuster.http.Wire.get;
import static io.doorbuster.http.Wire.post;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and answers as they should be. */
final class ExchangeTest {
  private static Host host;
  private static int port;

  @BeforeAll
  static void open() {
    host = new Host();
    port = host.port;
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static String text(String request) throws IOException {
    return ask(port, request).json().getString("text");
  }

  @Test
  void json_ofAnAnswer_isNotCached() throws IOException {
    Wire.Answer answer = ask(port, get("/hello"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.json().getMap()).isEqualTo(Map.of("hello", "you"));
    assertThat(ask(port, post("/orders", "{}")).header("Location")).isEqualTo("/orders/1");
  }

  @Test
  void send_twice_answersOnce() throws IOException {
    try (Wire wire = new Wire(port)) {
      wire.send(get("/twice") + get("/hello"));
      Wire.Answer first = wire.read();
      assertThat(first.body()).isEqualTo("first");
      assertThat(first.header("Cache-Control")).isEqualTo("max-age=1");
      assertThat(wire.read().json().getString("hello")).isEqualTo("you");
    }
  }

  @Test
  void head_ofAPage_isItsHeadersAlone() throws IOException {
    try (Wire wire = new Wire(port)) {
      wire.send(get("/hello").replace("GET", "HEAD"));
      Wire.Answer head = wire.read(false);
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("Content-Length")).isEqualTo("15");
      wire.send(get("/hello"));
      assertThat(wire.read().status()).isEqualTo(200);
    }
  }

  @Test
  void unknownPaths_andMethods_areProblems() throws IOException {
    Wire.Answer unknown = ask(port, get("/no/such"));
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(unknown.json().getString("type")).isEqualTo("/problems/not-found");
    assertThat(unknown.json().getInteger("status")).isEqualTo(404);

    Wire.Answer method = ask(port, get("/items/1").replace("GET", "DELETE"));
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.header("Allow")).isEqualTo("GET, HEAD, POST");
    assertThat(method.json().getString("type")).isEqualTo("/problems/method-not-allowed");
    assertThat(ask(port, get("/hello").replace("GET", "OPTIONS")).status()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%2Fb", "%00", "..%2f..%2f", "ä", "a;b", "%zz"})
  void parameters_ofAPath_areRaw(String id) throws IOException {
    String raw = id.equals("ä") ? "%C3%A4" : id;
    assertThat(text(get("/items/" + raw))).isEqualTo(raw);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/hello\0", "/items/../hello", "/hello/", "//hello", "/items/a/b", "/%68ello"})
  void paths_thatGoAround_findNothing(String path) throws IOException {
    assertThat(ask(port, get(path)).status()).isEqualTo(404);
  }

  @Test
  void query_ofAnyForm_isAnswered() throws IOException {
    assertThat(text(get("/query?q=a%20b&q=c"))).isEqualTo("a b");
    assertThat(text(get("/query?x=1"))).isEqualTo("null");
    assertThat(text(get("/query?q=%zz"))).isEqualTo("null");
    assertThat(text(get("/query?q=%C3"))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "Bearer abc, abc",
        "bearer abc, abc",
        "BEARER   abc, abc",
        "Basic abc, null",
        "Bearer, null",
        "Bearerabc, null",
        "-, null"
      })
  void bearer_ofAHeader_isTheToken(@org.jspecify.annotations.Nullable String value, String token)
      throws IOException {
    String[] headers = value == null ? new String[0] : new String[] {"Authorization: " + value};
    assertThat(text(get("/bearer", headers))).isEqualTo(token);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Prefer: wait=10 | PT10S",
        "prefer: WAIT=10 | PT10S",
        "Prefer: respond-async, wait=5 | PT5S",
        "Prefer: wait=5; x=y | PT5S",
        "Prefer: wait=0 | PT0S",
        "Prefer: wait=25 | PT25S",
        "Prefer: wait=26 | PT25S",
        "Prefer: wait=99999 | PT25S",
        "Prefer: wait=999999999 | PT25S",
        "Prefer: wait=-1 | PT0S",
        "Prefer: wait=1.5 | PT0S",
        "Prefer: wait=ten | PT0S",
        "Prefer: wait= | PT0S",
        "Prefer: await=10 | PT0S",
        "Prefer: wait=99999999999999999999 | PT0S",
        "X: y | PT0S"
      })
  void preferredWait_ofAHeader_isBounded(String header, String wait) throws IOException {
    assertThat(text(get("/wait", header))).isEqualTo(wait);
  }

  @Test
  void preferredWait_onASecondLine_isSeen() throws IOException {
    assertThat(text(get("/wait", "Prefer: respond-async", "Prefer: wait=7"))).isEqualTo("PT7S");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0",
    "1, 1, 1",
    "1000000, 1, 1",
    "999000000, 1, 999",
    "1000000000, 1, 1000",
    "1000000001, 2, 1001",
    "1000500000, 2, 1001",
    "61000000001, 62, 61001"
  })
  void retryAfter_ofAProblem_isRoundedUp(long ns, String seconds, int ms) throws IOException {
    Wire.Answer answer = ask(port, get("/retry/" + ns));
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.header("Retry-After")).isEqualTo(seconds);
    assertThat(answer.header("Location")).isEqualTo("/there");
    assertThat(answer.json().getInteger("retryAfterMs")).isEqualTo(ms);
    assertThat(answer.json().getString("type")).isEqualTo("/problems/too-fast");
  }

  @ParameterizedTest
  @CsvSource({
    "/faults/loop, on the loop",
    "/faults/error, too deep",
    "/faults/offloaded, offloaded",
    "/faults/checked, java.io.IOException: checked",
    "/faults/after, afterwards"
  })
  void faults_ofAHandler_areProblems(String path, String detail) throws IOException {
    try (Wire wire = new Wire(port)) {
      wire.send(get(path));
      Wire.Answer answer = wire.read();
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.json().getString("detail")).isEqualTo(detail);
      wire.send(get("/hello"));
      assertThat(wire.read().status()).as("the connection goes on").isEqualTo(200);
    }
  }

  @Test
  void faults_withTheBody_areProblems() throws IOException {
    Wire.Answer answer = ask(port, post("/faults/body", "{}"));
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.json().getString("detail")).isEqualTo("with the body");
  }
}
