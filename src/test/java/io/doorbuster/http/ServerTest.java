package io.doorbuster.http;

import static io.doorbuster.http.Wire.ask;
import static io.doorbuster.http.Wire.get;
import static io.doorbuster.http.Wire.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that misbehave: each gets a named end, and others are served meanwhile. */
final class ServerTest {
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

  private static Duration since(long startNs) {
    return Duration.ofNanos(System.nanoTime() - startNs);
  }

  private static void assertProblem(Wire.Answer answer, int status) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.json().getString("type")).isEqualTo("/problems/invalid");
    assertThat(answer.json().getInteger("status")).isEqualTo(status);
  }

  @Test
  void body_atItsBound_isRead_andOneByteMore_isNot() throws IOException {
    Wire.Answer whole = ask(port, post("/orders", "x".repeat(Host.BODY_BYTES_MAX)));
    assertThat(whole.json().getInteger("bytes")).isEqualTo(Host.BODY_BYTES_MAX);
    try (Wire wire = new Wire(port)) {
      wire.send(post("/orders", "x".repeat(Host.BODY_BYTES_MAX + 1)));
      assertProblem(wire.read(), 400);
      wire.send(get("/hello"));
      assertThat(wire.read().status()).as("the connection goes on").isEqualTo(200);
    }
    assertThat(ask(port, post("/orders", "")).json().getInteger("bytes")).isZero();
  }

  @Test
  void body_inChunks_hasTheSameBound() throws IOException {
    String head = "POST /orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    String chunk = "400\r\n" + "x".repeat(1_024) + "\r\n";
    assertThat(ask(port, head + chunk.repeat(4) + "0\r\n\r\n").json().getInteger("bytes"))
        .isEqualTo(4_096);
    assertProblem(ask(port, head + chunk.repeat(5) + "0\r\n\r\n"), 400);
    assertProblem(ask(port, head + chunk.repeat(400)), 400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz\r\nabc\r\n", "-1\r\n", "ffffffffffffffff\r\n"})
  void body_inBrokenChunks_isAProblem(String chunks) throws IOException {
    String head = "POST /orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertProblem(ask(port, head + chunks), 400);
  }

  @Test
  void body_cutOff_isHandledOnceAndForgotten() throws IOException {
    int handled = host.handled.get();
    try (Wire wire = new Wire(port)) {
      wire.send(post("/orders", "x".repeat(100)).substring(0, 120));
      wire.endOutput();
    }
    await().until(() -> host.handled.get() == handled + 1);
    try (Wire wire = new Wire(port)) {
      wire.send(post("/orders", "x".repeat(100)).substring(0, 120));
      wire.reset();
    }
    await().until(() -> host.handled.get() == handled + 2);
  }

  @Test
  void body_thatComesTooSlowly_isCutOff() throws IOException {
    int handled = host.handled.get();
    try (Wire wire = new Wire(port)) {
      long start = System.nanoTime();
      wire.send(post("/orders", "x".repeat(100)).substring(0, 100));
      assertProblem(wire.read(), 400);
      assertThat(since(start)).isBetween(Duration.ofMillis(300), Duration.ofSeconds(3));
      assertThat(wire.isClosed()).isTrue();
    }
    assertThat(host.handled).hasValue(handled + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/unread", "/unread/offloaded"})
  void body_thatNobodyReads_doesNotHoldTheConnection(String path) throws IOException {
    try (Wire wire = new Wire(port)) {
      for (int i = 0; i < 3; i++) {
        wire.send(post(path, "x".repeat(300_000)));
        assertThat(wire.read().status()).isEqualTo(200);
      }
      wire.send(get("/hello"));
      assertThat(wire.read().status()).isEqualTo(200);
    }
  }

  @Test
  void headers_tooMany_areAProblem() throws IOException {
    String[] flood = new String[500];
    java.util.Arrays.fill(flood, "X-Flood: " + "y".repeat(100));
    try (Wire wire = new Wire(port)) {
      wire.send(get("/hello", flood));
      assertProblem(wire.read(), 431);
      assertThat(wire.isClosed()).isTrue();
    }
    assertProblem(ask(port, get("/hello", "X-Long: " + "y".repeat(20_000))), 431);
    assertThat(ask(port, get("/hello", "X-Long: " + "y".repeat(12_000))).status()).isEqualTo(200);
  }

  @Test
  void requestLine_tooLong_isAProblem() throws IOException {
    try (Wire wire = new Wire(port)) {
      wire.send(get("/items/" + "a".repeat(10_240)));
      assertProblem(wire.read(), 414);
      assertThat(wire.isClosed()).isTrue();
    }
    assertThat(ask(port, get("/items/" + "a".repeat(1_500))).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello\r\n\r\n",
        "\u0016\u0003\u0001\u0002\r\n\r\n",
        "GET /hello HTTP/9.9.9\r\n\r\n",
        "GET /hello HTTP/1.1\r\nno colon here\r\n\r\n",
        "GET /hello HTTP/1.1\r\nBad Name: x\r\n\r\n",
        "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"
      })
  void bytes_thatAreNoRequest_areAProblemAndTheEnd(String garbage) throws IOException {
    try (Wire wire = new Wire(port)) {
      wire.send(garbage);
      assertProblem(wire.read(), 400);
      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  void requests_inOneGo_areAnsweredInOrder() throws IOException {
    try (Wire wire = new Wire(port)) {
      StringBuilder all = new StringBuilder(get("/later"));
      for (int i = 0; i < 50; i++) {
        all.append(i % 2 == 0 ? get("/items/" + i) : post("/orders", "x".repeat(i)));
      }
      wire.send(all.toString());
      assertThat(wire.read().json().getString("text")).isEmpty();
      for (int i = 0; i < 50; i++) {
        Wire.Answer answer = wire.read();
        if (i % 2 == 0) {
          assertThat(answer.json().getString("text")).isEqualTo(Integer.toString(i));
        } else {
          assertThat(answer.json().getInteger("bytes")).isEqualTo(i);
        }
      }
    }
  }

  @Test
  void answers_afterTheBuyerLeft_hurtNobody() throws IOException {
    int handled = host.handled.get();
    for (int i = 0; i < 20; i++) {
      try (Wire wire = new Wire(port)) {
        wire.send(get("/later"));
        wire.reset();
      }
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> host.handled.get() == handled + 20);
    assertThat(ask(port, get("/hello")).status()).isEqualTo(200);
  }

  @Test
  void connections_withoutARequest_areClosed() throws IOException {
    try (Wire silent = new Wire(port);
        Wire half = new Wire(port)) {
      half.send("GET /hello HTTP/1.1\r\nHos");
      long start = System.nanoTime();
      assertThat(silent.isClosed()).isTrue();
      assertThat(half.isClosed()).isTrue();
      assertThat(since(start)).isBetween(Duration.ofMillis(300), Duration.ofSeconds(3));
    }
  }

  @Test
  void connections_thatDripASecondRequest_areClosed() throws Exception {
    try (Wire wire = new Wire(port)) {
      wire.send(get("/hello"));
      assertThat(wire.read().status()).isEqualTo(200);
      long start = System.nanoTime();
      boolean cut = false;
      wire.send("GET /hello HTTP/1.1\r\nX: ");
      while (!cut && since(start).compareTo(Duration.ofSeconds(5)) < 0) {
        try {
          wire.send("y");
        } catch (IOException e) {
          cut = true;
        }
        Thread.sleep(100);
      }
      assertThat(cut).isTrue();
      assertThat(since(start)).isGreaterThan(Duration.ofMillis(500));
    }
  }

  @Test
  void connections_thatWaitForAnAnswer_areKept() throws IOException {
    try (Host patient =
            new Host(
                10,
                Set.of(),
                new Patience(
                    Duration.ofMillis(60),
                    Duration.ofMillis(60),
                    Duration.ofSeconds(5),
                    Duration.ofMillis(400)));
        Wire wire = new Wire(patient.port)) {
      wire.send(get("/later"));
      assertThat(wire.read().status()).isEqualTo(200);
      assertThat(wire.isClosed()).isTrue();
    }
  }

  @Test
  void connections_beyondTheBound_areClosedAtOnce() throws IOException {
    try (Host small = new Host(2, Set.of(), Host.PATIENCE)) {
      try (Wire first = new Wire(small.port);
          Wire second = new Wire(small.port)) {
        second.send(get("/hello"));
        assertThat(second.read().status()).isEqualTo(200);
        first.send(get("/hello"));
        assertThat(first.read().status()).isEqualTo(200);
        try (Wire third = new Wire(small.port)) {
          assertThat(third.isClosed()).isTrue();
        }
        await().until(() -> small.server.connections() == 2);
      }
      await().until(() -> small.server.connections() == 0);
      assertThat(ask(small.port, get("/hello")).status()).isEqualTo(200);
    }
  }

  @Test
  void connections_thatAreIdle_doNotStopOthers() throws IOException {
    List<Wire> idle = new ArrayList<>();
    Duration patience = Duration.ofSeconds(30);
    try (Host calm =
        new Host(3_000, Set.of(), new Patience(patience, patience, patience, patience))) {
      for (int i = 0; i < 2_000; i++) {
        idle.add(new Wire(calm.port));
      }
      await().until(() -> calm.server.connections() == 2_000);
      long start = System.nanoTime();
      assertThat(ask(calm.port, get("/hello")).status()).isEqualTo(200);
      assertThat(since(start)).isLessThan(Duration.ofSeconds(2));
      for (Wire wire : idle) {
        wire.close();
      }
      await().until(() -> calm.server.connections() == 0);
    }
  }

  @Test
  void origins_thatAreAllowed_mayCall_andNoOthers() throws IOException {
    Wire.Answer allowed = ask(port, get("/hello", "Origin: " + Host.PAGE_ORIGIN));
    assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo(Host.PAGE_ORIGIN);
    assertThat(allowed.header("Vary")).isEqualTo("Origin");
    assertThat(allowed.header("Access-Control-Expose-Headers")).contains("Retry-After");
    assertThat(ask(port, get("/no/such", "Origin: " + Host.PAGE_ORIGIN)).headers())
        .containsEntry("access-control-allow-origin", Host.PAGE_ORIGIN);
    for (String origin :
        List.of("https://evil.example", "null", "https://SALE.shop.example", "*", "")) {
      Wire.Answer refused = ask(port, get("/hello", "Origin: " + origin));
      assertThat(refused.header("Access-Control-Allow-Origin")).isNull();
      assertThat(refused.header("Vary")).isEqualTo("Origin");
    }
  }

  @Test
  void origins_ofAnAnswerThatVaries_areNamedToo() throws IOException {
    assertThat(ask(port, get("/varies")).header("Vary")).isEqualTo("Origin, Accept-Encoding");
  }

  @Test
  void origins_askingAhead_areToldWhatTheyMay() throws IOException {
    String ahead = get("/orders", "Origin: " + Host.PAGE_ORIGIN).replace("GET", "OPTIONS");
    Wire.Answer answer = ask(port, ahead);
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo("GET, POST");
    assertThat(answer.header("Access-Control-Allow-Headers"))
        .contains("Authorization", "Content-Type", "Prefer");
    Wire.Answer stranger = ask(port, ahead.replace("sale.shop", "evil"));
    assertThat(stranger.status()).isEqualTo(405);
    assertThat(stranger.header("Access-Control-Allow-Methods")).isNull();
  }

  @Test
  void close_whileConnectionsAreOpen_closesThem() throws IOException {
    Host closing = new Host();
    try (Wire wire = new Wire(closing.port)) {
      wire.send(get("/hello"));
      assertThat(wire.read().status()).isEqualTo(200);
      closing.close();
      assertThat(wire.isClosed()).isTrue();
    }
  }
}
