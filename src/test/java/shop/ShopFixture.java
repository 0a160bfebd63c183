package shop;

import com.nimbusds.jose.JWSAlgorithm;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** Starts example shops and calls them as Doorbuster would. */
final class ShopFixture {
  static final Instant NOW = Instant.parse("2027-05-03T08:00:00Z");
  static final URI DOORBUSTER = URI.create("http://127.0.0.1:9");

  private ShopFixture() {}

  static Shop start(Path folder) throws IOException {
    return start(folder, JWSAlgorithm.HS256, DOORBUSTER);
  }

  static Shop start(Path folder, JWSAlgorithm algorithm, URI doorbuster) throws IOException {
    Map<String, Long> stock = Map.of("tee", 100L);
    return Shop.start(0, folder, new Shop.Config(doorbuster, algorithm, stock, () -> NOW));
  }

  static byte[] secret(Path folder, String name) throws IOException {
    return Files.readString(folder.resolve(name + ".secret"))
        .strip()
        .getBytes(StandardCharsets.UTF_8);
  }

  static HttpResponse<String> post(URI url, byte[] secret, JsonObject body) throws Exception {
    byte[] bytes = body.encode().getBytes(StandardCharsets.UTF_8);
    return send(
        HttpRequest.newBuilder(url)
            .header(Signatures.TIMESTAMP, Long.toString(NOW.getEpochSecond()))
            .header(Signatures.SIGNATURE, Signatures.sign(secret, NOW.getEpochSecond(), bytes))
            .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
            .build());
  }

  static HttpResponse<String> get(URI url) throws Exception {
    return send(HttpRequest.newBuilder(url).build());
  }

  static HttpResponse<String> send(HttpRequest request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }
}
