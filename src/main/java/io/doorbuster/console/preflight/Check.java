package io.doorbuster.console.preflight;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What came of one look ahead of the start.
 *
 * @param text one line: what was found
 * @param mend what to do; how to have it checked, where it was not; empty where all is well
 */
public record Check(String name, State state, String text, String mend) {
  /** What could not be looked at is never green. */
  public enum State {
    OK("ok"),
    RED("red"),
    NOT_CHECKED("not-checked");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** As the API has it. */
    public String word() {
      return word;
    }

    static State of(String word) {
      for (State state : values()) {
        if (state.word.equals(word)) {
          return state;
        }
      }
      throw new IllegalArgumentException("no state of a check: " + word);
    }
  }

  public static Check ok(String name, String text) {
    return new Check(name, State.OK, text, "");
  }

  public static Check red(String name, String text, String mend) {
    return new Check(name, State.RED, text, mend);
  }

  /**
   * A look that could not be taken.
   *
   * @param how to have it taken
   */
  public static Check notChecked(String name, String why, String how) {
    return new Check(name, State.NOT_CHECKED, why, how);
  }

  public boolean isRed() {
    return state == State.RED;
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("check", name)
        .put("state", state.word())
        .put("text", text)
        .put("mend", mend);
  }

  /** Reads what {@link #toJson} has written. */
  public static Check fromJson(JsonObject json) {
    return new Check(
        json.getString("check"),
        State.of(json.getString("state")),
        json.getString("text"),
        json.getString("mend"));
  }

  public static JsonArray toJson(List<Check> checks) {
    JsonArray array = new JsonArray();
    checks.forEach(check -> array.add(check.toJson()));
    return array;
  }
}
