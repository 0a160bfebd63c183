package io.doorbuster.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.cli.DeployedSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Reads what is in {@code deploy}. */
final class DeployFiles {
  private static final Path DEPLOY = Path.of("deploy");
  private static final Pattern FILE_KEY = Pattern.compile("(?m)^\\s+\\w*File: (\\S+)$");
  private static final Pattern ROLE = Pattern.compile("--roles[= ](\\S+)");

  /** Settings that were read, and the files that they name. */
  record Read(int adminPort, Set<String> files) {
    /** The names of those in a folder, which are all of them. */
    Set<String> secretsIn(String folder) {
      Set<String> names = new TreeSet<>();
      for (String file : files) {
        assertThat(file).startsWith(folder);
        names.add(file.substring(folder.length()));
      }
      return names;
    }
  }

  private DeployFiles() {}

  static List<Path> in(String folder, String ending) {
    try (Stream<Path> files = Files.list(DEPLOY.resolve(folder))) {
      List<Path> found = files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
      assertThat(found).isNotEmpty();
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String file) {
    return text(DEPLOY.resolve(file));
  }

  static String program(String file) {
    return text(Path.of("src/main/java/io/doorbuster").resolve(file));
  }

  static List<Map<String, Object>> documents(Path file) {
    LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
    List<Map<String, Object>> documents = new ArrayList<>();
    for (Object document : new Load(settings).loadAllFromString(text(file))) {
      documents.add(map(document));
    }
    return documents;
  }

  /** With what {@code <<} brings in, which is not YAML 1.2's own. */
  static Map<String, Object> map(@Nullable Object node) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (node instanceof Map<?, ?> pairs) {
      if (pairs.get("<<") != null) {
        map.putAll(map(pairs.get("<<")));
      }
      pairs.forEach((key, value) -> map.put(String.valueOf(key), value));
      map.remove("<<");
    } else {
      throw new AssertionError("is no map: " + node);
    }
    return map;
  }

  static String role(String command) {
    Matcher role = ROLE.matcher(command);
    assertThat(role.find()).as(command).isTrue();
    return role.group(1);
  }

  /** By the program's own reader, which takes no key and no variable that it does not know. */
  static Read read(String settings, Map<String, String> environment) throws IOException {
    Set<String> files = new TreeSet<>();
    Matcher key = FILE_KEY.matcher(settings);
    while (key.find()) {
      files.add(key.group(1));
    }
    environment.forEach(
        (name, value) -> {
          if (name.endsWith("_FILE")) {
            files.add(value);
          }
        });
    return new Read(DeployedSettings.adminPort(settings, environment, files), files);
  }

  /** The names of the secrets that {@code make-secrets} makes. */
  static Set<String> made() {
    String script = text("make-secrets").replace("\\\n", " ");
    Matcher loop = Pattern.compile("for name in ([^;]+);").matcher(script);
    assertThat(loop.find()).isTrue();
    Set<String> names = new TreeSet<>(List.of(loop.group(1).strip().split("\\s+")));
    Matcher single = Pattern.compile(">\"\\$1/([a-z-]+)\"").matcher(script);
    while (single.find()) {
      names.add(single.group(1));
    }
    return names;
  }
}
