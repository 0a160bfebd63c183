package io.doorbuster.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** Prints the version from the jar's manifest, or "development" when run from classes. */
@Command(name = "version", description = "Prints the version.")
final class VersionCommand implements Runnable, IVersionProvider {

  @Override
  public void run() {
    System.out.println(text());
  }

  @Override
  public String[] getVersion() {
    return new String[] {text()};
  }

  static String text() {
    String version = Main.class.getPackage().getImplementationVersion();
    return "doorbuster %s on Java %s"
        .formatted(version == null ? "development" : version, Runtime.version());
  }
}
