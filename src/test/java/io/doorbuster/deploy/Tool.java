package io.doorbuster.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A program of the system that judges a file. */
final class Tool {
  /**
   * What it said.
   *
   * @param exit 0 where it had nothing against the file
   */
  record Verdict(int exit, String text) {}

  private Tool() {}

  static Verdict run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Verdict(process.waitFor(), text.strip());
  }
}
