package io.doorbuster.console;

import io.doorbuster.http.Exchange;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An operator's call with its body; what is missing or of a wrong type is declined by name. */
final class Ask {
  private final Exchange exchange;
  private final Buffer body;
  private @Nullable JsonObject json;

  Ask(Exchange exchange, Buffer body) {
    this.exchange = exchange;
    this.body = body;
  }

  /** The body as it came. */
  String text() {
    return body.toString();
  }

  byte[] bytes() {
    return body.getBytes();
  }

  String parameter(String name) {
    return exchange.parameter(name);
  }

  @Nullable String query(String name) {
    String value = exchange.query(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  /** An empty body has no fields. */
  private JsonObject json() {
    if (json == null) {
      String text = text();
      try {
        json = text.isBlank() ? new JsonObject() : new JsonObject(text);
      } catch (DecodeException | ClassCastException e) {
        throw Declined.invalid("Send a JSON object.");
      }
    }
    return json;
  }

  @Nullable String findString(String key) {
    Object value = json().getValue(key);
    if (value == null) {
      return null;
    }
    if (value instanceof String string && !string.isBlank()) {
      return string.strip();
    }
    throw Declined.invalid("`" + key + "` is a text.");
  }

  String string(String key) {
    String value = findString(key);
    if (value == null) {
      throw Declined.invalid("`" + key + "` is missing.");
    }
    return value;
  }

  int number(String key, int min, int max) {
    if (json().getValue(key) instanceof Integer number && number >= min && number <= max) {
      return number;
    }
    throw Declined.invalid("`" + key + "` is a whole number from " + min + " to " + max + ".");
  }

  List<String> strings(String key) {
    if (json().getValue(key) instanceof JsonArray array) {
      List<String> strings = new ArrayList<>();
      for (Object item : array) {
        if (!(item instanceof String string)) {
          throw Declined.invalid("`" + key + "` is a list of texts.");
        }
        strings.add(string);
      }
      return strings;
    }
    throw Declined.invalid("`" + key + "` is a list of texts.");
  }
}
