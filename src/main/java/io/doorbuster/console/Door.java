package io.doorbuster.console;

import io.doorbuster.http.Exchange;
import io.doorbuster.http.Problem;
import io.doorbuster.sale.NotAllowed;
import io.doorbuster.sale.OperatorLog;
import io.doorbuster.sale.StoreUnavailable;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What every operator's call passes: the token, the body's bound, a thread that may block, the
 * operator's log, and one way in which faults become problem bodies.
 */
final class Door {
  /** A sale of a hundred SKUs is some 20 KB; 500 buyers' names with room to spare. */
  static final int BODY_BYTES_MAX = 256 * 1024;

  private static final Duration STORE_WAIT = Duration.ofSeconds(2);

  private final byte[] token;
  private final OperatorLog log;

  /** A handler's work, which may block and throw. */
  interface Work extends Function<Ask, Answer> {}

  Door(String token, OperatorLog log) {
    this.token = token.getBytes(StandardCharsets.UTF_8);
    this.log = log;
  }

  /** A call that changes nothing. */
  Consumer<Exchange> read(Work work) {
    return behindToken(
        exchange ->
            exchange.offload(() -> run(exchange, new Ask(exchange, Buffer.buffer()), work)));
  }

  /** A call with a body, which writes the log itself, or changes nothing. */
  Consumer<Exchange> body(Work work) {
    return behindToken(
        exchange ->
            exchange.body(BODY_BYTES_MAX, body -> take(exchange, body, BODY_BYTES_MAX, work)));
  }

  /** As {@link #body(Work)}, for a larger body that may take longer. */
  Consumer<Exchange> body(int bytesMax, Duration patience, Work work) {
    return behindToken(
        exchange ->
            exchange.body(bytesMax, patience, body -> take(exchange, body, bytesMax, work)));
  }

  private static void take(Exchange exchange, Optional<Buffer> body, int bytesMax, Work work) {
    body.ifPresentOrElse(
        bytes -> exchange.offload(() -> run(exchange, new Ask(exchange, bytes), work)),
        () -> exchange.problem(tooLarge(bytesMax)));
  }

  /**
   * A call that changes something: it stands in the operator's log before it is done.
   *
   * @param sale finds the sale that it is about; null where it is about none
   */
  Consumer<Exchange> change(String action, Function<Ask, @Nullable String> sale, Work work) {
    return body(ask -> logged(action, sale.apply(ask), ask.text(), () -> work.apply(ask)));
  }

  /** Runs a change between its line in the log and, where it was not allowed, a second one. */
  Answer logged(
      String action,
      @Nullable String sale,
      String detail,
      java.util.function.Supplier<Answer> work) {
    log.write(action, sale, detail.strip().replaceAll("\\s+", " "));
    try {
      return work.get();
    } catch (NotAllowed e) {
      log.write(action, sale, "not allowed: " + e.getMessage());
      throw e;
    }
  }

  private static void run(Exchange exchange, Ask ask, Work work) {
    try {
      Answer answer = work.apply(ask);
      exchange.json(answer.status(), answer.json());
    } catch (Declined e) {
      exchange.problem(e.problem());
    } catch (NotAllowed e) {
      exchange.problem(
          Problem.of(
              "not-allowed", 409, "This is not allowed now.", String.valueOf(e.getMessage())));
    } catch (StoreUnavailable e) {
      exchange.problem(
          Problem.of("overloaded", 503, "It is not done yet.", String.valueOf(e.getMessage()))
              .withRetryAfter(STORE_WAIT));
    }
  }

  /** Lets only those pass who know the token. */
  Consumer<Exchange> behindToken(Consumer<Exchange> handler) {
    return exchange -> {
      if (knowsToken(exchange)) {
        handler.accept(exchange);
      } else {
        exchange.problem(
            Problem.of(
                "unauthenticated",
                401,
                "This needs the operator's token.",
                "Send the text of the file admin-token in the data folder as a bearer."));
      }
    };
  }

  private boolean knowsToken(Exchange exchange) {
    String given = exchange.bearer();
    return given != null && MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8));
  }

  private static Problem tooLarge(int bytesMax) {
    return Problem.of(
        "invalid",
        400,
        "The request is not right.",
        "Send a whole body of at most " + bytesMax / 1024 + " KB.");
  }
}
