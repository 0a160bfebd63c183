package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.sale.SaleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every settings file that is shown or shipped is read by the real reader without a mistake. */
final class DocumentedSettingsTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\\n(.*?)^```");
  private static final Pattern SECRET_FILE = Pattern.compile("(?<=[fF]ile: )/\\S+");

  private static final Path EXAMPLE = Path.of("examples/doorbuster.yaml");
  private static final Path OPERATING = Path.of("docs/operating.md");

  /** Events have names of this form too: {@code payment.refund-needed}. */
  private static final Pattern KEY =
      Pattern.compile(
          "(?<![\\w/.-])(http|admin|page|identity|pass|risk|gate|inventory|redis|store|orders"
              + "|payment|regularStock|events)(\\.[a-z]\\w*)+(?![\\w-])");

  private static final Pattern PROPERTIES = Pattern.compile("(?<=properties: )/\\S+");

  @TempDir private Path folder;
  private Path secret;

  /** Stands for each file of a secret, which is on the reader's machine alone. */
  @BeforeEach
  void writeSecret() throws IOException {
    secret = Files.writeString(folder.resolve("any.secret"), "0123456789abcdef".repeat(4));
  }

  private void assertReads(String yaml) throws IOException {
    Path file = folder.resolve("doorbuster.yaml");
    Path properties = Files.writeString(folder.resolve("any.properties"), "");
    String here = SECRET_FILE.matcher(yaml).replaceAll(Matcher.quoteReplacement("" + secret));
    Files.writeString(
        file, PROPERTIES.matcher(here).replaceAll(Matcher.quoteReplacement("" + properties)));
    try {
      Settings.read(file, Map.of(), Map.of());
    } catch (Settings.Invalid e) {
      throw new AssertionError(e.findings() + " in " + yaml, e);
    }
  }

  /** A block that begins with {@code id} is a sale. */
  private static List<String> settingsIn(String page) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(Path.of(page)));
    while (block.find()) {
      if (!block.group(1).startsWith("id:")) {
        blocks.add(block.group(1));
      }
    }
    return blocks;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "ARCHITECTURE.md",
        "docs/integrate.md",
        "docs/operating.md",
        "examples/shop/README.md"
      })
  void settings_ofAPage_areRead(String page) throws Exception {
    for (String yaml : settingsIn(page)) {
      assertReads(yaml);
    }
  }

  @Test
  void settings_ofTheExample_areReadAndLetItsSaleBePaid() throws Exception {
    assertReads(Files.readString(EXAMPLE));
    assertThat(Settings.read(EXAMPLE, Map.of(), Map.of()).payment().provider()).isEqualTo("demo");
  }

  /** What is switched off by a # in front is shown too, and must be right once it is taken away. */
  @Test
  void settings_ofTheExampleForARealShop_areRead() throws Exception {
    String real =
        Files.readString(EXAMPLE)
            .replace("  provider: demo\n", "")
            .replace("  adapter: table\n", "")
            .replaceAll("(?m)^# (?=\\w+:$)", "")
            .replaceAll("(?m)^#   (?=\\w+: )", "  ");
    assertReads(real);
    assertThat(real).contains("\nidentity:", "\nevents:", "\n  provider: redirect");
  }

  @Test
  void commands_ofTheReadme_nameTheSaleOfTheExample() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    SaleFile.Result sale =
        SaleFile.parse("examples/sale.yaml", Files.readString(Path.of("examples/sale.yaml")));
    String id = sale.sale().orElseThrow().id();
    assertThat(readme)
        .contains("--settings " + EXAMPLE, "sale add examples/sale.yaml", "/s/" + id + "/");
    Matcher command = Pattern.compile("sale (publish|watch|audit) (\\S+)").matcher(readme);
    int commands = 0;
    while (command.find()) {
      assertThat(command.group(2)).isEqualTo(id);
      commands++;
    }
    assertThat(commands).isEqualTo(3);
  }

  @Test
  void settings_ofTheIntegration_areOnItsPage() throws Exception {
    assertThat(settingsIn("docs/integrate.md")).isNotEmpty();
  }

  /** The rows of the settings table, which {@link SettingsTableTest} holds against the program. */
  private static Set<String> keys() throws IOException {
    Set<String> keys = new HashSet<>();
    Matcher row = Pattern.compile("(?m)^\\| `([\\w.]+)` \\|").matcher(Files.readString(OPERATING));
    while (row.find()) {
      keys.add(row.group(1));
    }
    return keys;
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/integrate.md", "docs/operating.md"})
  void keys_thatAPageSpeaksOf_areThere(String page) throws Exception {
    Matcher key = KEY.matcher(Files.readString(Path.of(page)));
    while (key.find()) {
      assertThat(keys()).contains(key.group());
    }
  }
}
