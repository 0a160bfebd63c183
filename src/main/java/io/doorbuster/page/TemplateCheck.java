package io.doorbuster.page;

import io.doorbuster.sale.Finding;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Holds a shop's page against what it must be: a template without mistakes, under our policy, with
 * all that the script works on. Every mistake is named at once.
 */
final class TemplateCheck {
  /** What the script looks up by its id. */
  static final Set<String> IDS =
      Set.of(
          ("bar choice clock countdown crowd demo-sign-in head left live name note panel pay pill"
                  + " primary quantity sale-config secondary sign-out text who who-name")
              .split(" "));

  /** What must stand in the template as it is. */
  private static final Map<String, String> GAPS =
      Map.of(
          "href=\"{{css}}\"", "<link rel=\"stylesheet\" href=\"{{css}}\">",
          "src=\"{{js}}\"", "<script type=\"module\" src=\"{{js}}\"></script>",
          "src=\"{{oidc}}\"",
              "{{#oidc}}<script type=\"module\" src=\"{{oidc}}\"></script>{{/oidc}}",
          "{{json config}}",
              "<script type=\"application/json\" id=\"sale-config\">{{json config}}</script>");

  /** What the script looks up by other means, in the page as it is rendered. */
  private static final Map<String, Pattern> PARTS =
      Map.of(
          "<label data-sku=\"{{id}}\"> for each of {{#skus}}",
          Pattern.compile("<label\\b[^>]*\\sdata-sku=\""),
          "class=\"tag\" in that label",
          Pattern.compile("\\sclass=\"(?:[^\"]* )?tag[ \"]"),
          "<input type=\"radio\" name=\"sku\" value=\"{{id}}\"{{checked}}>",
          Pattern.compile("<input\\b[^>]*\\sname=\"sku\""),
          "an element within id=\"bar\"",
          Pattern.compile("\\sid=\"bar\"[^>]*>\\s*<\\w"));

  private static final String WHY = ": the page's script works on it";

  private static final String ATTRIBUTES = "(?:\\s+[A-Za-z-]+(?:=\"[^\"<>]*\")?)*\\s*/?";

