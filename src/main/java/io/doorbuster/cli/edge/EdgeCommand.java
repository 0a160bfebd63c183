package io.doorbuster.cli.edge;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes what stands in front of the gates. */
@Command(
    name = "edge",
    mixinStandardHelpOptions = true,
    description = "Prints the configuration of a dedicated host in front of the gates.",
    subcommands = {NginxCommand.class, FirewallCommand.class})
public final class EdgeCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing: nginx or nftables.");
  }

  /** As it was typed, for the head of what it made. */
  static String typed(CommandSpec spec) {
    return "doorbuster "
        + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }
}
