package io.doorbuster.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Gathers a request's body up to a bound in bytes and in time; on the event loop alone. */
final class BodyReader {
  private final Buffer body = Buffer.buffer();
  private final HttpServerRequest request;
  private final int bytesMax;
  private final SlowBodies slow;
  private final Consumer<Optional<Buffer>> then;
  private final long startNs = System.nanoTime();
  private boolean done;

  private BodyReader(
      HttpServerRequest request, int bytesMax, SlowBodies slow, Consumer<Optional<Buffer>> then) {
    this.request = request;
    this.bytesMax = bytesMax;
    this.slow = slow;
    this.then = then;
  }

  static void read(
      HttpServerRequest request, int bytesMax, SlowBodies slow, Consumer<Optional<Buffer>> then) {
    start(new BodyReader(request, bytesMax, slow, then), slow::add);
  }

  static void read(
      HttpServerRequest request,
      int bytesMax,
      SlowBodies slow,
      Duration patience,
      Consumer<Optional<Buffer>> then) {
    BodyReader reader = new BodyReader(request, bytesMax, slow, then);
    start(reader, added -> slow.add(added, patience));
  }

  private static void start(BodyReader reader, Consumer<BodyReader> add) {
    HttpServerRequest request = reader.request;
    add.accept(reader);
    request.handler(reader::append);
    request.exceptionHandler(fault -> reader.end(Optional.empty()));
    request.endHandler(end -> reader.end(Optional.of(reader.body)));
    request.resume();
  }

  long startNs() {
    return startNs;
  }

  /** It took too long. */
  void cutOff() {
    finish(Optional.empty());
    request.connection().close();
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

  private void end(Optional<Buffer> result) {
    slow.remove(this);
    finish(result);
  }

  private void finish(Optional<Buffer> result) {
    if (!done) {
      done = true;
      then.accept(result);
    }
  }
}
