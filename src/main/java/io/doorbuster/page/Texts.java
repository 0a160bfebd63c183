package io.doorbuster.page;

import io.doorbuster.sale.Language;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the page says in one language: the resource {@code page/texts/en.json} and its siblings.
 * Those of {@code page} stand in the HTML, those of {@code script} go to the script as they are. A
 * text has gaps, such as <code>{every}</code>.
 */
final class Texts {
  private static final Pattern GAP = Pattern.compile("\\{(\\w+)}");

  private final JsonObject page;
  private final JsonObject script;

  Texts(Language language) {
    JsonObject all = new JsonObject(PageAssets.read("texts/" + language.code() + ".json"));
    page = all.getJsonObject("page");
    script = all.getJsonObject("script");
  }

  /**
   * A text with its gaps filled.
   *
   * @param values by the gaps' names
   */
  String say(String key, UnaryOperator<String> values) {
    String text = page.getString(key);
    if (text == null) {
      throw new IllegalArgumentException("the page has no text " + key);
    }
    return GAP.matcher(text)
        .replaceAll(gap -> Matcher.quoteReplacement(values.apply(gap.group(1))));
  }

  /** The names of a text's gaps; null where there is no such text. */
  @Nullable List<String> findGaps(String key) {
    String text = page.getString(key);
    return text == null ? null : GAP.matcher(text).results().map(gap -> gap.group(1)).toList();
  }

  JsonObject script() {
    return script;
  }

  /** A duration for a reader: 100 ms, 5 s, 15 min, 2 h. */
  String duration(Duration duration) {
    long ms = duration.toMillis();
    if (ms % 1_000 != 0) {
      return number("inMilliseconds", ms);
    }
    long seconds = ms / 1_000;
    if (seconds % 3_600 == 0) {
      return number("inHours", seconds / 3_600);
    }
    return seconds >= 120 && seconds % 60 == 0
        ? number("inMinutes", seconds / 60)
        : number("inSeconds", seconds);
  }

  private String number(String key, long number) {
    return say(key, gap -> Long.toString(number));
  }
}
