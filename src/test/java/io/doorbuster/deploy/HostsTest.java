package io.doorbuster.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The compose file and the units of systemd hold together, and say what the program knows. */
final class HostsTest {
  private static final int STOP_SECONDS = 10;

  private static final Set<String> TOP =
      Set.of("name", "services", "networks", "volumes", "configs", "secrets");

  /** What a service of ours may have; another word is a slip or new. */
  private static final Set<String> SERVICE =
      Set.of(
          "image",
          "restart",
          "user",
          "read_only",
          "cap_drop",
          "security_opt",
          "stop_grace_period",
          "stop_signal",
          "shm_size",
          "ulimits",
          "mem_limit",
          "environment",
          "configs",
          "secrets",
          "tmpfs",
          "networks",
          "depends_on",
          "command",
          "ports",
          "volumes",
          "healthcheck");

  private static final Set<String> UNIT =
      Set.of(
          "Description Documentation Wants After Type User ExecStart EnvironmentFile Environment"
              .concat(" LoadCredential StateDirectory StateDirectoryMode UMask Restart RestartSec")
              .concat(" TimeoutStopSec SuccessExitStatus LimitNOFILE NoNewPrivileges")
              .concat(" CapabilityBoundingSet ProtectSystem ProtectHome PrivateTmp PrivateDevices")
              .concat(" ProtectProc ProtectClock ProtectHostname ProtectKernelLogs")
              .concat(" ProtectKernelModules ProtectKernelTunables ProtectControlGroups")
              .concat(" RestrictAddressFamilies RestrictNamespaces RestrictRealtime")
              .concat(" RestrictSUIDSGID LockPersonality SystemCallArchitectures")
              .concat(" SystemCallFilter SystemCallErrorNumber WantedBy")
              .split(" "));

  private static Map<String, Object> compose() {
    return DeployFiles.documents(Path.of("deploy/compose.yaml")).getFirst();
  }

  private static Map<String, Map<String, Object>> services() {
    Map<String, Map<String, Object>> services = new TreeMap<>();
    DeployFiles.map(compose().get("services"))
        .forEach((name, service) -> services.put(name, DeployFiles.map(service)));
    return services;
  }

  /** The names in a list of names, or of maps with a source, or the keys of a map. */
  private static List<String> names(@Nullable Object node) {
    List<String> names = new ArrayList<>();
    if (node instanceof List<?> list) {
      for (Object one : list) {
        names.add(one instanceof Map<?, ?> map ? "" + map.get("source") : "" + one);
      }
    } else if (node != null) {
      names.addAll(DeployFiles.map(node).keySet());
    }
    return names;
  }

  @Test
  void compose_all_refersToWhatIsThere() {
    Map<String, Object> compose = compose();
    assertThat(compose.keySet()).allMatch(key -> TOP.contains(key) || key.startsWith("x-"));
    Map<String, Set<String>> used = new TreeMap<>();
    Map<String, Map<String, Object>> services = services();
    services.forEach(
        (name, service) -> {
          assertThat(SERVICE).as(name).containsAll(service.keySet());
          assertThat((String) service.get("image")).matches("[\\w./-]+:\\d[\\w.-]+");
          for (String kind : List.of("networks", "configs", "secrets", "volumes")) {
            names(service.get(kind))
                .forEach(
                    one ->
                        used.computeIfAbsent(kind, k -> new TreeSet<>())
                            .add(kind.equals("volumes") ? one.replaceAll(":.*", "") : one));
          }
          dependsOnWhatTells(service, services);
        });
    for (String kind : List.of("networks", "configs", "secrets", "volumes")) {
      assertThat(used.get(kind)).as(kind).isEqualTo(new TreeSet<>(names(compose.get(kind))));
    }
    for (Object config : DeployFiles.map(compose.get("configs")).values()) {
      assertThat(Path.of("deploy", (String) DeployFiles.map(config).get("file"))).exists();
    }
  }

  private static void dependsOnWhatTells(
      Map<String, Object> service, Map<String, Map<String, Object>> services) {
    if (service.get("depends_on") == null) {
      return;
    }
    DeployFiles.map(service.get("depends_on"))
        .forEach(
            (other, how) -> {
              assertThat(services).containsKey(other);
              boolean isAsked = DeployFiles.map(services.get(other)).containsKey("healthcheck");
              Object condition = DeployFiles.map(how).get("condition");
              assertThat(condition)
                  .isEqualTo(isAsked ? "service_healthy" : "service_completed_successfully");
            });
  }

