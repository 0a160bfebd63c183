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

  /**
   * A gap as it is written.
   *
   * @param mark {@code #}, {@code "json "}, {@code "t "} or nothing
   * @param within the sections around it, the outermost first
   */
  record Gap(String mark, String name, int line, List<String> within) {
    @Override
    public String toString() {
      return "{{" + mark + name + "}}";
    }
  }

  /** What no template can be read with. */
  static final class Mistake extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final int line;

    Mistake(int line, String message) {
      super(message);
      this.line = line;
    }

    int line() {
      return line;
    }
  }

  private final List<Part> parts;
  private final List<Gap> gaps;

  private Template(List<Part> parts, List<Gap> gaps) {
    this.parts = parts;
    this.gaps = List.copyOf(gaps);
  }

  /** Whether a text is a gap, and nothing else. */
  static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }

  /** Every gap, in order; a section stands for itself. */
  List<Gap> gaps() {
    return gaps;
  }

  /**
   * Reads a template.
   *
   * @throws Mistake where a section is not closed, or one is that was not opened
   */
  static Template parse(String text) {
    List<Gap> gaps = new ArrayList<>();
    int line = 1;
    Deque<Section> open = new ArrayDeque<>();
    open.push(new Section("", new ArrayList<>()));
    Matcher tag = TAG.matcher(text);
    int from = 0;
    while (tag.find()) {
      top(open).add(new Text(text.substring(from, tag.start())));
      line += lines(text, from, tag.start());
      from = tag.end();
      String name = tag.group(2);
      String mark = tag.group(1) == null ? "" : tag.group(1);
      if (!mark.equals("/")) {
        gaps.add(new Gap(mark, name, line, names(open)));
      }
      switch (tag.group(1)) {
        case null -> top(open).add(new Value(name));
        case "#" -> open.push(new Section(name, new ArrayList<>()));
        case "/" -> {
          Section closed = open.pop();
          if (!closed.name.equals(name)) {
            throw new Mistake(line, "{{/" + name + "}} closes no section");
          }
          top(open).add(closed);
        }
        case "t " -> top(open).add(new Said(name));
        default -> top(open).add(new Json(name));
      }
    }
    top(open).add(new Text(text.substring(from)));
    if (open.size() > 1) {
      String name = open.element().name;
      throw new Mistake(lineOf(name, gaps), "{{#" + name + "}} is not closed");
    }
    return new Template(open.pop().parts, gaps);
  }

  private static int lineOf(String section, List<Gap> gaps) {
    return gaps.reversed().stream()
        .filter(gap -> gap.mark.equals("#") && gap.name.equals(section))
        .mapToInt(Gap::line)
        .findFirst()
        .orElse(0);
  }

  private static int lines(String text, int from, int to) {
    return (int) text.substring(from, to).chars().filter(c -> c == '\n').count();
  }

  private static List<String> names(Deque<Section> open) {
    return open.reversed().stream().map(Section::name).filter(name -> !name.isEmpty()).toList();
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
