package io.doorbuster.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.page.PageRenderer.Options;
import io.doorbuster.sale.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TemplateCheckTest {
  private static final String OWN = PageAssets.read("sale.html");
  private static final String POLICY =
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{{csp}}\">\n";

  private final PageRenderer renderer = new PageRenderer(new Options("", null, null, false));

  private List<String> mistakes(String html) {
    return renderer.findMistakes(SampleSale.named("Boots"), "page.html", html).stream()
        .map(Finding::toString)
        .toList();
  }

  @Test
  void find_inOurOwnPage_isNothing() {
    assertThat(mistakes(OWN)).isEmpty();
  }

  @Test
  void ids_areThoseThatTheScriptLooksUp() throws IOException {
    Pattern look = Pattern.compile("(?:\\$|getElementById)\\('([a-z-]+)'\\)");
    Set<String> seen = new TreeSet<>(Set.of("primary", "secondary"));
    try (Stream<Path> scripts = Files.list(Path.of("src/main/page"))) {
      for (Path script : scripts.toList()) {
        Matcher found = look.matcher(Files.readString(script));
        while (found.find()) {
          seen.add(found.group(1));
        }
      }
    }
    seen.remove("doorbuster"); // where a page of another host has the rest
    assertThat(new TreeSet<>(TemplateCheck.IDS)).isEqualTo(seen);
  }

  @Test
  void find_inAnEmptyPage_namesAllThatIsMissing() {
    List<String> mistakes = mistakes("<p>Soon</p>");
    for (String id : TemplateCheck.IDS) {
      assertThat(mistakes).anyMatch(mistake -> mistake.contains("id=\"" + id + "\""));
    }
    assertThat(mistakes)
        .anyMatch(mistake -> mistake.contains("{{csp}}"))
        .anyMatch(mistake -> mistake.contains("{{css}}"))
        .anyMatch(mistake -> mistake.contains("{{js}}"))
        .anyMatch(mistake -> mistake.contains("{{json config}}"))
        .anyMatch(mistake -> mistake.contains("data-part=\"hours\""))
        .noneMatch(mistake -> mistake.contains("{{oidc}}"));
  }

  @Test
  void find_ofPartsInComments_isThatTheyAreMissing() {
    String html = OWN.replace("<h2 id=\"head\">", "<!-- <h2 id=\"head\"> --><h2>");
    assertThat(mistakes(html))
        .containsExactly(
            "page.html: an element with id=\"head\" is missing: the page's script works on it");
  }

  @Test
  void find_ofGapsThatThereAreNot_namesTheirLines() {
    String html =
        OWN.replace("<h1>{{title}}</h1>", "<h1>{{titel}}</h1>\n{{ title }}\n{{t hello}}{{config}}");
    int line = OWN.substring(0, OWN.indexOf("<h1>")).split("\n", -1).length;
    assertThat(mistakes(html))
        .hasSize(4)
        .anyMatch(m -> m.startsWith("page.html:" + line + ": {{titel}} is no gap here"))
        .anyMatch(m -> m.startsWith("page.html:" + (line + 1) + ": `{{ title }}` is no gap"))
        .anyMatch(m -> m.startsWith("page.html:" + (line + 2) + ": {{t hello}} is no text"))
        .anyMatch(m -> m.startsWith("page.html:" + (line + 2) + ": {{config}} is no gap"));
    assertThat(mistakes(OWN.replace("{{/skus}}", "")))
        .containsExactly("page.html:31: {{#skus}} is not closed");
    assertThat(mistakes("<p>\n{{/skus}}"))
        .containsExactly("page.html:2: {{/skus}} closes no section");
  }

  @Test
  void find_ofAPriceOutsideOfItsSku_isNoGapThere() {
    assertThat(mistakes(OWN.replace("{{/skus}}", "{{/skus}}{{price}}")))
        .singleElement()
        .asString()
        .contains("{{price}} is no gap here");
  }

  /** A policy binds only what comes after it, so it can not be somewhere. */
  @Test
  void find_ofAPolicyThatWouldNotBind_saysWhereItBelongs() {
    String bare = OWN.replace(POLICY, "");
    assertThat(bare).isNotEqualTo(OWN);
    for (String html :
        List.of(
            bare,
            bare.replace("<head>\n", "<head>\n<!-- " + POLICY + " -->"),
            bare.replace("<head>\n", "<head>\n<script src=\"{{js}}\"></script>" + POLICY),
            bare.replace("<head>\n", "<head>\n<link rel=\"preload\" href=\"/x\">" + POLICY),
            bare.replace("<head>\n", "<head>\n<meta name=\"a\" content='\">" + POLICY + "'>"),
            bare.replace("<head>\n", "<head>\n<meta name=\"a\" content=\"" + POLICY + "\">"),
            bare.replace("<head>\n", "<head>\n<template>" + POLICY + "</template>"),
            bare.replace("</head>", POLICY + "</head>"),
            OWN.replace("content=\"{{csp}}\"", "content=\"default-src *\""))) {
      assertThat(mistakes(html))
          .anyMatch(mistake -> mistake.contains("content=\"{{csp}}\"> is missing"));
    }
  }

  @Test
  void find_ofScriptsAndStylesThatThePolicyBars_namesTheirLines() {
    for (String barred :
        List.of(
            "<script>alert(1)</script>",
            "<script src=\"https://cdn.example/x.js\"></script>",
            "<style>p {}</style>",
            "<p style=\"color: red\">x</p>",
            "<img onerror=\"alert(1)\" src=\"x\">")) {
      assertThat(mistakes(OWN.replace("<main>\n", "<main>\n" + barred + "\n")))
          .singleElement()
          .asString()
          .startsWith("page.html:22: `<")
          .contains("the page's policy lets no");
    }
  }
}
