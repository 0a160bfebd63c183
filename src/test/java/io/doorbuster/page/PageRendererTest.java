package io.doorbuster.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.doorbuster.page.PageRenderer.Options;
import io.doorbuster.sale.Language;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class PageRendererTest {
  private static final Pattern CONFIG =
      Pattern.compile("(?s)<script type=\"application/json\" id=\"sale-config\">(.*?)</script>");

  /** What a person on a phone waits for before he can buy. */
  private static final int SCRIPT_BYTES_MAX = 6 * 1_024;

  private static final Texts TEXTS = new Texts(Language.EN);

  private final PageRenderer renderer = new PageRenderer(new Options("", null, null, true));

  private String html(String text) {
    PageFile page = renderer.render(SampleSale.named(text), SampleSale.SEED_SHA256).getLast();
    assertThat(page.name()).isEqualTo("index.html");
    return new String(page.bytes(), StandardCharsets.UTF_8);
  }

  private static JsonObject config(String html) {
    Matcher config = CONFIG.matcher(html);
    assertThat(config.find()).isTrue();
    return new JsonObject(config.group(1));
  }

  @Test
  void render_withHostileWords_writesThemAsText() {
    String hostile = "</script><!--<script><img src=x onerror=alert(1)> \"'&amp;{{csp}}";
    String html = html(hostile);
    assertThat(html)
        .doesNotContain("<img src=x")
        .doesNotContain("<!--")
        .contains("&lt;/script&gt;&lt;!--&lt;script&gt;&lt;img src=x onerror=alert(1)&gt;")
        .contains("&quot;&#39;&amp;amp;{{csp}}");
    assertThat(html.split("<script", -1)).hasSize(3);
    assertThat(config(html).getJsonArray("skus").getJsonObject(0).getString("name"))
        .isEqualTo(hostile);
  }

  @Test
  void render_anySale_hasNoInlineScriptOrStyle() {
    String html = html("Boots");
    assertThat(html)
        .contains("script-src &#39;self&#39;; style-src &#39;self&#39;")
        .doesNotContain("unsafe")
        .doesNotContain("<style")
        .doesNotContainPattern("\\s(style|on\\w+)=");
  }

  @Test
  void render_aFairSale_showsPricesAndTheSeedsHash() {
    String html = html("Boots");
    assertThat(html)
        .contains(SampleSale.SEED_SHA256)
        .contains("<span class=\"price\" data-minor=\"4900\">49.00 EUR</span>")
        .contains("<s data-minor=\"18900\">189.00 EUR</s>")
        .doesNotContain("<s data-minor=\"5950\">")
        .doesNotContain("{{");
  }

  @Test
  void render_allAssets_areNamedByTheirContent() {
    List<PageFile> files = renderer.render(SampleSale.named("Boots"), SampleSale.SEED_SHA256);
    String html = html("Boots");
    for (PageFile file : files.subList(0, files.size() - 2)) {
      assertThat(file.name()).matches("\\w+\\.[0-9a-f]{12}\\.\\w+");
      assertThat(file.immutable()).isTrue();
      if (file.name().endsWith(".js")) {
        assertThat(html).contains(file.name());
        String script = new String(file.bytes(), StandardCharsets.UTF_8);
        assertThat(script).doesNotContainPattern("(?m)^(import|export)\\b");
        assertThat(script).doesNotContainPattern("(?m)^\\s*(//|/?\\*)");
      }
    }
  }

  @Test
  void render_theFirstView_isSmall() {
    int bytes = 0;
    for (PageFile file : renderer.render(SampleSale.named("Boots"), SampleSale.SEED_SHA256)) {
      if (file.isOfFirstView()) {
        bytes += Encoded.of(file).brotli().orElseThrow().length();
      }
    }
    System.out.println("first view, brotli: " + bytes + " bytes");
    assertThat(bytes).isLessThan(PageWeight.FIRST_ROUND_TRIP_BYTES);
  }

  @Test
  void render_thePagesScript_isSmall() {
    for (PageFile file : renderer.render(SampleSale.named("Boots"), SampleSale.SEED_SHA256)) {
      if (file.name().startsWith("sale.") && file.name().endsWith(".js")) {
        int bytes = Encoded.of(file).brotli().orElseThrow().length();
        System.out.println("script, brotli: " + bytes + " bytes");
        assertThat(bytes).isLessThan(SCRIPT_BYTES_MAX);
      }
    }
  }

  @Test
  void embed_bringsThePagesScriptAndItsConfiguration() {
    String hostile = "</script>\n`${alert(1)}` \"'\\ //{{js}} \u2028";
    List<PageFile> files = renderer.render(SampleSale.named(hostile), SampleSale.SEED_SHA256);
    PageFile embed = files.get(files.size() - 2);
    assertThat(embed.name()).isEqualTo("embed.js");
    assertThat(embed.immutable()).isFalse();
    assertThat(embed.isOfFirstView()).isFalse();
    assertThat(embed.contentType()).isEqualTo("text/javascript; charset=utf-8");
    String text = new String(embed.bytes(), StandardCharsets.UTF_8);
    Matcher config = Pattern.compile("(?md)^const config = (.*);$").matcher(text);
    assertThat(config.find()).isTrue();
    assertThat(new JsonObject(config.group(1))).isEqualTo(config(html(hostile)));
    String script = new PageAssets(false).hashed("sale.js");
    assertThat(text).contains("await import('./" + script + "');").doesNotContain("oidc.");
  }

  @Test
  void template_withAGapThatHasNoValue_isAMistake() {
    Template template = Template.parse("<p>{{title}}</p>");
    assertThatThrownBy(() -> template.render(Map.of(), TEXTS)).hasMessageContaining("{{title}}");
    assertThatThrownBy(() -> Template.parse("{{#a}}")).hasMessageContaining("not closed");
  }

  @Test
  void template_values_areNotReadAsTemplates() {
    assertThat(Template.parse("{{a}}").render(Map.of("a", "{{b}}"), TEXTS)).isEqualTo("{{b}}");
  }
}
