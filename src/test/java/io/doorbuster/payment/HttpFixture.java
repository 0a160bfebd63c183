package io.doorbuster.payment;

import io.doorbuster.http.Problem;
import io.doorbuster.http.Router;
import io.doorbuster.http.Server;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A server with the routes of a test, and a client of it. */
final class HttpFixture implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Server server;
  private final URI address;
  private final HttpClient client = HttpClient.newHttpClient();

  HttpFixture(Router router) {
    server =
        new Server(
            vertx,
            router,
            new Server.Options("127.0.0.1", 0, 1, 100, Set.of()),
            fault -> Problem.of("broken", 500, fault.toString()));
    address = URI.create("http://127.0.0.1:" + server.start());
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(address.resolve(path));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    client.close();
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
