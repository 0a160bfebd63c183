package io.doorbuster.http;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A problem of which all is known ahead but the time to wait, so that refusing a crowd puts nothing
 * together but a number. Its JSON is that of the {@link Problem}.
 */
public final class PreparedProblem {
  private final int status;
  private final byte[] head;
  private final Buffer whole;

  /** Of a problem without a time to wait. */
  public PreparedProblem(Problem problem) {
    String json = problem.toJson().encode();
    this.status = problem.status();
    this.whole = Buffer.buffer(json);
    this.head =
        (json.substring(0, json.length() - 1) + ",\"" + Problem.RETRY_AFTER_MS + "\":")
            .getBytes(StandardCharsets.UTF_8);
  }

  int status() {
    return status;
  }

  /** Shared where there is no time to wait: it is never written to. */
  Buffer body(@Nullable Duration retryAfter) {
    return retryAfter == null
        ? whole
        : Buffer.buffer(head.length + 12)
            .appendBytes(head)
            .appendString(Long.toString(Problem.retryAfterMs(retryAfter)))
            .appendByte((byte) '}');
  }
}
