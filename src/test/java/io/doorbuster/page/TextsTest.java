package io.doorbuster.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.sale.Language;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every language says the same, and says all that the page asks for. */
final class TextsTest {
  private static final Pattern GAP = Pattern.compile("\\{(\\w+)}");
  private static final Path SCRIPTS = Path.of("src/main/page");

  /** Every text by its path, with the names of its gaps. */
  private static Map<String, Set<String>> gaps(Language language) {
    Map<String, Set<String>> gaps = new TreeMap<>();
    JsonObject all = new JsonObject(PageAssets.read("texts/" + language.code() + ".json"));
    collect("", all, gaps);
    return gaps;
  }

  private static void collect(String path, Object value, Map<String, Set<String>> gaps) {
    switch (value) {
      case JsonObject group ->
          group.forEach(entry -> collect(path + "/" + entry.getKey(), entry.getValue(), gaps));
      case JsonArray pair -> {
        assertThat(pair).as(path).hasSize(2);
        collect(path + "/head", pair.getString(0), gaps);
        collect(path + "/text", pair.getString(1), gaps);
      }
      default ->
          gaps.put(
              path,
              GAP.matcher(value.toString())
                  .results()
                  .map(gap -> gap.group(1))
                  .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  private static List<MatchResult> find(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().toList();
  }

  private static String scripts() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      for (Path file : files.sorted().toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  void texts_ofEveryLanguage_haveTheSameKeysAndGaps(Language language) {
    assertThat(gaps(language)).isEqualTo(gaps(Language.EN));
  }

  @Test
  void texts_thatThePageNames_areThereAndNoOther() {
    Set<String> named = new TreeSet<>();
    find(PageAssets.read("sale.html"), "\\{\\{t (\\w+)}}").forEach(t -> named.add(t.group(1)));
    named.addAll(List.of("inMilliseconds", "inSeconds", "inMinutes", "inHours"));
    JsonObject page = new JsonObject(PageAssets.read("texts/en.json")).getJsonObject("page");
    assertThat(page.fieldNames()).containsExactlyInAnyOrderElementsOf(named);
  }

  @Test
  void texts_thatTheScriptNames_areThere() throws IOException {
    JsonObject script = new Texts(Language.EN).script();
    String source = scripts();
    List<MatchResult> said = find(source, "\\bsay\\('(\\w+)'");
    assertThat(said).hasSizeGreaterThan(8);
    said.forEach(name -> assertThat(script.fieldNames()).contains(name.group(1)));
    List<MatchResult> pairs = find(source, "\\bpair\\('(\\w+)', '(\\w+)'");
    assertThat(pairs).hasSizeGreaterThan(15);
    pairs.forEach(
        pair ->
            assertThat(script.getJsonObject(pair.group(1)).fieldNames()).contains(pair.group(2)));
    List<MatchResult> buttons = find(source, "\\bbutton\\('(\\w+)'");
    assertThat(buttons).hasSizeGreaterThan(5);
    buttons.forEach(
        button ->
            assertThat(script.getJsonObject("button").fieldNames()).contains(button.group(1)));
    List<MatchResult> ends = find(source, "\\bend\\('(\\w+)'\\)");
    assertThat(ends).hasSizeGreaterThan(4);
    ends.forEach(
        end -> assertThat(script.getJsonObject("end").fieldNames()).contains(end.group(1)));
  }

  @Test
  void durations_areForReaders() {
    Texts english = new Texts(Language.EN);
    assertThat(english.duration(Duration.ofMillis(100))).isEqualTo("100 ms");
    assertThat(english.duration(Duration.ofSeconds(5))).isEqualTo("5 s");
    assertThat(english.duration(Duration.ofMinutes(15))).isEqualTo("15 min");
    assertThat(english.duration(Duration.ofHours(2))).isEqualTo("2 h");
    assertThat(new Texts(Language.ZH).duration(Duration.ofMinutes(15))).isEqualTo("15 分钟");
  }
}
