package io.doorbuster.drill.workload;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Passes by the operator's token; the server gives them so for test sales only. */
public final class OperatorPasses implements PassSource {
  /** Keeps one request's body below the server's bound. */
  private static final int CHUNK = 500;

  private static final int TRIES = 30;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration BETWEEN = Duration.ofMillis(500);

  private final Calls admin;
  private final Supplier<String> token;
  private final Supplier<Optional<String>> keys;

  /**
   * @param admin to the admin port
   * @param token read anew for each call
   * @param keys the server's file of pass keys, a line {@code id:hex} each, where it can be read
   */
  public OperatorPasses(Calls admin, Supplier<String> token, Supplier<Optional<String>> keys) {
    this.admin = admin;
    this.token = token;
    this.keys = keys;
  }

  @Override
  public Optional<byte[]> findKey(String id) {
    return keys.get().stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith(id + ":"))
        .map(line -> HexFormat.of().parseHex(line.substring(id.length() + 1).strip()))
        .findFirst();
  }

  @Override
  public Map<String, String> passes(String sale, List<String> buyers) throws InterruptedException {
    Map<String, String> passes = new HashMap<>();
    for (int from = 0; from < buyers.size(); from += CHUNK) {
      List<String> chunk = buyers.subList(from, Math.min(buyers.size(), from + CHUNK));
      JsonObject given = ask(sale, chunk).getJsonObject("passes", new JsonObject());
      given.forEach(pass -> passes.put(pass.getKey(), pass.getValue().toString()));
    }
    return passes;
  }

  private JsonObject ask(String sale, List<String> buyers) throws InterruptedException {
    Buffer body = new JsonObject().put("buyers", new JsonArray(buyers)).toBuffer();
    String last = "";
    for (int i = 0; i < TRIES; i++) {
      Map<String, String> headers =
          Map.of("Authorization", "Bearer " + token.get(), "Content-Type", "application/json");
      String uri = "/admin/api/sales/" + sale + "/passes";
      Reply reply = admin.send(HttpMethod.POST, uri, headers, body, TIMEOUT);
      if (reply.ok()) {
        return reply.json();
      }
      last = reply.describe();
      Thread.sleep(BETWEEN);
    }
    throw new IllegalStateException("the server gave no passes: " + last);
  }
}
