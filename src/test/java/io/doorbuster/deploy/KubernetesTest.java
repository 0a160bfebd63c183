package io.doorbuster.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The manifests are what Kubernetes understands, and say of the program what is true. */
final class KubernetesTest {
  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.of(
          "Namespace", Namespace.class,
          "ConfigMap", ConfigMap.class,
          "Service", Service.class,
          "Deployment", Deployment.class,
          "StatefulSet", StatefulSet.class,
          "Job", Job.class,
          "NetworkPolicy", NetworkPolicy.class,
          "PodDisruptionBudget", PodDisruptionBudget.class);

  /** What the program takes to end by itself, in seconds. */
  private static final int STOP_SECONDS = 10;

  private static final String SECRETS = "/run/secrets/doorbuster/";

  /** By itself the model keeps unknown fields; here they are a mistake. */
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .setAnnotationIntrospector(new Strict())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private static final class Strict extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated member) {
      return false;
    }
  }

  private static HasMetadata read(Map<String, Object> document) {
    Class<? extends HasMetadata> type = KINDS.get(document.get("kind"));
    assertThat(type).as("%s", document.get("kind")).isNotNull();
    HasMetadata read = STRICT.convertValue(document, type);
    // The model's own default is the one version that it knows.
    assertThat(document).containsEntry("apiVersion", HasMetadata.getApiVersion(type));
    return read;
  }

  private static List<HasMetadata> all() {
    return DeployFiles.in("kubernetes", ".yaml").stream()
        .flatMap(file -> DeployFiles.documents(file).stream())
        .map(KubernetesTest::read)
        .toList();
  }

  private static <T> List<T> all(Class<T> type) {
    return all().stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static List<PodTemplateSpec> pods() {
    List<PodTemplateSpec> pods = new ArrayList<>();
    all(Deployment.class).forEach(one -> pods.add(one.getSpec().getTemplate()));
    all(StatefulSet.class).forEach(one -> pods.add(one.getSpec().getTemplate()));
    all(Job.class).forEach(one -> pods.add(one.getSpec().getTemplate()));
    return pods;
  }

  private static String settings() {
    return all(ConfigMap.class).stream()
        .filter(map -> map.getMetadata().getName().equals("doorbuster"))
        .map(map -> map.getData().get("doorbuster.yaml"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void manifests_all_areOfTheNamespaceAndEachIsThereOnce() {
    Set<String> seen = new TreeSet<>();
    for (HasMetadata one : all()) {
      assertThat(seen.add(one.getKind() + " " + one.getMetadata().getName())).isTrue();
      if (!(one instanceof Namespace)) {
        assertThat(one.getMetadata().getNamespace()).isEqualTo("doorbuster");
      }
    }
    assertThat(seen).hasSizeGreaterThan(20);
  }

  @Test
  void aField_thatKubernetesDoesNotKnow_isFound() {
    Map<String, Object> wrong =
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "Service",
            "metadata",
            Map.of("name", "gate"),
            "spec",
            Map.of("selektor", Map.of("app", "doorbuster")));
    assertThatThrownBy(() -> read(wrong)).hasMessageContaining("selektor");
  }

  @Test
  void pods_all_areLockedAndBounded() {
    for (PodTemplateSpec pod : pods()) {
      PodSpec spec = pod.getSpec();
      assertThat(spec.getSecurityContext().getRunAsNonRoot()).isTrue();
      assertThat(spec.getAutomountServiceAccountToken()).isFalse();
      assertThat(spec.getEnableServiceLinks()).isFalse();
      for (Container container : spec.getContainers()) {
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).contains("ALL");
        assertThat(container.getResources().getLimits()).containsKey("memory");
        assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
        assertThat(container.getImage()).matches("[\\w./-]+:\\d[\\w.-]+");
        mountsAreVolumes(spec, container);
      }
    }
  }

  private static void mountsAreVolumes(PodSpec spec, Container container) {
    List<String> volumes = new ArrayList<>(List.of("data")); // of a stateful set's claims
    spec.getVolumes().forEach(volume -> volumes.add(volume.getName()));
    assertThat(volumes)
        .containsAll(container.getVolumeMounts().stream().map(VolumeMount::getName).toList());
  }

  @Test
  void processes_areStoppedAfterTheProgramsOwnBoundAndAskedWhereItAnswers() throws Exception {
    int port = DeployFiles.read(settings(), Map.of()).adminPort();
    List<String> roles = new ArrayList<>();
    for (Deployment deployment : all(Deployment.class)) {
      PodSpec pod = deployment.getSpec().getTemplate().getSpec();
      Container container = pod.getContainers().getFirst();
      long sleep = container.getLifecycle().getPreStop().getSleep().getSeconds();
      assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(STOP_SECONDS + sleep);
      asks(container, container.getStartupProbe(), "/healthz", port);
      asks(container, container.getLivenessProbe(), "/healthz", port);
      asks(container, container.getReadinessProbe(), "/readyz", port);
      roles.add(DeployFiles.role(String.join(" ", container.getArgs())));
      assertThat(deployment.getMetadata().getName()).isEqualTo(roles.getLast());
    }
    assertThat(roles).containsExactlyInAnyOrder("gate", "orders", "console");
  }

  private static void asks(Container container, Probe probe, String path, int port) {
    assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
    assertThat(container.getPorts())
        .anyMatch(
            open ->
                open.getName().equals(probe.getHttpGet().getPort().getStrVal())
                    && open.getContainerPort() == port);
    assertThat(DeployFiles.program("console/Health.java")).contains("\"" + path + "\"");
  }

  @Test
  void settings_ofEachProcess_areReadWithTheSecretsThatAreMountedAndNoOthers() throws Exception {
    for (Deployment deployment : all(Deployment.class)) {
      PodSpec pod = deployment.getSpec().getTemplate().getSpec();
      Container container = pod.getContainers().getFirst();
      Map<String, String> environment = new TreeMap<>();
      container.getEnv().forEach(one -> environment.put(one.getName(), one.getValue()));
      DeployFiles.Read read = DeployFiles.read(settings(), environment);
      Set<String> mounted = new TreeSet<>();
      for (Volume volume : pod.getVolumes()) {
        if (volume.getSecret() != null) {
          volume.getSecret().getItems().stream().map(KeyToPath::getPath).forEach(mounted::add);
        }
      }
      assertThat(container.getVolumeMounts())
          .anyMatch(mount -> (mount.getMountPath() + "/").equals(SECRETS));
      assertThat(read.secretsIn(SECRETS)).isEqualTo(mounted).isEqualTo(DeployFiles.made());
    }
  }

  /** The operators' side is inside only, and only Doorbuster speaks to the stores. */
  @Test
  void policies_ofTheStores_letNobodyButDoorbusterIn() {
    all(Service.class).forEach(one -> assertThat(one.getSpec().getType()).isIn(null, "ClusterIP"));
    for (String store : List.of("redis", "postgresql")) {
      NetworkPolicy policy =
          all(NetworkPolicy.class).stream()
              .filter(one -> one.getMetadata().getName().equals(store))
              .findFirst()
              .orElseThrow();
      assertThat(policy.getSpec().getPodSelector().getMatchLabels()).containsEntry("app", store);
      policy.getSpec().getIngress().stream()
          .flatMap(rule -> rule.getFrom().stream())
          .forEach(
              peer -> {
                assertThat(peer.getNamespaceSelector()).isNull();
                assertThat(peer.getIpBlock()).isNull();
                assertThat(peer.getPodSelector().getMatchLabels().get("app"))
                    .isIn("doorbuster", store, store + "-cluster");
              });
    }
  }

  @Test
  void budgetsAndServices_chooseAPodThatIsThere() {
    List<Map<String, String>> chosen = new ArrayList<>();
    all(PodDisruptionBudget.class)
        .forEach(one -> chosen.add(one.getSpec().getSelector().getMatchLabels()));
    all(Service.class).forEach(one -> chosen.add(one.getSpec().getSelector()));
    for (Map<String, String> labels : chosen) {
      assertThat(pods())
          .anyMatch(pod -> pod.getMetadata().getLabels().entrySet().containsAll(labels.entrySet()));
    }
  }
}
