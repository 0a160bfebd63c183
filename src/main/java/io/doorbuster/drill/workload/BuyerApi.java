package io.doorbuster.drill.workload;

import io.doorbuster.drill.workload.Call.Kind;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One buyer's calls; each goes into the history. */
final class BuyerApi {
  /** A request is answered, or refused, well within this. */
  static final Duration TIMEOUT = Duration.ofSeconds(15);

  /** How long an answer about an order may wait for news. */
  static final int WAIT_SECONDS = 10;

  private final int buyer;
  private final String sale;
  private final String pass;
  private final List<Door> doors;
  private final History history;

  /** The door that he uses; the next one once it does not answer, or says that it can not serve. */
  private final AtomicInteger at;

  /**
   * @param doors one for each gate; a buyer begins at one of them, as an even spread would have it
   */
  BuyerApi(int buyer, String sale, String pass, List<Door> doors, History history) {
    this.buyer = buyer;
    this.sale = sale;
    this.pass = pass;
    this.doors = doors;
    this.history = history;
    this.at = new AtomicInteger((buyer * 0x9E3779B9) >>> 17);
  }

  /** One try at the door that he uses now. */
  @FunctionalInterface
  private interface Try {
    Reply at(Door door) throws InterruptedException;
  }

  private Reply send(Try attempt) throws InterruptedException {
    int used = at.get();
    Reply reply = attempt.at(doors.get(used % doors.size()));
    boolean closed =
        reply.outcome() == Call.Outcome.CUT || reply.outcome() == Call.Outcome.TIMED_OUT;
    if (closed || reply.status() == 503) {
      at.compareAndSet(used, used + 1);
    }
    return reply;
  }

  Reply ask(String sku, long intendedMs) throws InterruptedException {
    return noted(
        Kind.ASK,
        intendedMs,
        null,
        send(door -> door.asks().send(HttpMethod.POST, orders(), headers(), wish(sku), TIMEOUT)));
  }

  /** Asks, and closes the connection ahead of the answer. */
  Reply askAndLeave(String sku, long intendedMs) throws InterruptedException {
    return noted(
        Kind.ASK,
        intendedMs,
        null,
        send(
            door ->
                door.asks()
                    .sendAndLeave(HttpMethod.POST, orders(), headers(), wish(sku), TIMEOUT)));
  }

  /** Waits for news of an order. */
  Reply look(String order, long intendedMs) throws InterruptedException {
    Map<String, String> headers = headers();
    headers.put("Prefer", "wait=" + WAIT_SECONDS);
    Duration timeout = TIMEOUT.plusSeconds(WAIT_SECONDS);
    return noted(
        Kind.LOOK,
        intendedMs,
        order,
        send(
            door ->
                door.ordered()
                    .send(
                        HttpMethod.GET,
                        "/api/orders/" + order,
                        headers,
                        Buffer.buffer(),
                        timeout)));
  }

  Reply mine(long intendedMs) throws InterruptedException {
    String uri = orders() + "/mine";
    return noted(
        Kind.MINE,
        intendedMs,
        null,
        send(door -> door.asks().send(HttpMethod.GET, uri, headers(), Buffer.buffer(), TIMEOUT)));
  }

  Reply cancel(String order, long intendedMs) throws InterruptedException {
    String uri = "/api/orders/" + order + "/cancel";
    return noted(
        Kind.CANCEL,
        intendedMs,
        order,
        send(
            door ->
                door.ordered().send(HttpMethod.POST, uri, headers(), Buffer.buffer(), TIMEOUT)));
  }

  /**
   * Pays on the demo's page.
   *
   * @param heard whether the provider's callback reaches the server
   */
  Reply pay(String order, String payUrl, boolean heard, long intendedMs)
      throws InterruptedException {
    Map<String, String> form =
        Map.of("Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json");
    Buffer body = Buffer.buffer(heard ? "outcome=paid" : "outcome=paid-unheard");
    return noted(
        heard ? Kind.PAY : Kind.PAY_UNHEARD,
        intendedMs,
        order,
        send(door -> door.ordered().send(HttpMethod.POST, payUrl, form, body, TIMEOUT)));
  }

  private String orders() {
    return "/api/sales/" + sale + "/orders";
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new HashMap<>();
    headers.put("Authorization", "Bearer " + pass);
    headers.put("Content-Type", "application/json");
    return headers;
  }

  private static Buffer wish(String sku) {
    return new JsonObject().put("sku", sku).put("quantity", 1).toBuffer();
  }

  private Reply noted(Kind kind, long intendedMs, @Nullable String about, Reply reply) {
    String refusal = reply.refusal();
    String order = about == null ? orderOf(reply) : about;
    String shown = refusal == null ? reply.json().getString("status") : null;
    history.add(
        new Call(
            buyer,
            kind,
            reply.outcome(),
            intendedMs,
            reply.sentMs(),
            reply.endedMs(),
            reply.status(),
            order,
            refusal,
            shown,
            refusal == null ? reply.json().getString("reason") : null,
            refusal == null ? drawAtMs(reply) : retryAfterMs(reply)));
    return reply;
  }

  /** The order that an answer names, in its body or by its place. */
  static @Nullable String orderOf(Reply reply) {
    String order = reply.json().getString("order");
    String location = reply.location();
    if (order == null && location != null && location.contains("/orders/")) {
      return location.substring(location.lastIndexOf('/') + 1);
    }
    return order;
  }

  /** When the answer says that trying again can help; -1 where it does not. */
  static long retryAfterMs(Reply reply) {
    return reply.json().getLong("retryAfterMs", -1L);
  }

  private static long drawAtMs(Reply reply) {
    String drawAt = reply.json().getString("drawAt");
    try {
      return drawAt == null ? -1 : Instant.parse(drawAt).toEpochMilli();
    } catch (DateTimeException e) {
      return -1;
    }
  }
}
