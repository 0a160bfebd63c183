package io.doorbuster.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The compose file is one by the Compose Specification's own schema. */
final class ComposeSchemaTest {
  private static final Path FILE = Path.of("deploy/compose.yaml");

  private static Set<String> faults(Map<String, Object> compose) throws IOException {
    JsonObject text =
        new JsonObject(Files.readString(Path.of("src/test/resources/compose-spec.json")));
    text.remove("$id"); // no address, which the validator wants
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(text.encode());
    Set<String> faults = new TreeSet<>();
    for (ValidationMessage fault :
        schema.validate(Json.encode(merged(compose)), InputFormat.JSON)) {
      faults.add(fault.getMessage());
    }
    return faults;
  }

  /** With what {@code <<} brings in, at any depth. */
  private static Object merged(Object node) {
    return switch (node) {
      case Map<?, ?> map -> {
        Map<String, Object> all = new LinkedHashMap<>();
        DeployFiles.map(map)
            .forEach((key, value) -> all.put(key, value == null ? Map.of() : merged(value)));
        yield all;
      }
      case List<?> list -> list.stream().map(ComposeSchemaTest::merged).toList();
      default -> node;
    };
  }

  @Test
  void compose_isWhatTheSpecificationKnows() throws Exception {
    assertThat(faults(DeployFiles.documents(FILE).getFirst())).isEmpty();
  }

  @Test
  void compose_withASlip_isNot() throws Exception {
    Map<String, Object> compose = DeployFiles.documents(FILE).getFirst();
    Map<String, Object> services = DeployFiles.map(compose.get("services"));
    Map<String, Object> gate = DeployFiles.map(services.get("gate-1"));
    gate.put("stop_grace_perod", "20s");
    services.put("gate-1", gate);
    compose.put("services", services);
    assertThat(faults(compose)).anyMatch(fault -> fault.contains("stop_grace_perod"));
  }
}
