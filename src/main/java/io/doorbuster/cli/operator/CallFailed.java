package io.doorbuster.cli.operator;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** A call that did not do what was asked; the message is one line and names the mend. */
final class CallFailed extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Optional<JsonObject> problem;

  CallFailed(String message) {
    super(message);
    this.problem = Optional.empty();
  }

  /** From the server's problem body. */
  CallFailed(JsonObject problem) {
    super(line(problem));
    this.problem = Optional.of(problem);
  }

  private static String line(JsonObject problem) {
    String title = problem.getString("title", "The server said no.");
    String detail = problem.getString("detail");
    return detail == null ? title : title + " " + detail;
  }

  /** The whole body, where the server has answered. */
  Optional<JsonObject> problem() {
    return problem;
  }

  /** Whether nobody answered at all. */
  boolean isUnreachable() {
    return problem.isEmpty();
  }
}
