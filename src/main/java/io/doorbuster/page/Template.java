package io.doorbuster.page;

import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HTML with named gaps. <code>{{name}}</code> takes a value, always escaped; <code>{{#name}} ...
 * {{/name}}</code> repeats for a list and stands or falls with anything else; <code>{{json name}}
 * </code> takes JSON into a script element; <code>{{t key}}</code> a text of the page's language,
 * whose own gaps take values. There is no way to write a value unescaped.
 */
final class Template {
  private static final Pattern TAG = Pattern.compile("\\{\\{(#|/|json |t )?([A-Za-z0-9]+)}}");

  private sealed interface Part {}

  private record Text(String text) implements Part {}

  private record Value(String name) implements Part {}

  private record Json(String name) implements Part {}

  private record Said(String key) implements Part {}

  private record Section(String name, List<Part> parts) implements Part {}

  private final List<Part> parts;

  private Template(List<Part> parts) {
    this.parts = parts;
  }

  static Template parse(String text) {
    Deque<Section> open = new ArrayDeque<>();
    open.push(new Section("", new ArrayList<>()));
    Matcher tag = TAG.matcher(text);
    int from = 0;
    while (tag.find()) {
      top(open).add(new Text(text.substring(from, tag.start())));
      from = tag.end();
      String name = tag.group(2);
      switch (tag.group(1)) {
        case null -> top(open).add(new Value(name));
        case "#" -> open.push(new Section(name, new ArrayList<>()));
        case "/" -> {
          Section closed = open.pop();
          if (!closed.name.equals(name)) {
            throw new IllegalArgumentException("{{/" + name + "}} closes no section");
          }
          top(open).add(closed);
        }
        case "t " -> top(open).add(new Said(name));
        default -> top(open).add(new Json(name));
      }
    }
    top(open).add(new Text(text.substring(from)));
    if (open.size() > 1) {
      throw new IllegalArgumentException("{{#" + open.peek().name + "}} is not closed");
    }
    return new Template(open.pop().parts);
  }

  private static List<Part> top(Deque<Section> open) {
    return open.element().parts;
  }

  /** Fills the gaps; a gap without a value is a mistake in the template, and thrown. */
  String render(Map<String, ?> values, Texts texts) {
    StringBuilder html = new StringBuilder(8_192);
    render(parts, List.of(values), texts, html);
    return html.toString();
  }

  private static void render(
      List<Part> parts, List<Map<String, ?>> scopes, Texts texts, StringBuilder html) {
    for (Part part : parts) {
      switch (part) {
        case Text text -> html.append(text.text);
        case Value value -> escape(find(scopes, value.name).toString(), html);
        case Json json -> html.append(script((JsonObject) find(scopes, json.name)));
        case Said said -> escape(texts.say(said.key, gap -> find(scopes, gap).toString()), html);
        case Section section -> section(section, scopes, texts, html);
      }
    }
  }

  private static void section(
      Section section, List<Map<String, ?>> scopes, Texts texts, StringBuilder html) {
    Object value = find(scopes, section.name);
    switch (value) {
      case List<?> items -> {
        for (Object item : items) {
          List<Map<String, ?>> inner = new ArrayList<>();
          inner.add(scope(item));
          inner.addAll(scopes);
          render(section.parts, inner, texts, html);
        }
      }
      case Boolean shown when !shown -> {}
      case String text when text.isEmpty() -> {}
      default -> render(section.parts, scopes, texts, html);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, ?> scope(Object item) {
    return (Map<String, ?>) item;
  }

  private static Object find(List<Map<String, ?>> scopes, String name) {
    for (Map<String, ?> scope : scopes) {
      Object value = scope.get(name);
      if (value != null) {
        return value;
      }
    }
    throw new IllegalArgumentException("the template's {{" + name + "}} has no value");
  }

  /** Safe in text and in quoted attributes. */
  private static void escape(String text, StringBuilder html) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> html.append("&amp;");
        case '<' -> html.append("&lt;");
        case '>' -> html.append("&gt;");
        case '"' -> html.append("&quot;");
        case '\'' -> html.append("&#39;");
        case '\0' -> html.append('\uFFFD');
        default -> html.append(c);
      }
    }
  }

  /** JSON that can not end the script element around it, nor open a comment in it. */
  private static String script(JsonObject json) {
    return json.encode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
  }
}
