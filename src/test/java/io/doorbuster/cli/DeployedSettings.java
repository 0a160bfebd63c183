package io.doorbuster.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Lets the tests of {@code deploy} have settings read by the program's own reader. */
public final class DeployedSettings {
  private DeployedSettings() {}

  /** The operators' port of settings without a mistake, whose secrets stand in one file here. */
  public static int adminPort(String yaml, Map<String, String> environment, Set<String> secrets)
      throws IOException {
    Path folder = Files.createTempDirectory("deployed");
    Path secret = folder.resolve("any.secret");
    Path file = folder.resolve("doorbuster.yaml");
    try {
      Files.writeString(secret, "0123456789abcdef".repeat(4));
      String here = yaml;
      Map<String, String> variables = new TreeMap<>(environment);
      for (String name : secrets) {
        here = here.replace(name, secret.toString());
        variables.replaceAll((key, value) -> value.equals(name) ? secret.toString() : value);
      }
      Files.writeString(file, here);
      return Settings.read(file, variables, Map.of("roles", "gate")).admin().port();
    } catch (Settings.Invalid e) {
      throw new AssertionError(e.findings() + " in " + yaml, e);
    } finally {
      Files.deleteIfExists(secret);
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }
}