  @Test
  void compose_ofOurProcesses_isReadWithTheSecretsThatAreMounted() throws Exception {
    List<String> roles = new ArrayList<>();
    for (Map<String, Object> service : services().values()) {
      if (!("" + service.get("image")).startsWith("doorbuster:")) {
        continue;
      }
      Map<String, String> environment = new TreeMap<>();
      DeployFiles.map(service.get("environment"))
          .forEach((name, value) -> environment.put(name, (String) value));
      DeployFiles.Read read =
          DeployFiles.read(DeployFiles.text("compose/doorbuster.yaml"), environment);
      assertThat(read.secretsIn("/run/secrets/"))
          .isEqualTo(new TreeSet<>(names(service.get("secrets"))))
          .isEqualTo(DeployFiles.made());
      String stop = "" + service.get("stop_grace_period");
      assertThat(Integer.parseInt(stop.replace("s", ""))).isGreaterThan(STOP_SECONDS);
      roles.add(DeployFiles.role(String.join(" ", names(service.get("command")))));
    }
    assertThat(roles).containsExactlyInAnyOrder("gate", "gate", "orders", "orders", "console");
  }

  @Test
  void units_all_haveKnownWordsAndTheSecretsThatTheyRead() throws Exception {
    List<String> roles = new ArrayList<>();
    for (Path file : DeployFiles.in("systemd", ".service")) {
      Map<String, List<String>> unit = unit(file);
      assertThat(UNIT).as("%s", file).containsAll(unit.keySet());
      assertThat(Integer.parseInt(lines(unit, "TimeoutStopSec").getFirst()))
          .isGreaterThan(STOP_SECONDS);
      Map<String, String> environment = new TreeMap<>();
      for (String variable : lines(unit, "Environment")) {
        environment.put(variable.split("=", 2)[0], variable.split("=", 2)[1]);
      }
      Set<String> loaded = new TreeSet<>();
      for (String credential : lines(unit, "LoadCredential")) {
        String name = credential.split(":", 2)[0];
        assertThat(credential).isEqualTo(name + ":/etc/doorbuster/secrets/" + name);
        loaded.add(name);
      }
      DeployFiles.Read read =
          DeployFiles.read(DeployFiles.text("systemd/doorbuster.yaml"), environment);
      assertThat(read.secretsIn("%d/")).isEqualTo(loaded).isEqualTo(DeployFiles.made());
      roles.add(DeployFiles.role(lines(unit, "ExecStart").getFirst()));
      assertThat("" + file.getFileName()).matches("doorbuster-" + roles.getLast() + "@?\\.service");
    }
    assertThat(roles).containsExactlyInAnyOrder("gate", "orders", "console");
  }

  private static List<String> lines(Map<String, List<String>> unit, String key) {
    List<String> lines = unit.getOrDefault(key, List.of());
    assertThat(lines).as(key).isNotEmpty();
    return lines;
  }

  private static Map<String, List<String>> unit(Path file) {
    Map<String, List<String>> unit = new TreeMap<>();
    String section = "";
    for (String line : DeployFiles.text(file).replace("\\\n", " ").split("\n", -1)) {
      if (line.startsWith("[")) {
        section = line;
        assertThat(section).isIn("[Unit]", "[Service]", "[Install]");
      } else if (!line.isBlank() && !line.startsWith("#")) {
        assertThat(line).matches("[A-Z]\\w+=.*");
        String[] pair = line.split("=", 2);
        unit.computeIfAbsent(pair[0], key -> new ArrayList<>()).add(pair[1]);
      }
    }
    assertThat(section).isEqualTo("[Install]");
    return unit;
  }

  /** What the two ways share is the same in both, word by word. */
  @Test
  void settings_ofRedisAndKafka_areThoseOfKubernetes() throws Exception {
    String redis = Files.readString(Path.of("deploy/kubernetes/20-redis.yaml"));
    DeployFiles.text("compose/redis.conf").lines().forEach(l -> assertThat(redis).contains(l));
    String kafka = Files.readString(Path.of("deploy/kubernetes/40-kafka.yaml"));
    DeployFiles.text("compose/kafka.properties")
        .lines()
        .forEach(l -> assertThat(kafka).contains(l));
    assertThat(redis).contains("appendonly yes", "appendfsync always");
  }
}
