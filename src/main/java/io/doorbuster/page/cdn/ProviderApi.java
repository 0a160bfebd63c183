package io.doorbuster.page.cdn;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls of a provider's API, bounded in time and size, and tried again where it is busy. */
final class ProviderApi implements AutoCloseable {
  private static final int TRIES = 5;

  /** Of an API that does not answer at all. */
  private static final int TRIES_AWAY = 2;

  private static final int BODY_BYTES_MAX = 1 << 20;
  private static final int TOO_MANY = 429;

  /** What a fault says of the answer of somebody else. */
  private static final int SHOWN_MAX = 200;

  private final String name;
  private final Patience patience;
  private final HttpClient http;

  /**
   * What the API said.
   *
   * @param status 0 where there is no answer
   * @param body empty where there is none that could be read
   * @param fault why it could not be read; empty where it could
   * @param retryAfter what it asks to wait, null where it asks for nothing
   * @param tries that it took
   */
  record Answer(
      int status, JsonObject body, String fault, @Nullable Duration retryAfter, int tries) {
    boolean isBusy() {
      return status == TOO_MANY || status >= 500;
    }

    boolean isDone() {
      return status / 100 == 2 && fault.isEmpty();
    }

    /** A field that is text, else nothing. */
    String text(String field) {
      return body.getValue(field) instanceof String text ? text : "";
    }
  }

  ProviderApi(String name, Patience patience) {
    this.name = name;
    this.patience = patience;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(patience.answer())
            .build();
  }

  /**
   * Calls until there is an answer that no more trying would change.
   *
   * @param request made anew for each try
   * @param busy answers that ask to try again
   * @param within how long all pauses may be in sum
   */
  Answer call(Supplier<HttpRequest> request, Predicate<Answer> busy, Duration within)
      throws InterruptedException {
    Duration left = within;
    Duration pause = patience.pause();
    for (int tries = 1; ; tries++) {
      Answer answer = once(request.get(), tries);
      int max = answer.status == 0 ? TRIES_AWAY : busy.test(answer) ? TRIES : 1;
      Duration asked = answer.retryAfter == null ? pause : answer.retryAfter;
      if (tries >= max || asked.compareTo(left) > 0) {
        return answer;
      }
      TimeUnit.MILLISECONDS.sleep(asked.toMillis());
      left = left.minus(asked);
      pause = pause.multipliedBy(2);
    }
  }

  private Answer once(HttpRequest request, int tries) throws InterruptedException {
    CompletableFuture<HttpResponse<String>> sent =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), BODY_BYTES_MAX));
    try {
      return read(sent.get(patience.answer().toMillis(), TimeUnit.MILLISECONDS), tries);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() instanceof IOException io ? io : e;
      String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : message(cause);
      return none("the API of " + name + " does not answer: " + why, tries);
    } catch (TimeoutException e) {
      sent.cancel(true);
      return none(
          "the API of %s does not answer within %d s"
              .formatted(name, Math.max(1, patience.answer().toSeconds())),
          tries);
    }
  }

  private static String message(Throwable cause) {
    return shown(String.valueOf(cause.getMessage()));
  }

  private static Answer none(String fault, int tries) {
    return new Answer(0, new JsonObject(), fault, null, tries);
  }

  private Answer read(HttpResponse<String> answer, int tries) {
    Duration retryAfter =
        answer
            .headers()
            .firstValue("Retry-After")
            .filter(text -> text.matches("\\d{1,6}"))
            .map(text -> Duration.ofSeconds(Long.parseLong(text)))
            .orElse(null);
    try {
      JsonObject body = new JsonObject(answer.body());
      return new Answer(answer.statusCode(), body, "", retryAfter, tries);
    } catch (DecodeException | ClassCastException e) {
      int status = answer.statusCode();
      return new Answer(
          status,
          new JsonObject(),
          "what answers for the API of %s is not it (status %d)".formatted(name, status),
          retryAfter,
          tries);
    }
  }

  /** Words of somebody else, on one line and not too many. */
  static String shown(String words) {
    String line = words.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() > SHOWN_MAX ? line.substring(0, SHOWN_MAX) + "..." : line;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
