package io.doorbuster.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An OCI image that is unpacked into a folder, and run as a container's runtime does it: in mounts
 * of its own, as the image's user, on a root that can not be written, with a fresh /tmp and /data.
 */
final class ImageFolder {
  private static final String RUN =
      """
      set -e
      root=$1 user=$2
      shift 2
      mount --bind "$root" "$root"
      mount -t proc proc "$root/proc"
      mount --rbind /dev "$root/dev"
      mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
      mount -t tmpfs -o mode=0700,uid=${user%:*},gid=${user#*:} tmpfs "$root/data"
      mount -o remount,bind,ro "$root"
      exec /usr/sbin/chroot --userspec="$user" "$root" "$@"
      """;

  private final String name;
  private final Path root;
  private final JsonObject config;

  private ImageFolder(String name, Path root, JsonObject config) {
    this.name = name;
    this.root = root;
    this.config = config;
  }

  /** Unpacks the layers of the one image in a tar. */
  static ImageFolder unpack(Path tar, Path folder) throws IOException, InterruptedException {
    Path layout = Files.createDirectories(folder.resolve("layout"));
    Path root = Files.createDirectories(folder.resolve("root"));
    extract(tar, layout);
    JsonObject index = new JsonObject(Files.readString(layout.resolve("index.json")));
    JsonObject first = index.getJsonArray("manifests").getJsonObject(0);
    JsonObject manifest = json(layout, first);
    JsonArray layers = manifest.getJsonArray("layers");
    for (int i = 0; i < layers.size(); i++) {
      extract(blob(layout, layers.getJsonObject(i)), root);
    }
    for (String mount : List.of("proc", "dev")) {
      Files.createDirectories(root.resolve(mount));
    }
    JsonObject image = json(layout, manifest.getJsonObject("config"));
    String name = first.getJsonObject("annotations").getString("org.opencontainers.image.ref.name");
    return new ImageFolder(name, root, image.getJsonObject("config"));
  }

  private static void extract(Path tar, Path folder) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("tar", "-x", "-f", tar.toString(), "-C", folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).as("tar of %s", tar).isZero();
  }

  private static JsonObject json(Path layout, JsonObject descriptor) throws IOException {
    return new JsonObject(Files.readString(blob(layout, descriptor)));
  }

  private static Path blob(Path layout, JsonObject descriptor) {
    return layout.resolve("blobs").resolve(descriptor.getString("digest").replace(':', '/'));
  }

  /** With its tag. */
  String name() {
    return name;
  }

  Path root() {
    return root;
  }

  String user() {
    return config.getString("User");
  }

  /** What is started, with its flags and without what is said to it. */
  List<String> entrypoint() {
    return texts("Entrypoint");
  }

  /** What is said to it by default. */
  List<String> command() {
    return texts("Cmd");
  }

  private List<String> texts(String key) {
    return config.getJsonArray(key).stream().map(String::valueOf).toList();
  }

  /** Starts it; its output goes to the file. */
  Process run(List<String> command, Map<String, String> environment, Path log) throws IOException {
    List<String> line =
        new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", RUN, "sh", root.toString()));
    line.add(user());
    line.addAll(entrypoint());
    line.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
    Map<String, String> given = new HashMap<>();
    for (String variable : texts("Env")) {
      int equals = variable.indexOf('=');
      given.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    given.putAll(environment);
    builder.environment().clear();
    builder.environment().putAll(given);
    return builder.start();
  }
}