  /** A policy in the page binds only what comes after it. */
  private static final Pattern POLICY =
      Pattern.compile(
          "\\s*<!doctype html>\\s*<html%1$s>\\s*<head%1$s>(?:\\s*<meta%1$s>)*?"
                  .formatted(ATTRIBUTES)
              + "\\s*<meta http-equiv=\"Content-Security-Policy\" content=\"\\{\\{csp}}\"\\s*/?>.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** Within which the policy must stand. */
  private static final int POLICY_CHARS_MAX = 4_096;

  private static final Pattern COMMENT = Pattern.compile("(?s)<!--.*?-->");
  private static final Pattern BRACES = Pattern.compile("\\{\\{[^}\\n]{0,40}}?}?");

  private static final Map<Pattern, String> BARRED =
      Map.of(
          Pattern.compile(
              "<(?i:script)\\b(?![^>]*\\ssrc=\"\\{\\{(?:js|oidc)}}\")"
                  + "(?![^>]*\\stype=\"application/json\")[^>]*>"),
          "the page's policy lets no script run but ours; take it out",
          Pattern.compile("<(?i:style)\\b[^>]*>"),
          "the page's policy lets no style work within the HTML; write it to page.css",
          Pattern.compile("<[A-Za-z][^<>]*\\s(?i:style)\\s*="),
          "the page's policy lets no style work within the HTML; write it to page.css",
          Pattern.compile("<[A-Za-z][^<>]*\\s(?i:on[a-z]+)\\s*="),
          "the page's policy lets no script run but ours; take it out");

  private final String file;
  private final List<Finding> mistakes = new ArrayList<>();

  private TemplateCheck(String file) {
    this.file = file;
  }

  /**
   * Every mistake in a template; none where it can be published.
   *
   * @param values that the page of the sale has
   */
  static List<Finding> find(String file, String text, Map<String, ?> values, Texts texts) {
    TemplateCheck check = new TemplateCheck(file);
    check.run(text, values, texts);
    return List.copyOf(check.mistakes);
  }

  private void run(String text, Map<String, ?> values, Texts texts) {
    Template template;
    try {
      template = Template.parse(text);
    } catch (Template.Mistake e) {
      add(e.line(), String.valueOf(e.getMessage()));
      return;
    }
    for (Template.Gap gap : template.gaps()) {
      gap(gap, values, texts);
    }
    boolean whole = mistakes.isEmpty();
    braces(text);
    String shown = blank(text);
    String head = text.substring(0, Math.min(text.length(), POLICY_CHARS_MAX));
    if (!POLICY.matcher(head).matches()) {
      add(
          0,
          "<meta http-equiv=\"Content-Security-Policy\" content=\"{{csp}}\"> is missing behind"
              + " <!doctype html>, <html> and <head>, ahead of all but other <meta>");
    }
    GAPS.forEach(
        (gap, written) -> {
          boolean unused = gap.contains("oidc") && "".equals(values.get("oidc"));
          if (!unused && !shown.contains(gap)) {
            add(0, written + " is missing");
          }
        });
    BARRED.forEach(
        (pattern, why) -> {
          Matcher barred = pattern.matcher(shown);
          while (barred.find()) {
            add(line(shown, barred.end() - 1), "`" + barred.group() + "`: " + why);
          }
        });
    parts(whole ? COMMENT.matcher(template.render(values, texts)).replaceAll("") : shown);
    mistakes.sort(Comparator.comparingInt(Finding::line).thenComparing(Finding::message));
  }

  /** What the script would not find. */
  private void parts(String html) {
    for (String id : new TreeSet<>(IDS)) {
      if (!Pattern.compile("\\sid=\"" + id + "\"").matcher(html).find()) {
        add(0, "an element with id=\"" + id + "\" is missing" + WHY);
      }
    }
    for (String name : List.of("days", "hours", "minutes", "seconds")) {
      if (!Pattern.compile("\\sdata-part=\"" + name + "\"[^>]*>\\s*<\\w").matcher(html).find()) {
        add(0, "data-part=\"" + name + "\" with an element in it is missing" + WHY);
      }
    }
    PARTS.forEach(
        (what, pattern) -> {
          if (!pattern.matcher(html).find()) {
            add(0, what + " is missing" + WHY);
          }
        });
  }

  private void gap(Template.Gap gap, Map<String, ?> values, Texts texts) {
    Deque<Map<String, ?>> scopes = new ArrayDeque<>(List.of(values));
    for (String section : gap.within()) {
      if (find(scopes, section) instanceof List<?> items && !items.isEmpty()) {
        scopes.push(scope(items.getFirst()));
      }
    }
    if (gap.mark().equals("t ")) {
      List<String> needed = texts.findGaps(gap.name());
      if (needed == null) {
        add(gap.line(), gap + " is no text of the page");
      } else if (needed.stream().anyMatch(name -> find(scopes, name) == null)) {
        add(gap.line(), gap + " is no text that can stand alone");
      }
      return;
    }
    Object value = find(scopes, gap.name());
    boolean fits =
        switch (gap.mark()) {
          case "json " -> value instanceof JsonObject;
          case "#" -> value != null && !(value instanceof JsonObject);
          default -> value != null && !(value instanceof JsonObject) && !(value instanceof List<?>);
        };
    if (!fits) {
      add(gap.line(), gap + " is no gap here; there are " + names(scopes));
    }
  }

  private static String names(Deque<Map<String, ?>> scopes) {
    return String.join(
        ", ", scopes.stream().flatMap(scope -> scope.keySet().stream()).sorted().toList());
  }

  private static @Nullable Object find(Deque<Map<String, ?>> scopes, String name) {
    for (Map<String, ?> scope : scopes) {
      if (scope.get(name) != null) {
        return scope.get(name);
      }
    }
    return null;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, ?> scope(Object item) {
    return (Map<String, ?>) item;
  }

  /** Braces that are no gap would stand on the page as they are. */
  private void braces(String text) {
    Matcher braces = BRACES.matcher(text);
    while (braces.find()) {
      if (!Template.isTag(braces.group())) {
        add(
            line(text, braces.start()),
            "`" + braces.group().strip() + "` is no gap; one is written {{title}}, without spaces");
      }
    }
  }

  /** The text without its comments; every line stays where it is. */
  private static String blank(String text) {
    return COMMENT
        .matcher(text)
        .replaceAll(comment -> "\n".repeat((int) comment.group().lines().count() - 1));
  }

  private static int line(String text, int at) {
    return (int) text.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
  }

  private void add(int line, String message) {
    mistakes.add(new Finding(file, line, "", message));
  }
}
