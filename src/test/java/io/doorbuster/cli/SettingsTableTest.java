package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.sale.Durations;
import io.doorbuster.sale.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the settings table of docs/operating.md against what the program reads. */
final class SettingsTableTest {
  private static final Pattern ROW =
      Pattern.compile("\\| `([\\w.]+)` \\| (.+?) \\| (.+?) \\| (.+) \\|");
  private static final Pattern LITERAL = Pattern.compile("`(.+)`");
  private static final Pattern RANGE = Pattern.compile("(\\d+)(\\D*) to (\\d+)(\\D*)");
  private static final Pattern CHOICE = Pattern.compile("(\\w+)(?:, (\\w+))? or (\\w+)");
  private static final Pattern KEYS = Pattern.compile("is no key here; there are (.+)");

  private record Row(String key, String fallback, String bounds) {}

  @TempDir private Path folder;

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("docs/operating.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.add(new Row(row.group(1), row.group(2), row.group(3)));
      }
    }
    return rows;
  }

  @Test
  void keys_ofTheTable_areThoseOfTheProgram() throws Exception {
    Set<String> told = new TreeSet<>();
    rows().forEach(row -> assertThat(told.add(row.key())).as(row.key()).isTrue());
    assertThat(told).isEqualTo(keysRead());
  }

  /** An unknown key is answered with all that there are. */
  private Set<String> keysRead() throws IOException {
    Set<String> keys = new TreeSet<>();
    for (String name : keysAt("")) {
      addKeys(name, keys);
    }
    return keys;
  }

  private void addKeys(String path, Set<String> keys) throws IOException {
    Set<String> below = path.equals("data") ? Set.of() : keysAt(path);
    if (below.isEmpty()) {
      keys.add(path);
    }
    for (String name : below) {
      addKeys(path + "." + name, keys);
    }
  }

  private Set<String> keysAt(String section) throws IOException {
    String yaml = "surprise: 1";
    for (String name : List.of(section.split("\\.", -1)).reversed()) {
      yaml = name.isEmpty() ? yaml : name + ": {" + yaml + "}";
    }
    Set<String> keys = new TreeSet<>();
    for (Finding finding : findings(yaml)) {
      Matcher names = KEYS.matcher(finding.message());
      if (names.matches()) {
        keys.addAll(List.of(names.group(1).split(", ", -1)));
      }
    }
    return keys;
  }

  @Test
  void defaults_ofTheTable_areThoseOfTheProgram() throws Exception {
    Settings plain = Settings.read(null, Map.of(), Map.of());
    int literal = 0;
    for (Row row : rows()) {
      Matcher value = LITERAL.matcher(row.fallback());
      if (value.matches()) {
        Settings same = Settings.read(null, Map.of(), Map.of(row.key(), value.group(1)));
        assertThat(same).as(row.key()).isEqualTo(plain);
        literal++;
      } else {
        assertThat(row.fallback()).as(row.key()).isIn("none", "the cores");
      }
    }
    assertThat(literal).isGreaterThan(25);
  }

  @Test
  void bounds_ofTheTable_areThoseOfTheProgram() throws Exception {
    int checked = 0;
    for (Row row : rows()) {
      Matcher range = RANGE.matcher(row.bounds());
      if (range.matches()) {
        String least = range.group(1) + range.group(2);
        String most = range.group(3) + range.group(4);
        assertThat(isTaken(row.key(), least)).as(row.key() + " " + least).isTrue();
        assertThat(isTaken(row.key(), most)).as(row.key() + " " + most).isTrue();
        assertThat(isTaken(row.key(), beyond(most))).as(row.key() + " above " + most).isFalse();
        if (!range.group(1).equals("0")) {
          assertThat(isTaken(row.key(), below(least))).as(row.key() + " below " + least).isFalse();
        }
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(15);
  }

  private static String beyond(String value) {
    return value.matches("\\d+")
        ? Long.toString(Long.parseLong(value) + 1)
        : Durations.parse(value).orElseThrow().plusMillis(1).toMillis() + "ms";
  }

  private static String below(String value) {
    return value.matches("\\d+")
        ? Long.toString(Long.parseLong(value) - 1)
        : Durations.parse(value).orElseThrow().minusMillis(1).toMillis() + "ms";
  }

  @Test
  void choices_ofTheTable_areThoseOfTheProgram() throws Exception {
    for (Row row : rows()) {
      Matcher choice = CHOICE.matcher(row.bounds());
      if (choice.matches()) {
        for (int i = 1; i <= 3; i++) {
          if (choice.group(i) != null) {
            assertThat(isTaken(row.key(), choice.group(i))).as(row.toString()).isTrue();
          }
        }
        assertThat(isTaken(row.key(), "surprise")).as(row.toString()).isFalse();
      }
    }
  }

  /** What a choice needs beside it stands in the second map. */
  private static boolean isTaken(String key, String value) {
    Map<String, String> beside =
        new HashMap<>(
            Map.of(
                "payment.url", "http://shop.example/pay",
                "payment.statusUrl", "http://shop.example/status",
                "payment.secret", "a secret of the shop",
                "http.publicUrl", "http://sale.example",
                "regularStock.url", "http://shop.example/stock",
                "regularStock.secret", "a secret of the shop",
                "redis.sentinelName", "sale",
                "redis.password", "any",
                "redis.replicas", "1",
                "inventory.queueCapacity", "20000"));
    if (key.startsWith("page.bucket.")) {
      beside.put("page.bucket.name", "sale-pages");
      beside.put("page.bucket.region", "eu-central-1");
    }
    if (key.equals("inventory.queueCapacity")) {
      beside.put("orders.batchRowsMax", "1");
    }
    beside.put(key, value);
    try {
      Settings.read(null, Map.of(), beside);
      return true;
    } catch (Settings.Invalid e) {
      return false;
    }
  }

  private List<Finding> findings(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("settings.yaml"), yaml + "\n");
    try {
      Settings.read(file, Map.of(), Map.of());
      return List.of();
    } catch (Settings.Invalid e) {
      return e.findings();
    }
  }
}
