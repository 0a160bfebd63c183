package io.doorbuster.page;

import io.doorbuster.sale.Language;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;

/**
 * Who looks at the page: in a language of the sale, on a screen.
 *
 * @param words what the page's script says in that language
 */
record Reader(Language language, Screen screen, JsonObject words) {
  /** The sizes that the page is looked at in, in CSS pixels. */
  enum Screen {
    PHONE(390, 844),
    DESKTOP(1200, 900);

    final int width;
    final int height;

    Screen(int width, int height) {
      this.width = width;
      this.height = height;
    }
  }

  static Reader of(Language language, Screen screen) {
    return new Reader(language, screen, new Texts(language).script());
  }

  String locale() {
    return language == Language.EN ? "en-GB" : "zh-CN";
  }

  /** The head of a panel, such as of {@code order.placed}. */
  String head(String group, String key) {
    Object text = words.getJsonObject(group).getValue(key);
    return text instanceof JsonArray pair ? pair.getString(0) : text.toString();
  }

  /** A text with its gaps filled. */
  String say(String group, String key, Map<String, String> values) {
    String text = words.getJsonObject(group).getString(key);
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace('{' + value.getKey() + '}', value.getValue());
    }
    return text;
  }

  /** The longest part of a text that is the same whatever fills its gaps. */
  String fixed(String key) {
    return Arrays.stream(words.getString(key).split("\\{\\w+}", -1))
        .map(String::strip)
        .max(Comparator.comparingInt(String::length))
        .orElseThrow();
  }

  String button(String key) {
    return say("button", key, Map.of());
  }

  String buy(String total) {
    return say("button", "buy", Map.of("total", total));
  }

  /** What stands in the HTML already. */
  String label(String key) {
    return new Texts(language).say(key, gap -> gap);
  }

  @Override
  public String toString() {
    return language.code() + "-" + screen.name().toLowerCase(Locale.ROOT);
  }
}
