package shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventSchemaTest {
  private static final Path FOLDER = Path.of("docs/events");

  @TempDir Path folder;

  static List<Path> schemas() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void schema_itsOwnExample_isValidAndFitsItsName(Path file) throws IOException {
    JsonObject example = example(file);
    assertThat(example.getString("type") + ".json")
        .isEqualTo("io.doorbuster." + file.getFileName());
    assertThat(schema(file).validate(example.encode(), InputFormat.JSON)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void schema_anyRequiredDataMissing_isInvalid(Path file) throws IOException {
    for (String key : List.copyOf(example(file).getJsonObject("data").fieldNames())) {
      JsonObject example = example(file);
      example.getJsonObject("data").remove(key);
      boolean required =
          new JsonObject(Files.readString(file))
              .getJsonObject("properties")
              .getJsonObject("data")
              .getJsonArray("required")
              .contains(key);
      assertThat(schema(file).validate(example.encode(), InputFormat.JSON).isEmpty())
          .as("without %s", key)
          .isEqualTo(!required);
    }
  }

  @Test
  void take_everyExample_isUnderstoodByTheShop() throws IOException {
    try (Shop shop = ShopFixture.start(folder)) {
      for (Path file : schemas()) {
        assertThat(shop.inbox().take(example(file))).isTrue();
      }
      assertThat(shop.inbox().distinctEvents()).isEqualTo(schemas().size());
      assertThat(shop.inbox().distinctOrders()).isEqualTo(1);
      assertThat(shop.inbox().refunds()).isEqualTo(1);
    }
  }

  private static JsonObject example(Path file) throws IOException {
    return new JsonObject(Files.readString(file)).getJsonArray("examples").getJsonObject(0);
  }

  private static JsonSchema schema(Path file) throws IOException {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(Files.readString(file));
  }
}
