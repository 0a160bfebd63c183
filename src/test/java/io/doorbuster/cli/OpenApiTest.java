package io.doorbuster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Holds docs/openapi.yaml against the routes of the whole program, in both directions. */
final class OpenApiTest {
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");
  private static final Set<String> OPERATORS_TAGS = Set.of("operators", "health");
  private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");

  @TempDir private Path folder;

  @Test
  void routes_ofTheProgram_areThoseOfThePage() throws Exception {
    Set<String> buyers = new TreeSet<>();
    Set<String> operators = new TreeSet<>();
    operations()
        .forEach(
            (name, operation) -> {
              List<?> tags = list(operation.get("tags"));
              assertThat(tags).as(name).hasSize(1);
              (OPERATORS_TAGS.contains(tags.getFirst()) ? operators : buyers).add(name);
            });
    Settings settings =
        Settings.read(
            null,
            Map.of(),
            Map.of(
                "http.port", "0",
                "admin.port", "0",
                "payment.secret", "a secret for the callback",
                "data", folder.toString()));
    InstantSource clock = InstantSource.system();
    try (Application application =
        Application.open(settings, DataFolder.take(folder), true, clock)) {
      application.start();
      var _ = application.openDemoShop(settings, "demo", clock);
      assertThat(new TreeSet<>(application.buyerPaths())).isEqualTo(buyers);
      assertThat(new TreeSet<>(application.adminPaths())).isEqualTo(operators);
    }
  }

  @Test
  void operations_ofThePage_areWhole() throws Exception {
    operations()
        .forEach(
            (name, operation) -> {
              assertThat(operation.get("summary")).as(name).isInstanceOf(String.class);
              assertThat(map(operation.get("responses"))).as(name).isNotEmpty();
              boolean behindToken = String.valueOf(operation.get("security")).contains("operator");
              assertThat(behindToken)
                  .as(name)
                  .isEqualTo(name.contains("/admin/api/") || name.endsWith("/metrics"));
              if (behindToken) {
                assertThat(map(operation.get("responses")).containsKey("401")).as(name).isTrue();
              }
            });
  }

  @Test
  void parameters_ofEachPath_areDescribed() throws Exception {
    Map<?, ?> page = page();
    map(page.get("paths"))
        .forEach(
            (path, item) -> {
              Set<String> wanted = new TreeSet<>();
              Matcher name = PARAMETER.matcher(path.toString());
              while (name.find()) {
                wanted.add(name.group(1));
              }
              Set<String> told = new TreeSet<>();
              Object parameters = map(item).get("parameters");
              for (Object parameter : parameters == null ? List.of() : list(parameters)) {
                Map<?, ?> one = map(parameter);
                Object ref = one.get("$ref");
                Map<?, ?> whole = ref == null ? one : map(resolve(page, ref.toString()));
                told.add(String.valueOf(whole.get("name")));
              }
              assertThat(told).as(path.toString()).isEqualTo(wanted);
            });
  }

  @Test
  void references_allOfThem_leadSomewhere() throws Exception {
    Map<?, ?> page = page();
    List<String> references = new ArrayList<>();
    collect(page, references);
    assertThat(references).hasSizeGreaterThan(50);
    for (String reference : references) {
      assertThat(resolve(page, reference)).as(reference).isNotNull();
    }
    Set<String> used = new TreeSet<>(references);
    for (Object schema : map(map(page.get("components")).get("schemas")).keySet()) {
      assertThat(used).contains("#/components/schemas/" + schema);
    }
  }

  private static void collect(Object node, List<String> into) {
    if (node instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            if (key.equals("$ref")) {
              into.add(value.toString());
            } else {
              collect(value, into);
            }
          });
    } else if (node instanceof List<?> list) {
      list.forEach(item -> collect(item, into));
    }
  }

  private static Object resolve(Map<?, ?> page, String reference) {
    Object at = page;
    for (String step : reference.substring(2).split("/", -1)) {
      at = Objects.requireNonNull(map(at).get(step), reference);
    }
    return at;
  }

  /** By {@code METHOD /path}. */
  private static Map<String, Map<?, ?>> operations() throws Exception {
    Map<String, Map<?, ?>> operations = new TreeMap<>();
    map(page().get("paths"))
        .forEach(
            (path, item) ->
                map(item)
                    .forEach(
                        (method, operation) -> {
                          if (METHODS.contains(method.toString())) {
                            String name = method.toString().toUpperCase(Locale.ROOT) + " " + path;
                            operations.put(name, map(operation));
                          }
                        }));
    return operations;
  }

  private static Map<?, ?> page() throws Exception {
    LoadSettings settings = LoadSettings.builder().setMaxAliasesForCollections(100).build();
    return map(new Load(settings).loadFromString(Files.readString(Path.of("docs/openapi.yaml"))));
  }

  private static Map<?, ?> map(@Nullable Object node) {
    assertThat(node).isInstanceOf(Map.class);
    return (Map<?, ?>) Objects.requireNonNull(node);
  }

  private static List<?> list(@Nullable Object node) {
    assertThat(node).isInstanceOf(List.class);
    return (List<?>) Objects.requireNonNull(node);
  }
}
