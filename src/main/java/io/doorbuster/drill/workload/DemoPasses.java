package io.doorbuster.drill.workload;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Passes by the demo's sign-in, the way a person's page gets its own. */
public final class DemoPasses implements PassSource {
  /** Signing in one by one would outlast the time ahead of a demo's opening. */
  private static final int AT_ONCE = 32;

  private static final int TRIES = 10;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ALL_TIMEOUT = Duration.ofMinutes(2);

  private final Calls calls;

  /**
   * @param calls to the buyers' port
   */
  public DemoPasses(Calls calls) {
    this.calls = calls;
  }

  @Override
  public Map<String, String> passes(String sale, List<String> buyers) throws InterruptedException {
    Map<String, String> passes = new ConcurrentHashMap<>();
    Semaphore places = new Semaphore(AT_ONCE);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      for (String buyer : buyers) {
        places.acquire();
        threads.execute(
            () -> {
              try {
                String pass = signIn(sale, buyer);
                if (pass != null) {
                  passes.put(buyer, pass);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } finally {
                places.release();
              }
            });
      }
      threads.shutdown();
      if (!threads.awaitTermination(ALL_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the sign-in took longer than " + ALL_TIMEOUT);
      }
    } finally {
      threads.shutdownNow();
    }
    return passes;
  }

  private @Nullable String signIn(String sale, String buyer) throws InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      Map<String, String> json = Map.of("Content-Type", "application/json");
      Buffer name = new JsonObject().put("name", buyer).toBuffer();
      Reply signedIn = calls.send(HttpMethod.POST, "/demo/sign-in", json, name, TIMEOUT);
      String token = signedIn.json().getString("token");
      if (signedIn.ok() && token != null) {
        Map<String, String> bearer = Map.of("Authorization", "Bearer " + token);
        String uri = "/api/sales/" + sale + "/pass";
        Reply reply = calls.send(HttpMethod.POST, uri, bearer, Buffer.buffer(), TIMEOUT);
        String pass = reply.json().getString("pass");
        if (reply.ok() && pass != null) {
          return pass;
        }
      }
      Thread.sleep(200L * (i + 1));
    }
    return null;
  }
}
