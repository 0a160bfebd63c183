package io.doorbuster.console;

import io.doorbuster.Stage;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.jspecify.annotations.Nullable;

/** An operator at the admin port. */
final class Operator implements AutoCloseable {
  /** An answer. */
  record Said(int status, HttpResponse<String> response) {
    JsonObject json() {
      return new JsonObject(response.body());
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final Stage stage;

  Operator(Stage stage) {
    this.stage = stage;
  }

  Said get(String path) throws Exception {
    return send("GET", path, "", Stage.TOKEN);
  }

  Said post(String path, JsonObject body) throws Exception {
    return post(path, body.encode());
  }

  Said post(String path, String body) throws Exception {
    return send("POST", path, body, Stage.TOKEN);
  }

  Said send(String method, String path, String body, @Nullable String token) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(stage.adminUrl() + path))
            .method(method, BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
    return new Said(response.statusCode(), response);
  }

  /** A buyer's wish at the other port; its status and body. */
  Said buy(String sale, String buyer, int quantity) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(stage.buyerUrl() + "/api/sales/" + sale + "/orders"))
            .header("Authorization", "Bearer " + stage.pass(sale, buyer))
            .POST(
                BodyPublishers.ofString(
                    new JsonObject().put("sku", "tee").put("quantity", quantity).encode()))
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    return new Said(response.statusCode(), response);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
