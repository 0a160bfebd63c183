package io.doorbuster.cli.operator;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The admin API as the commands call it. */
final class AdminClient implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** Longer than the server itself waits for a verb to be done. */
  private static final Duration TIMEOUT = Duration.ofSeconds(50);

  /** A minute for the file, and half of one for a photo to be scaled behind another. */
  private static final Duration UPLOAD_TIMEOUT = Duration.ofSeconds(90);

  private final URI admin;
  private final String token;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  AdminClient(URI admin, String token) {
    this.admin = admin;
    this.token = token;
  }

  /** One segment of a path. */
  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  JsonObject get(String path) throws CallFailed, InterruptedException {
    return send("GET", path, "");
  }

  JsonObject post(String path, JsonObject body) throws CallFailed, InterruptedException {
    return send("POST", path, body.encode());
  }

  /**
   * Calls and reads the answer.
   *
   * @throws CallFailed where it is no 2xx, or there is none
   */
  JsonObject send(String method, String path, String body) throws CallFailed, InterruptedException {
    return send(
        request(path, TIMEOUT)
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build());
  }

  /** Sends a file. */
  JsonObject put(String path, byte[] bytes) throws CallFailed, InterruptedException {
    return send(
        request(path, UPLOAD_TIMEOUT)
            .header("Content-Type", "application/octet-stream")
            .PUT(BodyPublishers.ofByteArray(bytes))
            .build());
  }

  private HttpRequest.Builder request(String path, Duration timeout) {
    return HttpRequest.newBuilder(admin.resolve(path))
        .timeout(timeout)
        .header("Authorization", "Bearer " + token);
  }

  private JsonObject send(HttpRequest request) throws CallFailed, InterruptedException {
    try {
      return read(http.send(request, BodyHandlers.ofString()));
    } catch (ConnectException e) {
      throw new CallFailed(
          "no server answers at "
              + admin
              + "; start one with `doorbuster serve`, or name its admin port with --admin");
    } catch (HttpTimeoutException e) {
      throw new CallFailed(
          "the server at " + admin + " does not answer in time; look at its log, and try again");
    } catch (IOException e) {
      throw new CallFailed("the call of " + admin + " broke off: " + e.getMessage());
    }
  }

  private JsonObject read(HttpResponse<String> answer) throws CallFailed {
    if (answer.statusCode() == 401) {
      throw new CallFailed(
          "the server at "
              + admin
              + " does not take this token; name the admin-token file of its data folder with"
              + " --token-file, or set DOORBUSTER_ADMIN_TOKEN");
    }
    JsonObject json;
    try {
      json = new JsonObject(answer.body());
    } catch (DecodeException | ClassCastException e) {
      throw new CallFailed(
          admin + " is no admin port of Doorbuster (status " + answer.statusCode() + ")");
    }
    if (answer.statusCode() / 100 != 2) {
      throw new CallFailed(json);
    }
    return json;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
