package io.doorbuster.cli.preflight;

import io.doorbuster.console.preflight.Check;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Whether each gate says at its operators' port that it is ready. */
public final class GateChecks {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private GateChecks() {}

  /** Asks one after the other. */
  public static List<Check> run(List<URI> gates) throws InterruptedException {
    try (HttpClient http = client()) {
      List<Check> checks = new ArrayList<>();
      for (URI gate : gates) {
        checks.add(run(http, gate));
      }
      http.shutdownNow();
      return checks;
    }
  }

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(TIMEOUT)
        .build();
  }

  private static Check run(HttpClient http, URI gate) throws InterruptedException {
    String name = "gate " + gate;
    HttpRequest request = HttpRequest.newBuilder(gate.resolve("/readyz")).timeout(TIMEOUT).build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      JsonObject said = new JsonObject(answer.body());
      if (answer.statusCode() == 200 && said.getBoolean("ready", false)) {
        return Check.ok(name, "ready");
      }
      JsonArray missing = said.getJsonArray("missing", new JsonArray());
      String why = String.join("; ", missing.stream().map(String::valueOf).toList());
      return Check.red(name, "not ready: " + why, "see Faults in docs/operating.md");
    } catch (IOException e) {
      String why = e.getMessage() == null ? "nobody listens there" : e.getMessage();
      return Check.red(
          name, "does not answer: " + why, "start it, or name its operators' port (admin.port)");
    } catch (DecodeException | ClassCastException e) {
      return Check.red(name, "is no operators' port of ours", "name the gate's admin.port");
    }
  }
}
