package io.doorbuster.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Gathers a request's body up to a bound in bytes and in time. */
final class BodyReader {
  private final Buffer body = Buffer.buffer();
  private final int bytesMax;
  private final Consumer<Optional<Buffer>> then;
  private boolean done;

  private BodyReader(int bytesMax, Consumer<Optional<Buffer>> then) {
    this.bytesMax = bytesMax;
    this.then = then;
  }

  static void read(
      Context context,
      HttpServerRequest request,
      int bytesMax,
      Duration patience,
      Consumer<Optional<Buffer>> then) {
    BodyReader reader = new BodyReader(bytesMax, then);
    long timer =
        context
            .owner()
            .setTimer(
                patience.toMillis(),
                id -> {
                  reader.finish(Optional.empty());
                  request.connection().close();
                });
    request.handler(reader::append);
    request.exceptionHandler(
        fault -> {
          context.owner().cancelTimer(timer);
          reader.finish(Optional.empty());
        });
    request.endHandler(
        end -> {
          context.owner().cancelTimer(timer);
          reader.finish(Optional.of(reader.body));
        });
    request.resume();
  }

  private void append(Buffer part) {
    if (done) {
      return;
    }
    if (body.length() + part.length() > bytesMax) {
      finish(Optional.empty());
    } else {
      body.appendBuffer(part);
    }
  }

  private void finish(Optional<Buffer> result) {
    if (!done) {
      done = true;
      then.accept(result);
    }
  }
}
