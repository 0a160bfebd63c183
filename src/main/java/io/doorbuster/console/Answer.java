package io.doorbuster.console;

import io.vertx.core.json.JsonObject;

/** What a handler has to say. */
record Answer(int status, JsonObject json) {
  static Answer ok(JsonObject json) {
    return new Answer(200, json);
  }
}
